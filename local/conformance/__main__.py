"""The conformance of the embedded AWS: `python local/conformance [--check]`.

The same calls go to the embedded AWS and to moto, through boto3. It fails where the embedded AWS does not answer as AWS
does, where a reply has not the shape of botocore's model, and where moto differs and the list of differences does not
say so. It writes docs/conformance.md, or compares it with what it would write.
"""

import argparse
import difflib
import shlex
import sys
import threading
from pathlib import Path

import page
import servers
import suite  # noqa: F401
from cases import CASES, outcome
from clients import Aws
from differences import DIFFERENCES
from shapes import Shapes

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "conformance.md"
SERVE = [ROOT / "target" / "debug" / "deploy", "local", "serve", "--port", "0"]


def main():
    options = arguments()
    shapes = Shapes()
    with servers.embedded(options.serve) as here, servers.moto() as there:
        embedded, moto = side_by_side(lambda: run(Aws(here, shapes.watch)), lambda: run(Aws(there)))
    problems = [*judge(embedded, moto), *shapes.problems]
    text = page.page(embedded, moto, facts(shapes))
    if options.check:
        problems += compare(text)
    else:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(text)
    for problem in problems:
        print(problem, file=sys.stderr)
    print(
        f"{len(CASES)} cases, {len(shapes.operations)} operations; {shapes.replies} replies and {len(shapes.members)} "
        f"members checked; {len(problems)} problems"
    )
    return 1 if problems else 0


def arguments():
    parser = argparse.ArgumentParser(prog="conformance")
    parser.add_argument("--check", action="store_true", help="compare the page with the run instead of writing it")
    parser.add_argument("--serve", type=shlex.split, default=SERVE, help="the command that starts the embedded AWS")
    return parser.parse_args()


def facts(shapes):
    """What was checked besides the cases, in lines for the page."""
    return [
        f"replies of {len(shapes.operations)} operations against the shapes of botocore's models: every member is known, "
        "has its type and, where the model wants it, is there",
        f"{len(shapes.errors)} errors: each is one of its operation, where the model lists them",
    ]


def run(aws):
    """The outcome of each case, by its key; each case has an account of its own."""
    outcomes = {}
    for number, case in enumerate(CASES):
        aws.enter(str(900_000_000_000 + number))
        outcomes[case.key] = outcome(case, aws)
    return outcomes


def side_by_side(*functions):
    results = [None] * len(functions)

    def call(index):
        results[index] = functions[index]()

    threads = [threading.Thread(target=call, args=[index]) for index in range(len(functions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if None in results:
        raise SystemExit("a part of the suite broke off")
    return results


def judge(embedded, moto):
    """What is wrong with the outcomes."""
    listed = {case for difference in DIFFERENCES for case in difference.cases}
    for case in CASES:
        if embedded[case.key] != case.says:
            yield f"{case.key}: AWS says {case.says}, the embedded AWS {embedded[case.key]}"
        if (moto[case.key] != case.says) != (case.key in listed):
            what = "a listed difference is gone" if case.key in listed else "a difference is not listed"
            yield f"{case.key}: {what}: AWS says {case.says}, moto {moto[case.key]}"
    for key in sorted(listed - embedded.keys()):
        yield f"{key}: there is a difference but no such case"


def compare(text):
    """How the page differs from what this run says."""
    old = PAGE.read_text() if PAGE.exists() else ""
    if old != text:
        yield "docs/conformance.md is old: python local/conformance"
        yield from difflib.unified_diff(old.splitlines(), text.splitlines(), "committed", "this run", lineterm="", n=0)


if __name__ == "__main__":
    sys.exit(main())
