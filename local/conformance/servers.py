"""The servers under test, each a process of its own on a free port of the loopback interface, with an empty world."""

import os
import re
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path

ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


@contextmanager
def embedded(command):
    """The address of the embedded AWS, started by this command in a project without environments."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "environments").mkdir()
        with started(command, os.environ, folder) as address:
            yield address


@contextmanager
def moto(managed_policies):
    """The address of moto. With AWS's managed policies each new account takes it a sixth of a second."""
    settings = {
        "MOTO_IAM_LOAD_MANAGED_POLICIES": str(managed_policies).lower(),
        "MOTO_ECS_SERVICE_RUNNING": "1",
        "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",
    }
    program = Path(sys.executable).with_name("moto_server")
    with started([program, "-H", "127.0.0.1", "-p", "0"], os.environ | settings, ".") as address:
        yield address


@contextmanager
def started(command, environment, folder):
    process = subprocess.Popen(
        command, env=environment, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        yield _address(process)
    finally:
        process.terminate()
        process.wait()


def _address(process):
    said = []
    for line in process.stdout:
        said.append(line)
        if found := ADDRESS.search(line):
            # A pipe that nobody reads fills up and stops the server.
            threading.Thread(target=process.stdout.read, daemon=True).start()
            return found.group()
    raise RuntimeError(f"{process.args} ended: {''.join(said)}")
