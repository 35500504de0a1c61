#!/usr/bin/env python3
"""A plugin that answers a creation as the file `how` in its folder says. For the tests."""

import json
import pathlib
import struct
import sys
import time

NAME = "scripted"
SECTION = {"name": NAME, "schema": {"type": "object"}, "defaults": {}}
KIND = {"name": f"{NAME}.thing", "inputs": {"type": "object"}, "outputs": {"type": "object"}, "can_retire": False}
RANGE = pathlib.Path("protocol")


def write(message):
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    sys.stdout.buffer.write(struct.pack("<I", len(body)) + body)
    sys.stdout.buffer.flush()


def initialized():
    oldest, newest = json.loads(RANGE.read_text()) if RANGE.exists() else (1, 1)
    scopes = json.loads(pathlib.Path("scopes").read_text()) if pathlib.Path("scopes").exists() else []
    return {"oldest": oldest, "newest": newest, "name": NAME, "version": "1.0.0", "scopes": scopes}


def described():
    file = pathlib.Path("schema")
    inputs = json.loads(file.read_text()) if file.exists() else KIND["inputs"]
    file = pathlib.Path("section")
    section = {**SECTION, **json.loads(file.read_text())} if file.exists() else SECTION
    return {"stages": [section], "kinds": [{**KIND, "inputs": inputs}]}


def create(number, params):
    file = pathlib.Path("how")
    how = file.read_text() if file.exists() else ""
    file.unlink(missing_ok=True)
    live = {"address": params["address"], "id": "one", "inputs": params["inputs"], "outputs": {}}
    right = {"id": number, "result": live}
    if how == "list":
        write({"id": number, "result": [1, 2]})
    elif how == "nothing":
        write({"id": number})
    elif how == "number-as-id":
        write({"id": number, "result": {**live, "id": 1}})
    elif how == "other-address":
        write({"id": number, "result": {**live, "address": f"{NAME}.thing.other"}})
    elif how == "wrong-number":
        write({**right, "id": number + 1000})
    elif how == "stale-number":
        write({**right, "id": 1})
    elif how == "print":
        print("made it", flush=True)
    elif how == "deaf":
        time.sleep(60)
    elif how == "ask-only":
        for question in range(1, 100_000):
            write({"id": question, "method": "host/secret", "params": {"name": "KEY"}})
    elif how == "twice":
        write(right)
        write({**right, "result": {**live, "id": "two"}})
    elif how == "unknown-notice":
        write({"method": "$/weather", "params": {"sun": True}})
        write({"id": None, "error": {"code": -32700, "message": "what?"}})
        write(right)
    else:
        write(right)


def main():
    while header := sys.stdin.buffer.read(4):
        (length,) = struct.unpack("<I", header)
        message = json.loads(sys.stdin.buffer.read(length))
        number, method, params = message.get("id"), message.get("method"), message.get("params", {})
        if number is None:
            continue
        if method == "kind/create":
            create(number, params)
            continue
        answers = {
            "initialize": initialized,
            "describe": described,
            "kind/check": lambda: [None],
            "kind/discover": lambda: [],
        }
        write({"id": number, "result": answers.get(method, dict)()})


main()
