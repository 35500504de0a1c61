"""The article's system by the AWS CLI: `python cli.py ENDPOINT ACCOUNT` prints what was read back otherwise.

A process of its own, because the CLI puts its own botocore in the place of the other one; and one process for all
calls, because each start of it takes half a second.
"""

import contextlib
import io
import json
import os
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

from article import Article
from place import REGION


class AwsCli:
    """The same parameters as boto3's, as the JSON that the CLI takes."""

    name = "AWS CLI"

    def __init__(self, endpoint, account):
        self._endpoint = ["--endpoint-url", endpoint, "--region", REGION, "--output", "json"]
        self._account = account
        self._models = None

    def call(self, service, operation, /, **params):
        # Here, not above: whoever only starts this process keeps the other botocore.
        from botocore import xform_name

        words = [*self._endpoint, service, xform_name(operation, "-"), "--cli-input-json", json.dumps(params)]
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = self._driver(service, operation).main(words)
        if code != 0:
            raise RuntimeError(f"aws {service} {operation}: {err.getvalue().strip()}")
        return json.loads(out.getvalue() or "{}")

    @lru_cache
    def _driver(self, service, operation):
        """The CLI for one operation: arguments of different operations get in each other's way."""
        from awscli.clidriver import create_clidriver

        driver = create_clidriver()
        driver.session.set_credentials(self._account, "secret")
        # The models are read once: that of EC2 takes a quarter of a second.
        self._models = self._models or driver.session.get_component("data_loader")
        driver.session.register_component("data_loader", self._models)
        return driver

    def program(self, *words):
        """What the program itself prints."""
        keys = {"AWS_ACCESS_KEY_ID": self._account, "AWS_SECRET_ACCESS_KEY": "secret"}
        command = [Path(sys.executable).with_name("aws"), *self._endpoint, *words]
        return json.loads(subprocess.run(command, env=os.environ | keys, check=True, capture_output=True).stdout)


def live(endpoint, account):
    """What was read back otherwise than it was set, and how much was read, from such a process."""
    command = [sys.executable, __file__, endpoint, account]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


if __name__ == "__main__":
    driver = AwsCli(*sys.argv[1:])
    article = Article(driver, sys.argv[2])
    article.live()
    words = ["ec2", "create-vpc", "--cidr-block", "10.0.0.0/16", "--query", "Vpc.CidrBlock"]
    article.same("the program", driver.program(*words), "10.0.0.0/16")
    print(json.dumps([article.problems, article.reads]))
