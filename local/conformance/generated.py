"""What is asked of every operation alike, from botocore's models: operations and parameters that nobody knows.

EC2 documents `UnknownParameter`, S3 `NotImplemented`. What the other services do with a parameter that they do not know
is not documented; the embedded AWS refuses it there too, so that nothing is taken and then lost.
"""

import json
import re
from urllib.parse import parse_qsl, urlencode

from botocore.serialize import create_serializer

from cases import CASES
from raw import call, content, post, rest, send

UNHEARD = "unheardOf"
# Behind every member of a model in the order of their names.
LAST = "zzz"
SAMPLES = {
    "string": "x",
    "boolean": True,
    "integer": 1,
    "long": 1,
    "float": 1.0,
    "double": 1.0,
    "timestamp": "2026-01-01T00:00:00Z",
    "blob": b"x",
}
UNKNOWN_ACTION = {
    "ec2": "InvalidAction",
    "query": "InvalidAction",
    "json": "UnknownOperationException",
    "rest-xml": "NotImplemented",
}
# Another operation of the same service is the same request, to another host.
SAME_REQUEST = {("s3", "ListDirectoryBuckets")}
UNKNOWN_PARAMETER = {
    "ec2": "UnknownParameter",
    "iam": "ValidationError",
    "sts": "ValidationError",
    "ssm": "ValidationException",
    "secretsmanager": "ValidationException",
    "kms": "ValidationException",
    "ecs": "InvalidParameterException",
    "logs": "InvalidParameterException",
    "ecr": "InvalidParameterException",
    "s3": "NotImplemented",
}


class UnheardOf:
    """Watches the clients: a call that is answered was sent with one parameter more before, and had to be refused."""

    def __init__(self):
        self.codes = {}
        self._last = None
        self._names = {}

    def watch(self, client):
        self._names[client.meta.service_model.service_id.hyphenize()] = client.meta.service_model.service_name
        client.meta.events.register("before-send", self._send)
        client.meta.events.register("before-parse", self._reply)

    def _send(self, request, event_name, **_):
        _, service_id, operation = event_name.split(".")
        if (self._names[service_id], operation) in self.codes:
            return
        headers = {name: value for name, value in request.headers.items() if name.lower() != "content-length"}
        body = content(request.body)
        if self._names[service_id] == "s3":
            address = request.url + ("&" if "?" in request.url else "?") + f"{UNHEARD}=1"
            self._last = send(request.method, address, without_expectation(headers), body)[0]
            return
        if any(name.lower() == "x-amz-target" for name in headers):
            body = json.dumps(json.loads(body or b"{}") | {UNHEARD: 1}).encode()
        else:
            body += f"&{UNHEARD}=1".encode()
        self._last = post(request.url, headers, body)[0]

    def _reply(self, operation_model, response_dict, **_):
        key = operation_model.service_model.service_name, operation_model.name
        if response_dict["status_code"] < 300:
            self.codes.setdefault(key, self._last)

    def problems(self):
        for (service, operation), code in self.codes.items():
            if code != UNKNOWN_PARAMETER[service]:
                yield f"{service}.{operation}: a parameter that nobody knows: {code or 'it was taken'}"


class QueryMembers:
    """Watches the clients: a call that is answered was sent with each member of its request before, one at a time.

    A last parameter that nobody knows has all of these calls refused, so that they change nothing. A member that is not
    taken is named in the refusal before it.
    """

    def __init__(self):
        self.taken = 0
        self.refused = {}
        self._done = set()
        self._models = {}
        self._last = [], []

    def watch(self, client):
        model = client.meta.service_model
        self._models[model.service_id.hyphenize()] = model
        if model.protocol in ("ec2", "query"):
            client.meta.events.register("before-send", self._send)
            client.meta.events.register("before-parse", self._reply)

    def _send(self, request, event_name, **_):
        _, service_id, name = event_name.split(".")
        model = self._models[service_id]
        operation = model.operation_model(name)
        if operation.input_shape is None or (model.service_name, operation.name) in self._done:
            return
        self._last = [], []
        base = dict(parse_qsl(request.body.decode() if isinstance(request.body, bytes) else request.body))
        headers = {name: value for name, value in request.headers.items() if name.lower() != "content-length"}
        serializer = create_serializer(model.protocol, include_validation=False)
        for path, params in leaves(operation.input_shape):
            sent = serializer.serialize_to_request(params, operation)["body"]
            added = {name: value for name, value in sent.items() if name not in base}
            code, message = post(request.url, headers, urlencode(base | added | {LAST: "1"}).encode())
            if any(f"parameter {name} is not recognized" in message for name in added):
                self._last[1].append(path)
            elif code != "MissingParameter":
                self._last[0].append(path)

    def _reply(self, operation_model, response_dict, **_):
        key = operation_model.service_model.service_name, operation_model.name
        if response_dict["status_code"] == 200 and key not in self._done:
            self._done.add(key)
            taken, refused = self._last
            self.taken += len(taken)
            if refused:
                self.refused[".".join(key)] = refused


class RestMembers:
    """The same for S3: a header that nobody knows, behind all others, has the calls that change something refused."""

    def __init__(self):
        self.taken = 0
        self.refused = {}
        self._done = set()
        self._params = {}
        self._last = [], []
        self._client = None

    def watch(self, client):
        if client.meta.service_model.protocol == "rest-xml":
            self._client = client
            client.meta.events.register("before-parameter-build", self._build)
            client.meta.events.register("before-send", self._send)
            client.meta.events.register("before-parse", self._reply)

    def _build(self, params, **_):
        self._params = dict(params)

    def _send(self, request, event_name, **_):
        operation = self._client.meta.service_model.operation_model(event_name.split(".")[2])
        if operation.input_shape is None or operation.name in self._done:
            return
        self._last = [], []
        last = () if request.method in ("GET", "HEAD") else ((f"x-amz-{LAST}", "1"),)
        endpoint = self._client.meta.endpoint_url
        for path, params in leaves(operation.input_shape, every_value=True):
            headers = dict(request.headers.items())
            answers = [rest(endpoint, headers, operation, merged(self._params, one), last) for one in params]
            is_taken = any(code not in ("NotImplemented", "MalformedXML") or said == f"x-amz-{LAST}" for code, said in answers)
            self._last[0 if is_taken else 1].append(path)

    def _reply(self, operation_model, response_dict, **_):
        name = operation_model.name
        if response_dict["status_code"] < 300 and name not in self._done:
            self._done.add(name)
            taken, refused = self._last
            self.taken += len(taken)
            if refused:
                self.refused[f"s3.{name}"] = refused


def merged(value, other):
    """Parameters with others in them, down to the first item of each list."""
    if isinstance(value, dict) and isinstance(other, dict):
        return value | {name: merged(value.get(name), inner) for name, inner in other.items()}
    if isinstance(value, list) and value and isinstance(other, list):
        return [merged(value[0], other[0]), *value[1:]]
    return other


def without_expectation(headers):
    return {name: value for name, value in headers.items() if name.lower() != "expect"}


def leaves(shape, above=(), every_value=False):
    """Each member of a structure that holds a value: where it stands, and parameters with it alone, or a list of them with
    every value that it can have."""
    for name, member in shape.members.items():
        if listed := member.type_name == "list":
            member = member.member
        if member.type_name == "structure":
            if member.name not in above:
                for path, inner in leaves(member, (*above, member.name), every_value):
                    around = lambda one: {name: [one] if listed else one}  # noqa: E731
                    yield f"{name}.{path}", [around(one) for one in inner] if every_value else around(inner)
        elif member.type_name in SAMPLES:
            values = getattr(member, "enum", None) or [SAMPLES[member.type_name]]
            held = [{name: [value] if listed else value} for value in values]
            yield name, held if every_value else held[0]


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
                if (service, operation) in SAME_REQUEST:
                    continue
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
