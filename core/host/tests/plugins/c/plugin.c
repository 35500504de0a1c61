/*
 * A whole plugin in C: a stage with the section `[ledger]`, and a kind, `ledger.entry`, that keeps each resource in a
 * file. It does one thing after the other and answers inside `deliver`.
 *
 *     cc -shared -fPIC -I core/plugin/include -o libledger.so plugin.c
 *
 * Of JSON it does the least that is enough: it looks for a value by its keys, and passes values on as they stand.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "deploy_plugin.h"

/* A piece of a JSON text. */
typedef struct { const char *at; size_t length; } piece;

static const piece NONE = { NULL, 0 };

/* ---- reading ---- */

static const char *spaces(const char *at, const char *end) {
    while (at < end && strchr(" \t\r\n", *at)) at++;
    return at;
}

/* Behind the value that begins at `at`. */
static const char *behind(const char *at, const char *end) {
    int depth = 0, text = 0;
    for (; at < end; at++) {
        if (text) {
            if (*at == '\\') at++;
            else if (*at == '"') { text = 0; if (!depth) return at + 1; }
        } else if (*at == '"') text = 1;
        else if (*at == '{' || *at == '[') depth++;
        else if (*at == '}' || *at == ']') { if (!depth) return at; if (!--depth) return at + 1; }
        else if (!depth && (*at == ',' || *at == ':' || strchr(" \t\r\n", *at))) return at;
    }
    return end;
}

/* The next member of an object or item of an array; *at begins behind the bracket. Items have no key. */
static int next(const char **at, const char *end, piece *key, piece *value) {
    const char *p = spaces(*at, end);
    if (p < end && *p == ',') p = spaces(p + 1, end);
    if (p >= end || *p == '}' || *p == ']') return 0;
    const char *q = behind(p, end), *colon = spaces(q, end);
    *key = NONE;
    if (colon < end && *colon == ':') {
        *key = (piece){ p + 1, (size_t)(q - p) - 2 };
        p = spaces(colon + 1, end);
        q = behind(p, end);
    }
    *value = (piece){ p, (size_t)(q - p) };
    *at = q;
    return 1;
}

static int is(piece text, const char *word) {
    return text.length == strlen(word) && !memcmp(text.at, word, text.length);
}

/* The value under a key. */
static piece get(piece object, const char *name) {
    if (!object.length || *object.at != '{') return NONE;
    const char *at = object.at + 1;
    piece key, value;
    while (next(&at, object.at + object.length, &key, &value))
        if (is(key, name)) return value;
    return NONE;
}

/* A text without its quotes. Names and addresses have nothing that is escaped. */
static piece text(piece value) {
    return value.length >= 2 && *value.at == '"' ? (piece){ value.at + 1, value.length - 2 } : NONE;
}

/* ---- writing ---- */

typedef struct { char *at; size_t length, room; } buffer;

static void add(buffer *out, const char *at, size_t length) {
    if (out->length + length > out->room) {
        out->room = 2 * (out->length + length);
        out->at = realloc(out->at, out->room);
        if (!out->at) abort();
    }
    memcpy(out->at + out->length, at, length);
    out->length += length;
}

static void words(buffer *out, const char *text) { add(out, text, strlen(text)); }
static void put(buffer *out, piece piece) { add(out, piece.at, piece.length); }

/* ---- the plugin ---- */

typedef struct { const deploy_host_v1 *host; } plugin;

static const char INITIALIZED[] =
    "{\"oldest\":1,\"newest\":1,\"name\":\"ledger\",\"version\":\"1.0.0\",\"scopes\":[]}";

static const char DESCRIPTION[] =
    "{\"stages\":[{\"name\":\"ledger\",\"schema\":{\"type\":\"object\",\"additionalProperties\":false,\"properties\":{"
    "\"things\":{\"type\":\"object\",\"additionalProperties\":{\"type\":\"integer\"}}}},\"defaults\":{\"things\":{}},"
    "\"methods\":{\"transform\":false,\"answered\":false,\"check\":false}}],"
    "\"kinds\":[{\"name\":\"ledger.entry\",\"can_retire\":false,\"inputs\":{\"type\":\"object\",\"properties\":{"
    "\"name\":{\"type\":\"string\",\"x-force-new\":true,\"x-unique\":true},\"size\":{\"type\":\"integer\"}}},"
    "\"outputs\":{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"string\"}}}}]}";

/* Every thing of the section becomes an entry. */
static void desired(piece params, buffer *out) {
    piece things = get(get(params, "config"), "things"), name, size;
    const char *at = things.at + 1, *comma = "";
    words(out, "{\"desired\":[");
    while (things.length && next(&at, things.at + things.length, &name, &size)) {
        words(out, comma);
        words(out, "{\"address\":\"ledger.entry."); put(out, name);
        words(out, "\",\"inputs\":{\"name\":\""); put(out, name);
        words(out, "\",\"size\":"); put(out, size);
        words(out, "},\"source\":\"ledger.things."); put(out, name);
        words(out, "\"}");
        comma = ",";
    }
    words(out, "]}");
}

/* One `null` for each of the inputs: they fit. */
static void check(piece params, buffer *out) {
    piece inputs = get(params, "inputs"), key, value;
    const char *at = inputs.at + 1, *comma = "[";
    while (inputs.length && next(&at, inputs.at + inputs.length, &key, &value)) {
        words(out, comma);
        words(out, "null");
        comma = ",";
    }
    words(out, *comma == '[' ? "[]" : "]");
}

/* The folder of the owner's entries, which is made where it is not there. */
static void folder(piece params, char path[1024]) {
    piece owner = get(get(params, "operation"), "owner");
    piece application = text(get(owner, "application")), environment = text(get(owner, "environment"));
    snprintf(path, 1024, "ledger-%.*s-%.*s", (int)application.length, application.at, (int)environment.length,
             environment.at);
    mkdir(path, 0700);
}

static void discover(piece params, buffer *out) {
    char path[1024], file[2048], part[4096];
    const char *comma = "";
    folder(params, path);
    DIR *entries = opendir(path);
    words(out, "[");
    for (struct dirent *entry; entries && (entry = readdir(entries));) {
        if (!strstr(entry->d_name, ".json")) continue;
        snprintf(file, sizeof file, "%s/%s", path, entry->d_name);
        FILE *from = fopen(file, "r");
        if (!from) continue;
        words(out, comma);
        for (size_t count; (count = fread(part, 1, sizeof part, from));) add(out, part, count);
        fclose(from);
        comma = ",";
    }
    if (entries) closedir(entries);
    words(out, "]");
}

static void file_of(piece params, piece address, char file[2048]) {
    char path[1024];
    folder(params, path);
    snprintf(file, 2048, "%s/%.*s.json", path, (int)address.length, address.at);
}

/* Writes an entry down, and answers with it. */
static int write_entry(piece params, piece address, piece inputs, buffer *out) {
    char file[2048];
    file_of(params, address, file);
    words(out, "{\"address\":\""); put(out, address);
    words(out, "\",\"id\":\""); put(out, address);
    words(out, "\",\"inputs\":"); put(out, inputs);
    words(out, ",\"outputs\":{\"id\":\""); put(out, address);
    words(out, "\"}}");
    FILE *to = fopen(file, "w");
    if (!to) return 0;
    int whole = fwrite(out->at, 1, out->length, to) == out->length;
    return !fclose(to) && whole;
}

static void send(plugin *plugin, const buffer *frame) {
    plugin->host->emit(plugin->host->ctx, (const uint8_t *)frame->at, frame->length);
}

/* What is about to be made, so that it is remembered even if this process does not come back from it. */
static void checkpoint(plugin *plugin, piece id, piece made) {
    buffer frame = { NULL, 0, 0 };
    words(&frame, "{\"jsonrpc\":\"2.0\",\"method\":\"host/checkpoint\",\"params\":{\"id\":");
    put(&frame, id);
    words(&frame, ",\"made\":\""); put(&frame, made);
    words(&frame, "\"}}");
    send(plugin, &frame);
    free(frame.at);
}

/* Puts the answer to a request into `out`. Gives the error where there is none. */
static const char *answer(plugin *plugin, piece id, piece method, piece params, buffer *out) {
    static const char UNWRITTEN[] = "{\"code\":-32000,\"message\":\"the entry cannot be written\",\"data\":"
                                    "{\"kind\":\"unavailable\",\"message\":\"the entry cannot be written\"}}";
    piece live = get(params, "live");
    if (is(method, "initialize")) words(out, INITIALIZED);
    else if (is(method, "describe")) words(out, DESCRIPTION);
    else if (is(method, "stage/desired")) desired(params, out);
    else if (is(method, "kind/check")) check(params, out);
    else if (is(method, "kind/discover")) discover(params, out);
    else if (is(method, "kind/create")) {
        piece address = text(get(params, "address"));
        checkpoint(plugin, id, address);
        if (!write_entry(params, address, get(params, "inputs"), out)) return UNWRITTEN;
    } else if (is(method, "kind/complete")) put(out, get(params, "made"));
    else if (is(method, "kind/update")) {
        if (!write_entry(params, text(get(live, "address")), get(params, "inputs"), out)) return UNWRITTEN;
    } else if (is(method, "kind/delete")) {
        char file[2048];
        file_of(params, text(get(live, "address")), file);
        unlink(file);
        words(out, "{}");
    } else if (is(method, "connect") || is(method, "shutdown")) words(out, "{}");
    else return "{\"code\":-32601,\"message\":\"not known here\"}";
    return NULL;
}

static int32_t plugin_open(const deploy_host_v1 *host, void **instance) {
    if (host->size < sizeof *host) return 1;
    plugin *self = malloc(sizeof *self);
    if (!self) return 2;
    self->host = host;
    *instance = self;
    return 0;
}

static int32_t plugin_deliver(void *instance, const uint8_t *frame, size_t length) {
    piece message = { (const char *)frame, length };
    piece id = get(message, "id"), method = text(get(message, "method"));
    /* Without a number it needs no answer, and without a method it is one: this plugin asks nothing. */
    if (!id.length || !method.length) return 0;
    buffer out = { NULL, 0, 0 }, whole = { NULL, 0, 0 };
    const char *error = answer(instance, id, method, get(message, "params"), &out);
    words(&whole, "{\"jsonrpc\":\"2.0\",\"id\":");
    put(&whole, id);
    words(&whole, error ? ",\"error\":" : ",\"result\":");
    if (error) words(&whole, error); else add(&whole, out.at, out.length);
    words(&whole, "}");
    send(instance, &whole);
    free(out.at);
    free(whole.at);
    return 0;
}

static void plugin_close(void *instance) { free(instance); }

static const deploy_plugin_v1 TABLE = {
    .size = sizeof(deploy_plugin_v1),
    .abi = DEPLOY_PLUGIN_ABI,
    .sdk = "none",
    .open = plugin_open,
    .deliver = plugin_deliver,
    .close = plugin_close,
};

const deploy_plugin_v1 *deploy_plugin_entry_v1(uint32_t host_abi) {
    return host_abi < DEPLOY_PLUGIN_ABI ? NULL : &TABLE;
}
