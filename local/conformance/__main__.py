"""The conformance of the embedded AWS: `python local/conformance [--check]`.

The same calls go to the embedded AWS and to moto, through boto3. It fails where the embedded AWS does not answer as AWS
does, where a reply has not the shape of botocore's model, and where moto differs and the list of differences does not
say so. Where all is well it writes docs/conformance.md, or compares it with what it would write.
"""

import argparse
import difflib
import shlex
import sys
import threading
from itertools import groupby
from pathlib import Path

import cli
import page
import servers
import suite  # noqa: F401
from article import Article
from bounds import Bounds
from cases import CASES, outcome
from clients import Aws, Boto3
from differences import DIFFERENCES
from generated import Models, QueryMembers, RestMembers, UnheardOf
from shapes import Shapes

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "conformance.md"
SERVE = [ROOT / "target" / "debug" / "deploy", "local", "serve", "--port", "0"]


def main():
    options = arguments()
    shapes, shapes_of_article = Shapes(), Shapes()
    unheard, members, of_rest, bounds = UnheardOf(), QueryMembers(), RestMembers(), Bounds()
    managed = [case for case in CASES if case.module == "managed_policy"]
    others = [case for case in CASES if case.module != "managed_policy"]
    with servers.embedded(options.serve) as address:
        models = Models(Aws(address))
    with servers.moto(managed_policies=True) as with_policies, servers.moto(managed_policies=False) as without:
        embedded, lives, *moto = side_by_side(
            lambda: run_embedded(options.serve, shapes, unheard, members, of_rest, bounds),
            lambda: live_twice(options.serve, shapes_of_article),
            lambda: run(managed, Aws(with_policies)),
            lambda: run(others, Aws(without)),
        )
    moto = moto[0] | moto[1]
    (lived, reads), (lived_by_cli, reads_by_cli) = lives
    problems = [
        *judge(embedded, moto),
        *lived,
        *lived_by_cli,
        *shapes.problems,
        *shapes_of_article.problems,
        *unheard.problems(),
        *models.problems,
        *bounds.problems,
    ]
    lines = facts(shapes, unheard, models, members.taken + of_rest.taken + models.members, bounds, reads, reads_by_cli)
    text = page.page(embedded, moto, lines, members.refused | of_rest.refused | models.refused)
    if options.check:
        problems += compare(text)
    elif not problems:
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


def facts(shapes, unheard, models, members, bounds, reads, reads_by_cli):
    """What was checked besides the cases, in lines for the page."""
    return [
        f"the replies of {len(shapes.operations)} operations against the shapes of botocore's models: every member is "
        "known, has its type and its values and, where the model wants it, is there",
        f"{len(shapes.errors)} errors: each is one of its operation, where the model lists them",
        f"{members} members of requests that are taken: the model knows each; those that are not are at the end",
        f"{len(bounds.refused)} values that the models forbid, numbers, lengths and words: each is refused",
        f"{len(unheard.codes)} operations with a parameter that nobody knows: it is refused",
        f"{models.unknown} other operations of the models: refused as one that nobody knows",
        f"the article's system, made, changed and deleted by boto3, with {reads} comparisons of what was set and what is "
        f"read, once and again; and by the AWS CLI, with {reads_by_cli}",
    ]


def run_embedded(command, *watchers):
    """The outcomes of the embedded AWS, with a new world for each module: a call takes the longer the more there is."""
    outcomes = {}
    for _, cases in groupby(CASES, lambda case: case.module):
        with servers.embedded(command) as address:
            outcomes |= run(list(cases), Aws(address, *watchers))
    return outcomes


def live_twice(command, shapes):
    """What was read back otherwise, and how much was read, in the article's system by boto3 and by the AWS CLI."""
    with servers.embedded(command) as address:
        by_cli = cli.live(address, "900000000001")
        article = Article(Boto3(address, "900000000002", shapes), "900000000002")
        article.live()
    return [article.problems, article.reads], by_cli


def run(cases, aws):
    """The outcome of each case, by its key; each case has an account of its own."""
    outcomes = {}
    for number, case in enumerate(cases):
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
