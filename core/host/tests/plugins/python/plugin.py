#!/usr/bin/env python3
"""A whole plugin in Python: a stage with the section `[journal]`, and a kind, `journal.entry`, that keeps each resource
in a file. Nothing but the standard library.

Frames go over standard input and output, so everything else that is printed goes to standard error.
"""

import json
import pathlib
import struct
import sys

INITIALIZED = {"oldest": 1, "newest": 1, "name": "journal", "version": "1.0.0", "scopes": []}

DESCRIPTION = {
    "stages": [
        {
            "name": "journal",
            "schema": {
                "type": "object",
                "additionalProperties": False,
                "properties": {"things": {"type": "object", "additionalProperties": {"type": "integer"}}},
            },
            "defaults": {"things": {}},
            "methods": {"transform": False, "answered": False, "check": False},
        }
    ],
    "kinds": [
        {
            "name": "journal.entry",
            "inputs": {
                "type": "object",
                "properties": {
                    "name": {"type": "string", "x-force-new": True, "x-unique": True},
                    "size": {"type": "integer"},
                },
            },
            "outputs": {"type": "object", "properties": {"id": {"type": "string"}}},
            "can_retire": False,
        }
    ],
}


class Failed(Exception):
    """An operation that did not succeed: a class that the engine acts on, and what happened."""

    def __init__(self, kind, message):
        super().__init__(message)
        self.fault = {"kind": kind, "message": message}


def read():
    """The next message; nothing where the host is gone."""
    header = sys.stdin.buffer.read(4)
    if len(header) < 4:
        return None
    (length,) = struct.unpack("<I", header)
    return json.loads(sys.stdin.buffer.read(length))


def write(message):
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    sys.stdout.buffer.write(struct.pack("<I", len(body)) + body)
    sys.stdout.buffer.flush()


def file_of(params, address):
    owner = params["operation"]["owner"]
    folder = pathlib.Path(f"journal-{owner['application']}-{owner['environment']}")
    folder.mkdir(exist_ok=True)
    return folder / f"{address}.json"


def put(params, address, inputs):
    live = {"address": address, "id": address, "inputs": inputs, "outputs": {"id": address}}
    file_of(params, address).write_text(json.dumps(live))
    return live


def desired(params, _):
    things = params["config"]["things"].items()
    entry = lambda name, size: {
        "address": f"journal.entry.{name}",
        "inputs": {"name": name, "size": size},
        "source": f"journal.things.{name}",
    }
    return {"desired": [entry(name, size) for name, size in things]}


def misfit(inputs):
    """What is wrong with the inputs of an entry, if anything is. A reference is an object: it is not known yet."""
    for field, form in (("name", str), ("size", int)):
        if not isinstance(inputs.get(field), (form, dict)):
            return {"field": field, "message": f"expected {form.__name__}"}
    return None


def create(params, number):
    address = params["address"]
    if file_of(params, address).exists():
        raise Failed("conflict", f"{address} is there already")
    write({"method": "host/checkpoint", "params": {"id": number, "made": address}})
    return put(params, address, params["inputs"])


def delete(params, _):
    file_of(params, params["live"]["address"]).unlink(missing_ok=True)
    return {}


METHODS = {
    "initialize": lambda params, _: INITIALIZED,
    "describe": lambda params, _: DESCRIPTION,
    "connect": lambda params, _: {},
    "shutdown": lambda params, _: {},
    "stage/desired": desired,
    "kind/check": lambda params, _: [misfit(inputs) for inputs in params["inputs"]],
    "kind/discover": lambda params, _: [json.loads(file.read_text()) for file in file_of(params, "").parent.glob("*.json")],
    "kind/create": create,
    "kind/complete": lambda params, _: params["made"],
    "kind/update": lambda params, _: put(params, params["live"]["address"], params["inputs"]),
    "kind/delete": delete,
}


def answer(message):
    method = METHODS.get(message["method"])
    if method is None:
        return {"error": {"code": -32601, "message": f"`{message['method']}` is not known here"}}
    try:
        return {"result": method(message.get("params", {}), message["id"])}
    except Failed as failed:
        return {"error": {"code": -32000, "message": str(failed), "data": failed.fault}}


def main():
    while (message := read()) is not None:
        # Without a number it needs no answer, and without a method it is one: this plugin asks nothing.
        if "id" in message and "method" in message:
            write({"id": message["id"], **answer(message)})


main()
