/*
 * deploy_plugin.h - the border between `deploy` and a plugin that is a dynamic library.
 *
 * The same as core/plugin/src/abi.rs; a test of core/host holds the two to each other. A plugin exports one function,
 * deploy_plugin_entry_v1, and nothing else.
 *
 * Frames. Everything that is said crosses as a frame: one JSON-RPC 2.0 message in UTF-8, of 16 MiB at most, without a
 * length before it (a program on pipes writes four bytes of length, little-endian; a library does not). The messages are
 * those of core/plugin/src/wire. Each request that is delivered is answered once, in any order, from any thread, with a
 * `result` or an `error`; one that is not known is answered with the error code -32601.
 *
 * Ownership. A pointer is lent for the call it is an argument of. Whoever receives a frame copies what it wants to keep.
 * Nobody frees the other's memory. The two structures below, and what they point to, stay where they are and do not
 * change until the process ends: a library is never unloaded.
 *
 * Threads. `emit` may be called from any thread, also inside `open` and `deliver`; it does not call back into the plugin,
 * and it may block while the host is busy. `open`, `deliver` and `close` are called by one thread at a time, which need
 * not be the same each time. `deliver` should come back soon: while it runs nothing else is delivered, the wish to stop
 * ($/cancel) among it. A plugin that does one thing after the other may answer inside `deliver`.
 *
 * Errors. Nothing unwinds across the border: no C++ exception, no Rust panic, no longjmp. What goes wrong with a request
 * is its answer. A plugin that crashes, exits or hangs takes nobody with it: it runs in a process of its own, which is
 * started again, and what was under way is reported with its outcome unknown.
 *
 * Standard input is empty. Standard output and standard error go to the log, line by line.
 *
 * Versions. `abi` counts changes of these structures and functions that are no additions; the version of the messages is
 * agreed on in `initialize` and has nothing to do with it. New fields are added at the end, in the place of `reserved`,
 * and nobody uses a field that lies beyond the other side's `size`. `reserved` is zero.
 */
#ifndef DEPLOY_PLUGIN_H
#define DEPLOY_PLUGIN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this border. */
#define DEPLOY_PLUGIN_ABI 1u

/* The largest frame, in bytes. */
#define DEPLOY_PLUGIN_MAX_FRAME (16u * 1024u * 1024u)

#if defined(_WIN32)
#define DEPLOY_PLUGIN_EXPORT __declspec(dllexport)
#elif defined(__GNUC__)
#define DEPLOY_PLUGIN_EXPORT __attribute__((visibility("default")))
#else
#define DEPLOY_PLUGIN_EXPORT
#endif

/* What the host offers. */
typedef struct deploy_host_v1 {
    /* The size of this structure in the host's eyes, in bytes. */
    uint32_t size;
    /* The host's DEPLOY_PLUGIN_ABI. */
    uint32_t abi;
    /* Handed back to every function of the host. */
    void *ctx;
    /* Takes a frame on its way to the host. */
    void (*emit)(void *ctx, const uint8_t *frame, size_t length);
    /* For later versions. */
    const void *reserved[4];
} deploy_host_v1;

/* What the plugin offers. No function of it is NULL. */
typedef struct deploy_plugin_v1 {
    /* The size of this structure in the plugin's eyes, in bytes: sizeof(deploy_plugin_v1). */
    uint32_t size;
    /* The plugin's DEPLOY_PLUGIN_ABI. */
    uint32_t abi;
    /* What it was built with, for messages; ends with a zero. May be NULL. */
    const char *sdk;
    /* Starts the plugin, once: puts what it likes into *instance, which it is handed back by the other two. 0 on success;
     * anything else is told to the user, and nothing more is called. */
    int32_t (*open)(const deploy_host_v1 *host, void **instance);
    /* Hands over a frame. 0 while the plugin takes frames; after anything else it is closed. */
    int32_t (*deliver)(void *instance, const uint8_t *frame, size_t length);
    /* Ends the plugin. The process ends soon afterwards, whatever still runs in it. */
    void (*close)(void *instance);
    /* For later versions. */
    const void *reserved[4];
} deploy_plugin_v1;

/*
 * The only symbol that a plugin exports. It is told the host's DEPLOY_PLUGIN_ABI, and gives its table, or NULL where it
 * needs a newer host.
 */
DEPLOY_PLUGIN_EXPORT const deploy_plugin_v1 *deploy_plugin_entry_v1(uint32_t host_abi);

#ifdef __cplusplus
}
#endif

#endif
