"""The article's system by Ansible: `python local/conformance/playbooks.py [--serve COMMAND]`.

The playbooks of the folder `ansible` make it, make it again, read it back, delete it and delete it again, in the
embedded AWS. Their modules are by other hands, and each looks before it changes something: it finds a difference where
the embedded AWS does not give back what was set. So each task must change something the first time, and nothing the
second time. Nothing but Python's own library is needed here; the Ansible beside this Python runs the playbooks.
"""

import argparse
import json
import os
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import servers

ROOT = Path(__file__).resolve().parents[2]
PLAYBOOKS = Path(__file__).with_name("ansible")
PROGRAM = Path(sys.executable).with_name("ansible-playbook")
SERVE = [ROOT / "target" / "debug" / "deploy", "local", "serve", "--port", "0"]
ACCOUNT = "900000000003"
# What happens in which run, and whether its tasks change something.
RUNS = [
    ("made", "up.yml", True),
    ("made again", "up.yml", False),
    ("read back", "look.yml", False),
    ("deleted", "down.yml", True),
    ("deleted again", "down.yml", False),
]


def main():
    options = arguments()
    problems = []
    with servers.embedded(options.serve) as address, tempfile.TemporaryDirectory() as folder:
        settings = environment(address, folder)
        for name, playbook, changes in RUNS:
            began = time.monotonic()
            tasks, found = run(playbook, settings, changes)
            problems += [f"{name}: {problem}" for problem in found]
            changed = sum(task["changed"] for task in tasks)
            print(f"{name}: {len(tasks)} tasks, {changed} changed, {time.monotonic() - began:.0f} s", flush=True)
            if found:
                break
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def arguments():
    parser = argparse.ArgumentParser(prog="playbooks")
    parser.add_argument("--serve", type=shlex.split, default=SERVE, help="the command that starts the embedded AWS")
    return parser.parse_args()


def environment(address, folder):
    """The variables of a run: this server, no settings of the machine, and results as JSON."""
    config = Path(folder) / "ansible.cfg"
    config.touch()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "ANSIBLE_"))}
    return kept | {
        "ANSIBLE_CONFIG": str(config),
        "ANSIBLE_DEPRECATION_WARNINGS": "false",
        "ANSIBLE_HOME": folder,
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_PIPELINING": "true",
        "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json",
        # The embedded AWS takes an access key of twelve digits for the account.
        "AWS_ACCESS_KEY_ID": ACCOUNT,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_ENDPOINT_URL": address,
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "LC_ALL": "C.UTF-8",
    }


def run(playbook, settings, changes):
    """The results of a playbook's tasks, each item of a loop for itself, and what is wrong with them."""
    done = subprocess.run(
        [PROGRAM, PLAYBOOKS / playbook], env=settings, cwd=settings["ANSIBLE_HOME"], capture_output=True, text=True
    )
    try:
        plays = json.loads(done.stdout)["plays"]
    except json.JSONDecodeError:
        return [], [f"{playbook} broke off: {done.stdout}{done.stderr}"]
    tasks = [item for play in plays for task in play["tasks"] for item in items(task)]
    problems = [problem for task in tasks if (problem := judge(task, changes))]
    if done.returncode and not problems:
        problems = [f"{playbook} ended with {done.returncode}: {done.stderr}"]
    return tasks, problems


def items(task):
    """What a task did: one result, or one for each item of its loop."""
    result = task["hosts"]["localhost"]
    for item in result.get("results", [result]):
        label = f"{task['task']['name']} ({item['item']})" if "item" in item else task["task"]["name"]
        yield {"name": label, "reads": result["action"].endswith(("_info", "assert")), "changed": False} | item


def judge(task, changes):
    """What is wrong with one result."""
    if task.get("failed"):
        return f"{task['name']}: {task.get('assertion') or task.get('msg')}"
    if task.get("skipped"):
        return f"{task['name']}: skipped"
    if task["changed"] != (changes and not task["reads"]):
        return f"{task['name']}: {'changed' if task['changed'] else 'not changed'}"
    return None


if __name__ == "__main__":
    sys.exit(main())
