"""What the models forbid: numbers, lengths and words outside of what a member of a request may have."""

from urllib.parse import urlencode, urljoin

from botocore.serialize import create_serializer

from raw import post, rest


class Bounds:
    """Watches the clients: a call that is answered was sent with each forbidden value before, and had to be refused."""

    def __init__(self):
        self.problems = {}
        self.refused = set()
        self._models = {}
        self._params = {}
        self._last = []

    def watch(self, client):
        self._models[client.meta.service_model.service_id.hyphenize()] = client.meta.service_model
        client.meta.events.register("before-parameter-build", self._build)
        client.meta.events.register("before-send", self._send)
        client.meta.events.register("before-parse", self._reply)

    def _build(self, params, **_):
        self._params = params

    def _send(self, request, event_name, **_):
        _, service_id, name = event_name.split(".")
        model = self._models[service_id]
        operation = model.operation_model(name)
        self._last = []
        if operation.input_shape is None:
            return
        headers = {key: value for key, value in request.headers.items() if key.lower() != "content-length"}
        serializer = create_serializer(model.protocol, include_validation=False)
        for what, params in changes(operation.input_shape, self._params):
            known = f"{model.service_name}.{name}: it takes {what}"
            if known in self.refused or known in self.problems:
                continue
            if model.protocol == "rest-xml":
                code, _ = rest(urljoin(request.url, "/")[:-1], headers, operation, params)
            else:
                sent = serializer.serialize_to_request(params, operation)["body"]
                code, _ = post(request.url, headers, sent if isinstance(sent, bytes) else urlencode(sent).encode())
            if code:
                self._last.append(known)
            else:
                self.problems[known] = None

    def _reply(self, response_dict, **_):
        # What is refused counts only where the call is fine without it.
        if response_dict["status_code"] < 300:
            self.refused.update(self._last)


def changes(shape, value):
    """The same value with one forbidden thing in it, for each such thing, and what that is."""
    if shape.type_name == "list" and value:
        for what, changed in changes(shape.member, value[0]):
            yield f"[].{what}", [changed, *value[1:]]
    elif shape.type_name == "structure":
        for name, member in shape.members.items():
            for what, changed in forbidden(member):
                yield f"{name} {what}", value | {name: changed}
            if name in value:
                for what, changed in changes(member, value[name]):
                    yield f"{name}.{what}".replace(".[]", "[]"), value | {name: changed}


def forbidden(shape):
    """Values that a shape does not allow, each with what is wrong with it."""
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if shape.type_name in ("integer", "long"):
        if low is not None:
            yield f"below {low}", low - 1
        if high is not None and high < 2**31 - 1:
            yield f"above {high}", high + 1
    elif shape.type_name == "string":
        if shape.enum:
            yield "of no known value", "unheardOf"
        elif high is not None and high < 100_000:
            yield f"of {high + 1} characters", "a" * (high + 1)
    elif shape.type_name == "list" and high is not None and shape.member.type_name == "string" and high < 2_000:
        yield f"of {high + 1} items", [f"a{number}" for number in range(high + 1)]
