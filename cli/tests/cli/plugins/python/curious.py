#!/usr/bin/env python3
"""A plugin that asks its host for what a test wants it to ask for, and says what it got."""

import json
import struct
import sys

DESIRE, _, WHAT = "{{desire}}".partition(":")
KIND = {
    "name": "curious.thing",
    "inputs": {"type": "object", "properties": {}},
    "outputs": {"type": "object", "properties": {}},
    "can_retire": False,
}


def read():
    header = sys.stdin.buffer.read(4)
    if len(header) < 4:
        sys.exit(0)
    return json.loads(sys.stdin.buffer.read(struct.unpack("<I", header)[0]))


def write(message):
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    sys.stdout.buffer.write(struct.pack("<I", len(body)) + body)
    sys.stdout.buffer.flush()


def say(words):
    write({"method": "$/log", "params": {"level": "info", "message": words}})
    print(words, file=sys.stderr)


def ask():
    method = "host/credentials" if DESIRE == "host/credentials" else "host/secret"
    write({"id": 1, "method": method, "params": {"name": WHAT} if WHAT else {}})
    return read()


def discover():
    answer = ask()
    if "error" in answer:
        fault = answer["error"]["data"]
        say(f"refused: {fault['kind']} {fault['message']}")
        return []
    result = answer["result"]
    value = result.get("value") or result["secret_access_key"]
    say(f"got {value}, of length {len(value)}")
    if DESIRE == "leak":
        return [{"address": "curious.thing.a", "id": "a", "inputs": {"value": value}, "outputs": {}}]
    return []


def answer(message):
    method, params = message["method"], message.get("params") or {}
    if method == "initialize":
        return {"oldest": 1, "newest": 1, "name": "curious", "version": "1.0.0", "scopes": []}
    if method == "describe":
        return {"stages": [], "kinds": [KIND]}
    if method == "connect":
        say(f"connected to {params['region']} at {params['endpoint_url']}")
        return {}
    if method == "kind/discover":
        return discover()
    return {}


while True:
    request = read()
    if "id" in request:
        write({"id": request["id"], "result": answer(request)})
