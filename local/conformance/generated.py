"""What is asked of every operation alike, from botocore's models: operations and parameters that nobody knows.

EC2 documents `UnknownParameter`. What the other services do with a parameter that they do not know is not documented;
the embedded AWS refuses it there too, so that nothing is taken and then lost.
"""

import json
import re

from cases import CASES
from raw import call, post

UNHEARD = "unheardOf"
UNKNOWN_ACTION = {"ec2": "InvalidAction", "query": "InvalidAction", "json": "UnknownOperationException"}
UNKNOWN_PARAMETER = {
    "ec2": "UnknownParameter",
    "iam": "ValidationError",
    "sts": "ValidationError",
    "ssm": "ValidationException",
    "ecs": "InvalidParameterException",
    "logs": "InvalidParameterException",
    "ecr": "InvalidParameterException",
}


class UnheardOf:
    """Watches the clients: a call that is answered was sent with one parameter too many before, and had to be refused."""

    def __init__(self):
        self.codes = {}
        self._last = None

    def watch(self, client):
        client.meta.events.register("before-send", self._send)
        client.meta.events.register("before-parse", self._reply)

    def _send(self, request, event_name, **_):
        _, service, operation = event_name.split(".")
        if (service, operation) in self.codes:
            return
        headers = {name: value for name, value in request.headers.items() if name.lower() != "content-length"}
        body = request.body if isinstance(request.body, bytes) else request.body.encode()
        if any(name.lower() == "x-amz-target" for name in headers):
            body = json.dumps(json.loads(body or b"{}") | {UNHEARD: 1}).encode()
        else:
            body += f"&{UNHEARD}=1".encode()
        self._last = post(request.url, headers, body)[0]

    def _reply(self, operation_model, response_dict, **_):
        key = operation_model.service_model.service_name, operation_model.name
        if response_dict["status_code"] == 200:
            self.codes.setdefault(key, self._last)

    def problems(self):
        for (service, operation), code in self.codes.items():
            if code != UNKNOWN_PARAMETER[service]:
                yield f"{service}.{operation}: a parameter that nobody knows: {code or 'it was taken'}"


class Models:
    """Goes through all operations of the models, known and unknown."""

    def __init__(self, aws):
        self.unknown = 0
        self.members = 0
        self.refused = {}
        self.problems = []
        answered = {(case.service, case.operation) for case in CASES if not is_code(case.says)}
        for service in sorted({case.service for case in CASES}):
            model = aws.client(service).meta.service_model
            for operation in model.operation_names:
                self._operation(aws.endpoint, service, model, operation, (service, operation) in answered)

    def _operation(self, endpoint, service, model, operation, answered):
        code, _ = call(endpoint, model, operation, {})
        if code == UNKNOWN_ACTION[model.protocol]:
            self.unknown += 1
            if answered:
                self.problems.append(f"{service}.{operation}: the embedded AWS does not know it")
            return
        if not answered:
            self.problems.append(f"{service}.{operation}: no case in which it is answered")
        if model.protocol == "json" and (shape := model.operation_model(operation).input_shape):
            self._members(endpoint, model, operation, shape, lambda inner: inner, "")

    def _members(self, endpoint, model, operation, shape, around, path, above=()):
        """Which members of a structure are taken: a request with one that nobody knows is told what they are."""
        code, message = call(endpoint, model, operation, around({UNHEARD: 1}))
        name = f"{model.service_name}.{operation}"
        if f"unknown field `{UNHEARD}`" not in message:
            # Kept as it is, whatever it holds.
            return
        taken = set(re.findall(r"`(\w+)`", message.partition(", expected")[2]))
        self.members += len(taken)
        for member in sorted(taken - shape.members.keys()):
            self.problems.append(f"{name}{path}: it takes {member}, which AWS does not know")
        if left := sorted(shape.members.keys() - taken):
            self.refused.setdefault(name, []).extend(f"{path}.{member}".lstrip(".") for member in left)
        for member in sorted(taken & shape.members.keys()):
            inner, wrap = shape.members[member], around_member(around, member)
            if inner.type_name == "list":
                inner, wrap = inner.member, around_list(wrap)
            if inner.type_name == "structure" and inner.name not in above:
                self._members(endpoint, model, operation, inner, wrap, f"{path}.{member}", (*above, inner.name))


def around_member(around, member):
    return lambda inner: around({member: inner})


def around_list(around):
    return lambda inner: around([inner])


def is_code(says):
    """Whether an outcome is that of a refused case."""
    return re.fullmatch(r"[A-Z][A-Za-z.]+", says) is not None
