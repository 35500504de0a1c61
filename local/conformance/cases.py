"""What a case is: one operation, what AWS answers, and the calls that show it.

A case is a function whose name reads as a sentence. It gets the clients of one server, in an account of its own where
nothing exists yet, and returns the facts that AWS documents. A case that is refused ends with the refused call.
"""

import json
import re
from dataclasses import dataclass
from typing import Any, Callable

from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

CASES = []
# The outcome where a server fails in a way of its own.
BROKEN = "a defect of the server"


@dataclass(frozen=True)
class Case:
    """`says` is the outcome that AWS documents."""

    service: str
    operation: str
    name: str
    says: str
    run: Callable[[Any], Any]

    @property
    def module(self):
        """The last part of the name of the module where it stands."""
        return self.run.__module__.rpartition(".")[2]

    @property
    def key(self):
        return f"{self.service}.{self.operation}: {self.name}"


def gives(operation, facts=None):
    """A case that is answered: the function returns exactly these facts."""
    return _add(operation, written(facts))


def refused(operation, code):
    """A case whose last call is refused with this code."""
    return _add(operation, code)


def _add(operation, says):
    service, name = operation.split(".")

    def add(run):
        case = Case(service, name, run.__name__.replace("_", " "), says, run)
        if any(case.key == other.key for other in CASES):
            raise ValueError(f"there are two cases `{case.key}`")
        CASES.append(case)
        return run

    return add


def outcome(case, aws):
    """What this server makes of a case, as text that is the same in every run."""
    try:
        return written(case.run(aws))
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code == "500":
            return BROKEN
        if error.operation_name == case.operation:
            return code
        return f"{code} of {error.operation_name}"
    except ResponseParserError:
        return BROKEN
    except (KeyError, IndexError, StopIteration, TimeoutError) as error:
        # Only a reply that lacks what AWS puts there leads here.
        return f"{type(error).__name__}: {error}".removesuffix(": ")


def written(facts):
    """Facts as text: `ok`, or JSON without ids and accounts."""
    if facts is None:
        return "ok"
    text = json.dumps(facts, sort_keys=True, ensure_ascii=False)
    text = re.sub(r"\b([a-z]+(?:-[a-z]+)*)-[0-9a-f]{17}\b", r"\1-*", text)
    return re.sub(r"\b9\d{11}\b", "123456789012", text)


def pick(reply, *names):
    """These members of a reply; one that is missing is `None`."""
    return {name: reply.get(name) for name in names}


def tags(reply, key="Key", value="Value"):
    """A list of tags as a dictionary."""
    return {tag[key]: tag.get(value) for tag in reply}
