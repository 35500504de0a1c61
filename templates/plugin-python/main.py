#!/usr/bin/env python3
"""The plugin `{{name}}`: a log group of its own for every environment.

Messages come on standard input and go to standard output: four bytes of length, little-endian, and a JSON-RPC 2.0 text.
Whatever else the plugin wants to say goes to standard error.
"""

import json
import struct
import sys
import traceback

# What is printed goes to standard error: standard output belongs to the messages.
MESSAGES, sys.stdout = sys.stdout.buffer, sys.stderr

NAME, VERSION = "{{name}}", "0.1.0"

SECTION = {
    "name": NAME,
    "defaults": {"retention_days": 30},
    "schema": {
        "description": "A log group of its own for every environment.",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "retention_days": {
                "description": "For how many days the log is kept.",
                "type": "integer",
                "minimum": 1,
            },
        },
    },
    # What the stage wants to be asked besides `stage/desired`.
    "methods": {"transform": False, "answered": False, "check": False},
}


def initialize(_params):
    return {"oldest": 1, "newest": 1, "name": NAME, "version": VERSION, "scopes": []}


def describe(_params):
    return {"stages": [SECTION], "kinds": []}


def desired(params):
    """The resources that the section asks for. Pure: the same answer for the same question."""
    environment, config = params["environment"], params["config"]
    # What begins with the environment's prefix is found again, whatever becomes of this plugin.
    name = f"{environment['prefix']}-{NAME}"
    return {
        "desired": [
            {
                "address": f"ecs.log_group.{NAME}",
                "inputs": {
                    "name": name,
                    "retention_days": config["retention_days"],
                    "tags": {**environment["tags"], "Name": name},
                },
                # Which keys of the configuration ask for it: a plan shows where they were set.
                "source": NAME,
                "sources": {"retention_days": f"{NAME}.retention_days"},
            }
        ]
    }


def shutdown(_params):
    return {}


METHODS = {"initialize": initialize, "describe": describe, "stage/desired": desired, "shutdown": shutdown}


def answer(message):
    method = METHODS.get(message["method"])
    if method is None:
        return {"error": {"code": -32601, "message": f"`{message['method']}` is not known here"}}
    try:
        return {"result": method(message.get("params") or {})}
    except Exception as error:  # the host is told, and the conversation goes on
        traceback.print_exc(file=sys.stderr)
        fault = {"kind": "internal", "message": f"{type(error).__name__} in `{message['method']}`: {error}"}
        return {"error": {"code": -32000, "message": fault["message"], "data": fault}}


def read():
    header = sys.stdin.buffer.read(4)
    if len(header) < 4:
        return None
    return sys.stdin.buffer.read(struct.unpack("<I", header)[0])


def write(message):
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    MESSAGES.write(struct.pack("<I", len(body)) + body)
    MESSAGES.flush()


def main():
    while (body := read()) is not None:
        try:
            message = json.loads(body)
        except ValueError:
            write({"error": {"code": -32700, "message": "not a message"}})
            continue
        # What has no number wants no answer: `$/cancel` comes too late for what is answered at once.
        if "id" in message and "method" in message:
            write({"id": message["id"], **answer(message)})
            if message["method"] == "shutdown":
                return


if __name__ == "__main__":
    main()
