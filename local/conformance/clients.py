"""boto3's clients of one server, in one account at a time."""

import boto3
import botocore.session
from botocore import xform_name
from botocore.config import Config
from botocore.loaders import create_loader

from place import REGION

# An answer is an answer: nothing is sent twice. What is wrong in a request is for the server to say.
LOADER = create_loader()
CONFIG = Config(
    retries={"total_max_attempts": 1},
    read_timeout=20,
    parameter_validation=False,
    s3={"addressing_style": "path"},
)


class Aws:
    """`aws.ec2`, `aws.iam` and so on. The watchers are told of each client that is made."""

    def __init__(self, endpoint, *watchers):
        self.endpoint = endpoint
        self.account = None
        self._watchers = watchers
        self._clients = {}
        session = botocore.session.get_session()
        # The models are read once: that of EC2 takes a quarter of a second.
        session.register_component("data_loader", LOADER)
        session.set_credentials("none", "secret")
        self._credentials = session.get_credentials()
        self._session = boto3.Session(botocore_session=session, region_name=REGION)

    def enter(self, account):
        """Makes the next calls in this account. Neither server checks a signature."""
        self.account = account
        # The embedded AWS takes an access key of twelve digits for the account, moto a header.
        self._credentials.access_key = account

    def sign_with(self, access_key):
        """Makes the next calls of this case with another key."""
        self._credentials.access_key = access_key

    def __getattr__(self, service):
        if service.startswith("_"):
            raise AttributeError(service)
        return self.client(service)

    def client(self, service, region=REGION):
        if (service, region) not in self._clients:
            client = self._session.client(service, endpoint_url=self.endpoint, region_name=region, config=CONFIG)
            client.meta.events.register("before-sign", self._name_account)
            for watcher in self._watchers:
                watcher.watch(client)
            self._clients[service, region] = client
        return self._clients[service, region]

    def _name_account(self, request, **_):
        request.headers["x-moto-account-id"] = self.account


class Boto3:
    """The driver of the article's system by boto3."""

    name = "boto3"

    def __init__(self, endpoint, account, *watchers):
        self._aws = Aws(endpoint, *watchers)
        self._aws.enter(account)

    def call(self, service, operation, /, **params):
        reply = getattr(self._aws.client(service), xform_name(operation))(**params)
        reply.pop("ResponseMetadata")
        return reply
