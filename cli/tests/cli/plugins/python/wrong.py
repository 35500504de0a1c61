#!/usr/bin/env python3
"""A plugin with a stage and a kind of its own, which is wrong in one way, or in none."""

import copy
import json
import os
import signal
import struct
import sys
import time

WRONG = "{{wrong}}"
THINGS = {}
BY_OPERATION = {}
WAITING = []
COUNT = 0

INPUTS = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "size"],
    "properties": {
        "name": {"type": "string", **({} if WRONG == "never_replaced" else {"x-force-new": True})},
        "size": {"type": "integer"},
    },
}
OUTPUTS = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
SECTION = {
    "name": "wrong",
    "defaults": {"name": 1 if WRONG == "wrong_default" else "one", "size": 1},
    "schema": {
        "type": "object",
        **({} if WRONG == "open" else {"additionalProperties": False}),
        "properties": {"name": {"type": "string"}, "size": {"type": "integer"}},
    },
}


class Fault(Exception):
    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind


def count():
    global COUNT
    COUNT += 1
    return COUNT


def initialize(params):
    if WRONG == "young" and params["newest"] > 1:
        raise Fault("invalid", "this host is too new")
    name = "somebody" if WRONG == "stranger" else "wrong"
    return {"oldest": 1, "newest": 1, "name": name, "version": "1.0.0", "scopes": ["aws"]}


def describe(params):
    if WRONG == "strict" and set(params) != {"protocol"}:
        raise Fault("invalid", "what is that?")
    section = copy.deepcopy(SECTION)
    if WRONG == "describes_anew":
        section["schema"]["description"] = f"described {count()} times"
    kind = {"name": "wrong.thing", "inputs": INPUTS, "outputs": OUTPUTS, "can_retire": False, "creates_once": True}
    return {"stages": [section], "kinds": [kind]}


def desired(params):
    source = f"wrong.n{count()}" if WRONG == "impure" else "wrong"
    inputs = {"name": params["config"]["name"]} if WRONG == "unfit" else params["config"]
    return {"desired": [{"address": "wrong.thing.one", "inputs": inputs, "source": source}]}


def transform(params):
    if WRONG != "grows":
        return {}
    names = [one["address"] for one in params["blueprint"]["desired"] if one["address"].startswith("wrong.")]
    inputs = {"name": f"more{len(names)}", "size": 1}
    return {"desired": [{"address": f"wrong.thing.more{len(names)}", "inputs": inputs, "source": "wrong"}]}


def check(_params):
    message = f"{count()} times checked" if WRONG == "fickle" else "checked"
    return [{"severity": "note", "address": "wrong.thing.one", "message": message}]


def check_inputs(params):
    misfit = {"field": "size", "message": "it has no size"}
    return [None if "size" in inputs else misfit for inputs in params["inputs"]]


def outputs(name):
    return {"id": 7 if WRONG == "other_outputs" else name}


def discover(params):
    if WRONG == "slow" and not params["wanted"]:
        time.sleep(4)
    found = copy.deepcopy(list(THINGS.values()))
    if WRONG == "told_only":
        found = [live for live in found if live["address"] in [one["address"] for one in params["wanted"]]]
    for live in found:
        if WRONG == "forgetful":
            live["inputs"]["size"] = 0
        if WRONG == "answers_with_the_key":
            live["outputs"]["key"] = credentials()["secret_access_key"]
    return found


def create(params):
    key = credentials()["secret_access_key"]
    if WRONG == "tells":
        notify("$/log", {"level": "info", "message": f"signed with {key}"})
    if WRONG == "tells_in_disguise":
        notify("$/log", {"level": "info", "message": f"signed with {key.encode().hex()}"})
    if WRONG == "fails_with_the_key":
        raise Fault("denied", f"{key} is not allowed to do that")
    operation = params["operation"]["id"]
    if operation not in BY_OPERATION or WRONG == "makes_twins":
        BY_OPERATION[operation] = f"thing-{count()}"
    name = BY_OPERATION[operation]
    THINGS[name] = {"address": params["address"], "id": name, "inputs": params["inputs"], "outputs": outputs(name)}
    return THINGS[name]


def complete(params):
    return params["made"]


def update(params):
    live = params["live"]
    if WRONG == "makes_anew":
        del THINGS[live["id"]]
        live["id"] = f"thing-{count()}"
    THINGS[live["id"]] = {**live, "inputs": params["inputs"]}
    return THINGS[live["id"]]


def delete(params):
    name = params["live"]["id"]
    if WRONG == "deletes_once" and name not in THINGS:
        raise Fault("not_found", "there is no such thing")
    if WRONG != "keeps":
        THINGS.pop(name, None)
    return {}


METHODS = {
    "initialize": initialize,
    "describe": describe,
    "connect": lambda _: {},
    "shutdown": lambda _: {},
    "stage/desired": desired,
    "stage/transform": transform,
    "stage/answered": lambda _: {},
    "stage/check": check,
    "kind/check": check_inputs,
    "kind/discover": discover,
    "kind/create": create,
    "kind/complete": complete,
    "kind/update": update,
    "kind/delete": delete,
}


def credentials():
    write({"id": 1, "method": "host/credentials", "params": {}})
    while (message := parse(read())) and "method" in message:
        WAITING.append(message)
    return message["result"]


def answer(message):
    method = METHODS.get(message["method"])
    if method is None:
        if WRONG == "obliging":
            return {"result": {}}
        return {"error": {"code": -32601, "message": "not known here"}}
    try:
        return {"result": method(message.get("params") or {})}
    except Fault as fault:
        data = {"kind": fault.kind, "message": str(fault)}
        return {"error": {"code": -32000, "message": str(fault), "data": data}}


def read():
    header = sys.stdin.buffer.read(4)
    if len(header) < 4:
        time.sleep(9 if WRONG == "stays" else 0)
        sys.exit(0)
    length = struct.unpack("<I", header)[0]
    if length > 16 * 1024 * 1024:
        if WRONG == "chokes":
            os.kill(os.getpid(), signal.SIGSEGV)
        sys.exit(1)
    return sys.stdin.buffer.read(length)


def parse(body):
    try:
        message = json.loads(body)
        return message if isinstance(message, dict) else None
    except (ValueError, RecursionError):
        return None


def write(message):
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    sys.stdout.buffer.write(struct.pack("<I", len(body)) + body)
    sys.stdout.buffer.flush()


def notify(method, params):
    write({"method": method, "params": params})


while True:
    request = WAITING.pop(0) if WAITING else parse(read())
    if request is None:
        if WRONG == "fragile":
            os.kill(os.getpid(), signal.SIGSEGV)
        write({"error": {"code": -32700, "message": "not a message"}})
    elif "id" in request and "method" in request:
        write({"id": request["id"], **answer(request)})
        if request["method"] == "shutdown":
            time.sleep(9 if WRONG == "lingers" else 0)
            sys.exit(0)
