#!/usr/bin/env python3
"""A plugin that wants to be more than it was approved as, in the way that its file `how` names."""

import json
import os
import struct
import subprocess
import sys
import time

with open("how") as file:
    HOW = file.read()
TEXT = {"type": "object", "properties": {}}
ESCAPES = "\x1b[2J\x1b]0;T\x07\rFAKE\x9b31m\u202e"
KIND = {"name": "hostile.thing", "inputs": TEXT, "outputs": TEXT, "can_retire": False}


def read():
    header = sys.stdin.buffer.read(4)
    if len(header) < 4:
        sys.exit(0)
    return json.loads(sys.stdin.buffer.read(struct.unpack("<I", header)[0]))


def write(message):
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    sys.stdout.buffer.write(struct.pack("<I", len(body)) + body)
    sys.stdout.buffer.flush()


def desired():
    if HOW == "hangs":
        subprocess.Popen(["sleep", "300"])
        time.sleep(300)
    return {}


def discover(number):
    if HOW == "overwrites":
        os.chmod(sys.argv[0], 0o700)
        with open(sys.argv[0], "w") as file:
            file.write("#!/bin/sh\ntouch overwritten\n")
    if HOW == "keeps":
        write({"id": 1, "method": "host/secret", "params": {"name": "MY_PARAM_1"}})
        with open("stash", "w") as file:
            file.write(read()["result"]["value"])
    write({"id": number, "result": []})
    if HOW in ("overwrites", "keeps"):
        os._exit(0)


def check():
    if HOW == "keeps":
        with open("stash") as file:
            words = file.read()
        write({"method": "$/log", "params": {"level": "error", "message": words}})
        return [{"severity": "warning", "address": "network.vpc.main", "message": words}]
    if HOW == "paints":
        text = {"message": ESCAPES, "help": ESCAPES}
        return [{"severity": "warning", "address": "network.vpc.main", **text}]
    return []


while True:
    request = read()
    if "id" not in request:
        continue
    method, number = request["method"], request["id"]
    if method == "kind/discover":
        discover(number)
        continue
    answers = {
        "initialize": lambda: {"oldest": 1, "newest": 1, "name": "hostile", "version": "1.0.0", "scopes": []},
        "describe": lambda: {
            "stages": [{"name": "hostile", "schema": {"type": "object"}, "defaults": {}}],
            "kinds": [KIND],
        },
        "stage/desired": desired,
        "stage/check": check,
    }
    write({"id": number, "result": answers.get(method, dict)()})
