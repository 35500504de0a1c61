"""Requests and replies against botocore's service models: what each may contain, must contain, and how it is written.

The raw body of a reply is walked, because botocore passes over what it does not know.
"""

import json
import re
import xml.etree.ElementTree as ElementTree
from base64 import b64decode

from botocore.validate import ParamValidator

# https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html and the pages of that name of the other
# services: what any operation may answer and no model lists.
COMMON_ERRORS = {
    "query": {"ValidationError", "InvalidAction", "MissingAction", "InvalidParameterValue", "MissingParameter"}
    | {"AccessDenied", "Throttling", "InvalidClientTokenId"},
    "json": {"ValidationException", "UnknownOperationException", "SerializationException", "AccessDeniedException"}
    | {"ThrottlingException"},
    # https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
    "rest-xml": {"AccessDenied", "AccessControlListNotSupported", "BadDigest", "BadRequest", "BucketNotEmpty"}
    | {"EntityTooLarge", "IllegalLocationConstraintException", "IllegalVersioningConfigurationException"}
    | {"IncompleteBody", "InvalidAccessKeyId", "InvalidArgument", "InvalidBucketName", "InvalidDigest", "InvalidRequest"}
    | {"InvalidLocationConstraint", "InvalidTag", "KMS.DisabledException", "KMS.NotFoundException", "KeyTooLongError"}
    | {"MalformedXML", "MetadataTooLarge", "MethodNotAllowed", "NoSuchBucket", "NoSuchKey", "NoSuchTagSet"}
    | {"NoSuchPublicAccessBlockConfiguration", "NoSuchVersion", "NotImplemented", "PermanentRedirect"}
    | {"PreconditionFailed", "XAmzContentSHA256Mismatch"},
}
# What AWS documents and the models leave out: EC2 says `<return>true</return>` where there is nothing else to say, and
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InternetGatewayAttachment.html has a state of its own.
# https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachedPermissionsBoundary.html: "can only have a value of
# Policy".
EC2_BESIDES = {"requestId", "return"}
REST_BESIDES = {"x-amz-request-id", "x-amz-id-2"}
MORE_VALUES = {"AttachmentStatus": {"available"}, "PermissionsBoundaryAttachmentType": {"Policy"}}
TEXTS = {
    "boolean": re.compile(r"true|false"),
    "integer": re.compile(r"-?\d+"),
    "long": re.compile(r"-?\d+"),
    "double": re.compile(r"-?\d+(\.\d+)?"),
    "float": re.compile(r"-?\d+(\.\d+)?"),
    "timestamp": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"),
}
# JSON 1.1 writes a time as seconds since 1970.
TYPES = {
    "boolean": bool,
    "integer": int,
    "long": int,
    "double": (int, float),
    "float": (int, float),
    "timestamp": (int, float),
}


class Shapes:
    """Watches the clients of a server. `problems` holds what was wrong with its replies, each once."""

    def __init__(self):
        self.problems = {}
        self.replies = 0
        self.operations = set()
        self.errors = set()
        self.members = set()
        self._operation = None
        self._faults = ""

    def watch(self, client):
        client.meta.events.register("before-parameter-build", self._request)
        client.meta.events.register("before-parse", self._reply)

    def _request(self, params, model, **_):
        report = ParamValidator().validate(params, model.input_shape) if model.input_shape else None
        self._faults = report.generate_report() if report and report.has_errors() else ""

    def _reply(self, operation_model, response_dict, **_):
        self.replies += 1
        service = operation_model.service_model
        self._operation = f"{service.service_name}.{operation_model.name}"
        if response_dict["status_code"] >= 300:
            self._error(operation_model, response_dict)
            return
        self.operations.add(self._operation)
        if self._faults:
            self._problem("", f"it took what the model forbids: {self._faults}")
        shape = operation_model.output_shape
        if service.protocol == "rest-xml":
            self._rest(operation_model, response_dict)
        elif service.protocol == "json":
            if response_dict["body"] or shape:
                self._json(shape, json.loads(response_dict["body"] or b"null"), "")
        else:
            self._document(operation_model, ElementTree.fromstring(response_dict["body"]))

    def _problem(self, path, text):
        self.problems[f"{self._operation}{path}: {text}"] = None

    def _error(self, operation, response):
        protocol = operation.service_model.protocol
        if protocol == "ec2":
            code = ElementTree.fromstring(response["body"]).findtext("Errors/Error/Code")
            self.errors.add((self._operation, code))
            if not code:
                self._problem("", "an error without a code")
            return
        if protocol == "rest-xml" and not response["body"]:
            self.errors.add((self._operation, str(response["status_code"])))
            return
        if protocol in ("query", "rest-xml"):
            root = ElementTree.fromstring(response["body"])
            code = next((node.text for node in root.iter() if _local(node) == "Code"), None)
        else:
            body = json.loads(response["body"])
            code = body.get("__type")
        self.errors.add((self._operation, code))
        known = {shape.metadata.get("error", {}).get("code", shape.name): shape for shape in operation.error_shapes}
        if code in known:
            status = known[code].metadata.get("error", {}).get("httpStatusCode")
            if status and status != response["status_code"]:
                self._problem("", f"the status of {code} is {response['status_code']}, not {status}")
            if protocol == "json":
                body = {name: value for name, value in body.items() if name not in ("__type", "message")}
                self._json(known[code], body, f" {code}")
        elif code not in COMMON_ERRORS[protocol]:
            self._problem("", f"the error {code} is none of this operation")

    # REST

    def _rest(self, operation, response):
        shape = operation.output_shape
        members = shape.members if shape else {}
        self._headers(members, response["headers"])
        payload = shape.serialization.get("payload") if shape else None
        body = response["body"]
        if payload and members[payload].type_name == "blob":
            self._member(payload, "")
        elif not body:
            if shape and shape.required_members:
                self._problem("", "no body")
        elif payload:
            self._member(payload, "")
            self._xml(members[payload], ElementTree.fromstring(body), f".{payload}")
        elif operation.name == "GetBucketLocation":
            # The document is the member.
            if text := ElementTree.fromstring(body).text:
                self._text(members["LocationConstraint"], text, ".LocationConstraint")
            self._member("LocationConstraint", "")
        else:
            self._xml(shape, ElementTree.fromstring(body), "")

    def _headers(self, members, headers):
        known = {}
        for name, member in members.items():
            if member.serialization.get("location") in ("header", "headers"):
                known[member.serialization.get("name", name).lower()] = name, member
        for name, text in headers.items():
            name = name.lower()
            prefix = next((key for key in known if key.endswith("-") and name.startswith(key)), name)
            if prefix in known:
                self._member(known[prefix][0], "")
                if known[prefix][1].type_name not in ("map", "timestamp"):
                    self._text(known[prefix][1], text, f".{known[prefix][0]}")
            elif name.startswith("x-amz-") and name not in REST_BESIDES:
                self._problem("", f"the header {name} is unknown")

    # XML

    def _document(self, operation, root):
        if _local(root) != f"{operation.name}Response":
            self._problem("", f"the root is {_local(root)}")
        shape = operation.output_shape
        if operation.service_model.protocol == "ec2":
            if root.find("{*}requestId") is None:
                self._problem("", "no requestId")
            self._xml(shape, root, "", besides=EC2_BESIDES)
            return
        wrapper = shape.serialization.get("resultWrapper") if shape else None
        for node in root:
            if _local(node) == wrapper:
                self._xml(shape, node, "")
            elif _local(node) != "ResponseMetadata":
                self._problem("", f"{_local(node)} is unknown")
        if wrapper and root.find(f"{{*}}{wrapper}") is None:
            self._problem("", f"no {wrapper}")

    def _xml(self, shape, node, path, besides=frozenset()):
        kind = shape.type_name if shape else "structure"
        if kind == "structure":
            self._xml_structure(shape, node, path, besides)
        elif kind == "list":
            item = shape.member.serialization.get("name", "member")
            for child in node:
                if _local(child) != item:
                    self._problem(path, f"the items are {_local(child)}, not {item}")
                self._xml(shape.member, child, f"{path}[]")
        elif kind == "map":
            self._problem(path, "no operation has had a map so far")
        else:
            if len(node):
                self._problem(path, f"elements in a {kind}")
            self._text(shape, node.text or "", path)

    def _xml_structure(self, shape, node, path, besides):
        members = shape.members if shape else {}
        known = {named(name, member): (name, member) for name, member in members.items()}
        seen = set()
        if (node.text or "").strip():
            self._problem(path, "text in a structure")
        for child in node:
            name = _local(child)
            is_flat = name in known and known[name][1].serialization.get("flattened")
            if name in seen and not is_flat:
                self._problem(f"{path}.{name}", "it is there twice")
            seen.add(name)
            if name in known:
                self._member(known[name][0], path)
                shape_of_it = known[name][1].member if is_flat else known[name][1]
                self._xml(shape_of_it, child, f"{path}.{known[name][0]}")
            elif name not in besides:
                self._problem(path, f"{name} is unknown")
        for name in getattr(shape, "required_members", []):
            if not any(known[text][0] == name for text in seen if text in known):
                self._problem(path, f"{name} is required and missing")

    def _text(self, shape, text, path):
        pattern = TEXTS.get(shape.type_name)
        if pattern and not pattern.fullmatch(text):
            self._problem(path, f"`{text}` is no {shape.type_name}")
        self._enum(shape, text, path)

    # JSON

    def _json(self, shape, value, path):
        kind = shape.type_name if shape else "structure"
        if kind == "structure":
            self._json_structure(shape, value, path)
        elif kind == "list" and isinstance(value, list):
            for item in value:
                self._json(shape.member, item, f"{path}[]")
        elif kind == "map" and isinstance(value, dict):
            for key, item in value.items():
                self._enum(shape.key, key, path)
                self._json(shape.value, item, f"{path}{{}}")
        elif kind == "string" and isinstance(value, str):
            self._enum(shape, value, path)
        elif kind == "blob" and isinstance(value, str):
            b64decode(value, validate=True)
        elif kind not in TYPES or not isinstance(value, TYPES[kind]) or (isinstance(value, bool) and kind != "boolean"):
            self._problem(path, f"a {type(value).__name__} is no {kind}")

    def _json_structure(self, shape, value, path):
        if not isinstance(value, dict):
            self._problem(path, f"a {type(value).__name__} is no structure")
            return
        members = shape.members if shape else {}
        known = {member.serialization.get("name", name): (name, member) for name, member in members.items()}
        for name, item in value.items():
            if name in known:
                self._member(name, path)
                self._json(known[name][1], item, f"{path}.{name}")
            else:
                self._problem(path, f"{name} is unknown")
        for name in getattr(shape, "required_members", []):
            if members[name].serialization.get("name", name) not in value:
                self._problem(path, f"{name} is required and missing")

    def _bounds(self, shape, size, path):
        low, high = shape.metadata.get("min", 0), shape.metadata.get("max", size)
        if not low <= size <= high:
            self._problem(path, f"{size} is not within {low} and {high}")

    def _enum(self, shape, text, path):
        if shape.type_name == "string":
            self._bounds(shape, len(text), path)
            self._pattern(shape, text, path)
        if getattr(shape, "enum", None) and text not in {*shape.enum, *MORE_VALUES.get(shape.name, ())}:
            self._problem(path, f"`{text}` is none of the values of {shape.name}")

    def _pattern(self, shape, text, path):
        try:
            pattern = re.compile(shape.metadata.get("pattern", ""))
        except re.error:
            # Java's dialect knows more than Python's.
            return
        if not pattern.search(text):
            self._problem(path, f"`{text}` is not as {pattern.pattern}")

    def _member(self, name, path):
        self.members.add(f"{self._operation}{path}.{name}")


def named(name, member):
    """What an element of this member is called. The items of a flat list stand for the list."""
    if member.type_name == "list" and member.serialization.get("flattened"):
        name = member.member.serialization.get("name", name)
    return member.serialization.get("name", name)


def _local(node):
    return node.tag.rpartition("}")[2]
