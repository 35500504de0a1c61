"""Requests by hand, for what botocore would not send."""

import base64
import html
import json
import re
import zlib
from urllib.parse import urlencode

import urllib3
from botocore.serialize import create_serializer

from place import REGION

CONNECTIONS = urllib3.PoolManager()
ACCOUNT = "899999999999"
SIGNATURE = "AWS4-HMAC-SHA256 Credential={}/20260101/{}/{}/aws4_request, SignedHeaders=host, Signature=0"
# What a body was signed with and summed up by: wrong as soon as the body is another one.
ABOUT_THE_BODY = ("content-length", "content-md5", "expect", "x-amz-content-sha256", "x-amz-checksum-")
# What the answer to a HEAD request leaves to its status.
CODES = {501: "NotImplemented"}


def call(endpoint, model, operation, params):
    """The code and the message of the answer to these parameters; both empty where they are taken."""
    headers = {"Authorization": SIGNATURE.format(ACCOUNT, REGION, model.signing_name)}
    if model.protocol == "rest-xml":
        operation = model.operation_model(operation)
        return rest(endpoint, headers, operation, needed(operation.input_shape) | params)
    if model.protocol == "json":
        headers["Content-Type"] = "application/x-amz-json-1.1"
        headers["X-Amz-Target"] = f"{model.metadata['targetPrefix']}.{operation}"
        body = json.dumps(params)
    else:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = f"Action={operation}&Version={model.api_version}"
    return post(endpoint, headers, body.encode())


def needed(shape):
    """Something for each member that makes an address or a header of a request."""
    members = shape.members.items() if shape else ()
    located = {name: member for name, member in members if member.serialization.get("location")}
    return {
        name: 1 if member.type_name == "integer" else "bucket-of-nobody" if name == "Bucket" else "x"
        for name, member in located.items()
        if name in shape.required_members and member.type_name in ("string", "integer")
    }


def rest(endpoint, headers, operation, params, besides=()):
    """The same for an operation of a REST service, with these headers and, behind all others, `besides`."""
    serializer = create_serializer("rest-xml", include_validation=False)
    sent = serializer.serialize_to_request(params, operation)
    body = content(sent["body"])
    kept = {name: value for name, value in headers.items() if not name.lower().startswith(ABOUT_THE_BODY)}
    own = {"x-amz-content-sha256": "UNSIGNED-PAYLOAD"}
    if body:
        own["x-amz-checksum-crc32"] = base64.b64encode(zlib.crc32(body).to_bytes(4)).decode()
    path = sent["url_path"]
    # A client takes the bucket out of the addresses of its model, and puts it into the host or before the path.
    if (bucket := params.get("Bucket")) and not re.match(rf"/{bucket}(?:[/?]|$)", path):
        path = f"/{bucket}{path}"
    if query := urlencode(sent["query_string"]):
        path += ("&" if "?" in path else "?") + query
    return send(sent["method"], endpoint + path, kept | own | dict(sent["headers"]) | dict(besides), body)


def post(endpoint, headers, body):
    """The same for a whole request."""
    return send("POST", endpoint, headers, body)


def send(method, url, headers, body):
    """The same with any method."""
    answer = CONNECTIONS.request(method, url, headers=headers, body=body, retries=False, redirect=False, timeout=20)
    return ("", "") if answer.status < 300 else refusal(answer.data.decode(), answer.status)


def content(body):
    """The bytes of a request, which may be read once more."""
    if hasattr(body, "read"):
        place = body.tell()
        text = body.read()
        body.seek(place)
        return text
    return body if isinstance(body, bytes) else (body or "").encode()


def refusal(text, status):
    """The code and the message of an error; for a header or a parameter that S3 does not know, its name is the message."""
    if text.startswith("{"):
        body = json.loads(text)
        return body.get("__type", ""), body.get("message", "")
    if not text:
        return CODES.get(status, str(status)), ""
    code, message, header = (re.search(f"<{name}>(.*?)</{name}>", text, re.DOTALL) for name in ("Code", "Message", "Header"))
    said = header or message
    return code.group(1) if code else text[:40], html.unescape(said.group(1)) if said else ""
