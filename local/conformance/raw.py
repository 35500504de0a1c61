"""Requests by hand, for what botocore would not send."""

import html
import json
import re

import urllib3

from place import REGION

CONNECTIONS = urllib3.PoolManager()
ACCOUNT = "899999999999"
SIGNATURE = "AWS4-HMAC-SHA256 Credential={}/20260101/{}/{}/aws4_request, SignedHeaders=host, Signature=0"


def call(endpoint, model, operation, params):
    """The code and the message of the answer to these parameters; both empty where they are taken."""
    headers = {"Authorization": SIGNATURE.format(ACCOUNT, REGION, model.signing_name)}
    if model.protocol == "json":
        headers["Content-Type"] = "application/x-amz-json-1.1"
        headers["X-Amz-Target"] = f"{model.metadata['targetPrefix']}.{operation}"
        body = json.dumps(params)
    else:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = f"Action={operation}&Version={model.api_version}"
    return post(endpoint, headers, body.encode())


def post(endpoint, headers, body):
    """The same for a whole request."""
    answer = CONNECTIONS.request("POST", endpoint, headers=headers, body=body, retries=False, timeout=20)
    return ("", "") if answer.status == 200 else refusal(answer.data.decode())


def refusal(text):
    if text.startswith("{"):
        body = json.loads(text)
        return body.get("__type", ""), body.get("message", "")
    code, message = (re.search(f"<{name}>(.*?)</{name}>", text, re.DOTALL) for name in ("Code", "Message"))
    return code.group(1) if code else text[:40], html.unescape(message.group(1)) if message else ""
