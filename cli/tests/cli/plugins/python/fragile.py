#!/usr/bin/env python3
"""A plugin with a kind whose cloud is a file, and which goes wrong where and how its section says."""

import json
import os
import signal
import struct
import subprocess
import sys
import time

CLOUD = "cloud.json"
TEXT = {"type": "string"}
SECTION = {
    "name": "fragile",
    "defaults": {"when": "", "how": "", "notes": ["one"]},
    "schema": {
        "type": "object",
        "additionalProperties": False,
        "properties": {"when": TEXT, "how": TEXT, "notes": {"type": "array", "items": TEXT}},
    },
}
FIELDS = {"type": "object", "properties": {"text": TEXT, "when": TEXT, "how": TEXT}}
KIND = {
    "name": "fragile.note",
    "inputs": {
        "type": "object",
        "properties": {
            "text": TEXT,
            "when": {**TEXT, "x-write-only": True},
            "how": {**TEXT, "x-write-only": True},
        },
    },
    "outputs": {"type": "object", "properties": {"id": TEXT}},
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


def cloud():
    try:
        with open(CLOUD) as file:
            return json.load(file)
    except FileNotFoundError:
        return []


def keep(things):
    with open(CLOUD + ".new", "w") as file:
        json.dump(things, file)
    os.replace(CLOUD + ".new", CLOUD)


def go_wrong(how):
    if how.startswith("exit"):
        os._exit(int(how[4:]))
    if how.startswith("signal"):
        os.kill(os.getpid(), int(how[6:]))
    if how == "hang":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(600)
    if how == "garbage":
        sys.stdout.buffer.write(struct.pack("<I", 7) + b"{broken")
        sys.stdout.buffer.flush()
        time.sleep(600)
    if how == "text":
        print("this is not a message", flush=True)
        time.sleep(600)
    if how == "oversized":
        sys.stdout.buffer.write(struct.pack("<I", 1 << 31))
        sys.stdout.buffer.flush()
        time.sleep(600)
    if how == "closed":
        os.close(1)
        time.sleep(600)
    if how == "orphan":
        # A grandchild of another session keeps the pipes when this process is gone.
        subprocess.Popen(["sleep", "20"], start_new_session=True)
        os._exit(0)
    if how == "raise":
        raise RuntimeError("it broke")
    if how == "wrong":
        write({"id": NUMBER, "result": 7})
        return True
    if how == "twice":
        write({"id": NUMBER + 1000, "result": {}})
    return False


def wrong(params, moment):
    return params.get("when") == moment and go_wrong(params["how"])


def address(text):
    return f"fragile.note.{text}"


def live(thing):
    inputs = {"text": thing["text"], "when": "", "how": ""}
    return {"address": address(thing["text"]), "id": thing["id"], "inputs": inputs, "outputs": {"id": thing["id"]}}


def answer(message):
    method, params = message["method"], message.get("params") or {}
    if method == "initialize":
        return {"oldest": 1, "newest": 1, "name": "fragile", "version": "1.0.0"}
    if method == "describe":
        return {"stages": [SECTION], "kinds": [KIND]}
    if method == "stage/desired":
        config = params["config"]
        if wrong(config, "desired"):
            return None
        what = {"when": config["when"], "how": config["how"]}
        notes = [
            {"address": address(text), "inputs": {"text": text, **what}, "source": "fragile.notes"}
            for text in config["notes"]
        ]
        return {"desired": notes}
    if method in ("stage/transform", "stage/answered"):
        return None if wrong(params["config"], method[6:]) else {}
    if method == "stage/check":
        return None if wrong(params["config"], "check") else []
    if method == "kind/check":
        return [None for _ in params["inputs"]]
    if method == "kind/discover":
        return [live(thing) for thing in cloud()]
    if method == "kind/create":
        inputs = params["inputs"]
        if wrong(inputs, "before"):
            return None
        thing = {"text": inputs["text"], "id": f"note-{len(cloud())}-{inputs['text']}"}
        write({"method": "host/checkpoint", "params": {"id": NUMBER, "made": thing["id"]}})
        keep(cloud() + [thing])
        return None if wrong(inputs, "after") else live(thing)
    if method == "kind/complete":
        return params["made"]
    if method == "kind/delete":
        keep([thing for thing in cloud() if thing["id"] != params["live"]["id"]])
        return {}
    return {}


while True:
    request = read()
    if "id" not in request:
        continue
    NUMBER = request["id"]
    try:
        result = answer(request)
    except RuntimeError as error:
        fault = {"kind": "internal", "message": str(error)}
        write({"id": NUMBER, "error": {"code": -32000, "message": str(error), "data": fault}})
        continue
    if result is not None:
        write({"id": NUMBER, "result": result})
