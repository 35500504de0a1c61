"""The policies under a linter by other hands: `python local/conformance/policies.py [--deploy PROGRAM]`.

The shipped environments and an environment with every grant in all its forms are applied to the embedded AWS. What the
roles there have is read back by boto3, their trust and their inline policies, and parliament judges it, and the policy
that README.md gives to the deployer. Any finding that is not reviewed fails, and so does a review without a finding.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from itertools import product
from pathlib import Path

import servers
from clients import Aws

with warnings.catch_warnings():
    # It asks for its data through pkg_resources, which is on its way out of setuptools.
    warnings.simplefilter("ignore")
    import parliament

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "target" / "debug" / "deploy"
# The account that the program and boto3 use, and the one that prod is pinned to.
ACCOUNT = "123456789012"
SHIPPED = ["article", "dev", "prod"]
# What the shipped environments share besides the network.
UNSET = ["ecs.repositories", "ecs.services", "iam.roles", "secrets.parameters", "security.groups"]
READS = ["read_parameters", "read_secrets"]
KEY = "1234abcd-12ab-34cd-56ef-1234567890ab"

# Findings that are no defects: in which documents, what is found, what about, and why it may stay.
REVIEWED = [
    (r"inline .*", "RESOURCE_STAR", r"logs:CreateLogStream.*logs:PutLogEvents", "as in the article: every log group"),
    (r"trust .*", "CREDENTIALS_EXPOSURE", r"\['sts:assumerole'\]", "to be assumed is what a trust policy is for"),
    (r"README", "RESOURCE_STAR", r"ec2:DescribeVpcAttribute.*iam:ListRolePolicies", "it looks at all, and only looks"),
    (r"README", "RESOURCE_STAR", r"ec2:CreateInternetGateway.*ec2:CreateVpc", "bound to the tag of the request"),
    (r"README", "RESOURCE_STAR", r"ec2:AssociateRouteTable.*ec2:Update", "bound to the tag of the resource"),
    (r"README", "PERMISSIONS_MANAGEMENT_ACTIONS", r"iam:createrole", "it makes roles, on one path"),
]

# Actions of ECS that are newer than the linter's data, and one that is on the same resources.
NEWER = {"StopServiceDeployment": "DescribeServiceDeployments"}

# What the linter must find, or it finds nothing: the words of a statement, and the finding.
SEEDED = [
    ({"Action": "ssm:GetParametres"}, "UNKNOWN_ACTION"),
    ({"Action": "smm:GetParameters"}, "UNKNOWN_PREFIX"),
    ({"Resource": "arn:aws:ssm:eu-west-1:123456789012:parametre/a"}, "RESOURCE_MISMATCH"),
    ({"Resource": "parameter/a"}, "INVALID_ARN"),
    ({"Resource": "*"}, "RESOURCE_STAR"),
    ({"Sid": "read-parameters"}, "INVALID_SID"),
    ({"Condition": {"StringEquals": {"ssm:Owner": "a"}}}, "UNKNOWN_CONDITION_FOR_ACTION"),
    ({"Condition": {"StringEqual": {"ssm:resourceTag/a": "a"}}}, "UNKNOWN_OPERATOR"),
    ({"Condition": {"Bool": {"ssm:resourceTag/a": "true"}}}, "MISMATCHED_TYPE"),
    ({"Action": ["iam:PassRole", "ec2:RunInstances"], "Resource": "*"}, "PRIVILEGE_ESCALATION"),
]


def main():
    options = arguments()
    know_keys_of_resources()
    know_newer_actions()
    documents = list(seeds())
    problems = [f"the linter does not find {wanted}" for wanted, text in documents if wanted not in issues(text)]
    documents = [*generated(options.deploy), *in_readme()]
    found = [(name, issue, about) for name, text in documents for issue, about in findings(name, text)]
    problems += [f"{name}: {issue} {about}" for name, issue, about in found if not review(name, issue, about)]
    read = {name.rpartition("/")[2] for name, _ in documents}
    missing = [name for name in re.findall(r"policies\.(\w+)", grants()) if name not in read]
    problems += [f"no role has the policy {name}" for name in missing]
    applied = {review(*finding) for finding in found}
    problems += [f"reviewed, and not found any more: {line[:3]}" for line in REVIEWED if line not in applied]
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{len(documents)} policies, {len(found)} findings, {len(problems)} problems")
    return 1 if problems else 0


def arguments():
    parser = argparse.ArgumentParser(prog="policies")
    parser.add_argument("--deploy", default=DEPLOY, type=Path, help="the program")
    return parser.parse_args()


def know_keys_of_resources():
    """Tells parliament that a condition key of a resource may stand with each action on it: it looks at actions alone.

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
    """
    for service in parliament.iam_definition:
        keys = {resource["resource"]: resource["condition_keys"] for resource in service["resources"]}
        for privilege in service["privileges"]:
            for resource in privilege["resource_types"]:
                resource["condition_keys"] += keys.get(resource["resource_type"].rstrip("*"), [])


def know_newer_actions():
    """Tells parliament of actions that are newer than its data, each as one that it knows.

    Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
    """
    [ecs] = [service for service in parliament.iam_definition if service["prefix"] == "ecs"]
    privileges = {privilege["privilege"]: privilege for privilege in ecs["privileges"]}
    for name, alike in NEWER.items():
        ecs["privileges"].append(privileges.get(name) or privileges[alike] | {"privilege": name})


def generated(deploy):
    """Every policy of every role, by what it is."""
    with tempfile.TemporaryDirectory() as folder:
        environments = Path(folder) / "environments"
        shutil.copytree(ROOT / "environments", environments)
        (environments / "grants.toml").write_text(grants())
        (environments / "plain.toml").write_text(grants("source_conditions = false\nsids = false\n"))
        secrets = "MY_PARAM_1=one\nMY_PARAM_2=two\n"
        for environment in [*SHIPPED, "grants", "plain"]:
            if environment in SHIPPED:
                run(deploy, folder, ["secrets", "import", "--env", environment, "--yes"], secrets)
            # The article's repository is not made by its environment, and prod is guarded.
            run(deploy, folder, ["apply", environment, "--yes", "--allow-destroy", *settings(environment)])
        with servers.started([deploy, "local", "serve", "--port", "0"], os.environ, folder) as address:
            aws = Aws(address)
            aws.enter(ACCOUNT)
            return list(attached(aws.iam))


def settings(environment):
    """Nothing is pushed, so no task could start."""
    return [] if environment in ("grants", "plain") else ["--set", "ecs.services.ecs_service.desired_count=0"]


def run(deploy, folder, words, typed=""):
    done = subprocess.run([deploy, *words, "--local"], cwd=folder, input=typed, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"deploy {' '.join(words)}: {done.stdout}{done.stderr}")


def grants(more=""):
    """An environment of roles alone: each grant in all its forms, a few in a role for their size."""
    lines = [f"unset = {json.dumps(UNSET)}"]
    lines += ["", "[tags]", 'team = "shop"', "", "[iam]", more]
    tags = [[], None, ["application"], ["environment", "team"]]
    keys = [None, "alias/shop", KEY, f"arn:aws:kms:ap-northeast-1:{ACCOUNT}:key/{KEY}"]
    for number, (grant, by_path, by_tags, key) in enumerate(product(READS, [True, False], tags, keys)):
        lines += ["", f"[iam.roles.reads_{number // 4}.policies.p{number}]", f'grant = "{grant}"']
        lines += [f"by_path = {str(by_path).lower()}"]
        lines += [f"by_tags = {json.dumps(by_tags)}"] if by_tags is not None else []
        lines += [f"kms_key = {json.dumps(key)}"] if key else []
    for grant in ["write_logs", "execute_command"]:
        lines += ["", f"[iam.roles.{grant}.policies.{grant}]", f'grant = "{grant}"']
    services = ["ecs-tasks.amazonaws.com", "ecs.amazonaws.com", "ec2.amazonaws.com", "lambda.amazonaws.com"]
    lines += ["", "[iam.roles.trusts]", f"trust = {json.dumps(services)}"]
    return "\n".join(lines) + "\n"


def attached(iam):
    """The trust policy and the inline policies of each role that is no service's own."""
    for page in iam.get_paginator("list_roles").paginate():
        for role in page["Roles"]:
            if role["Path"].startswith("/aws-service-role/"):
                continue
            # It has no resources: they are the role. A linter of policies for principals wants some.
            trust = role["AssumeRolePolicyDocument"]
            yield f"trust {role['RoleName']}", json.dumps(with_resource(trust))
            for names in iam.get_paginator("list_role_policies").paginate(RoleName=role["RoleName"]):
                for name in names["PolicyNames"]:
                    policy = iam.get_role_policy(RoleName=role["RoleName"], PolicyName=name)
                    yield f"inline {role['RoleName']}/{name}", json.dumps(policy["PolicyDocument"])


def with_resource(trust):
    role = f"arn:aws:iam::{ACCOUNT}:role/it"
    return trust | {"Statement": [statement | {"Resource": role} for statement in trust["Statement"]]}


def in_readme():
    blocks = re.findall(r"```json\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    policies = [block for block in blocks if '"Statement"' in block]
    if not policies:
        raise SystemExit("README.md has no policy")
    return [("README", policy) for policy in policies]


def seeds():
    right = {
        "Effect": "Allow",
        "Action": "ssm:GetParameters",
        "Resource": "arn:aws:ssm:eu-west-1:123456789012:parameter/a",
    }
    for wrong, wanted in SEEDED:
        yield wanted, json.dumps({"Version": "2012-10-17", "Statement": [right | wrong]})


def findings(name, text):
    """What parliament finds in a policy, each with what it is about."""
    policy = parliament.analyze_policy_string(text, filepath=name, include_community_auditors=True)
    for finding in policy.findings:
        yield finding.issue, str(finding.detail or finding.location.get("actions", ""))


def issues(text):
    return [issue for issue, _ in findings("seeded", text)]


def review(name, issue, about):
    """The line of the list that covers a finding."""
    for line in REVIEWED:
        documents, reviewed, details, _ = line
        if issue == reviewed and re.fullmatch(documents, name) and re.search(details, about):
            return line
    return None


if __name__ == "__main__":
    began = time.monotonic()
    code = main()
    print(f"{time.monotonic() - began:.0f} s")
    sys.exit(code)
