"""STS: who one is, and who one may be for a while."""

import json

from cases import gives, pick, refused


@gives("sts.GetCallerIdentity", "arn:aws:iam::123456789012:user/jo")
def the_user_of_the_key(aws):
    aws.iam.create_user(UserName="jo")
    aws.sign_with(aws.iam.create_access_key(UserName="jo")["AccessKey"]["AccessKeyId"])
    return aws.sts.get_caller_identity()["Arn"]


@gives("sts.GetCallerIdentity", "123456789012")
def the_account_of_the_key(aws):
    return aws.sts.get_caller_identity()["Account"]


def deployer(aws, trusted):
    """A role that trusts this principal."""
    statement = {"Effect": "Allow", "Principal": {"AWS": trusted}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    return aws.iam.create_role(RoleName="deployer", AssumeRolePolicyDocument=trust)["Role"]["Arn"]


@gives(
    "sts.AssumeRole",
    {"Arn": "arn:aws:sts::123456789012:assumed-role/deployer/ci", "key": "ASIA", "keys": True},
)
def a_role_that_trusts_the_account(aws):
    arn = deployer(aws, f"arn:aws:iam::{aws.account}:root")
    reply = aws.sts.assume_role(RoleArn=arn, RoleSessionName="ci", DurationSeconds=900)
    credentials = reply["Credentials"]
    return pick(reply["AssumedRoleUser"], "Arn") | {
        "key": credentials["AccessKeyId"][:4],
        "keys": {"SecretAccessKey", "SessionToken", "Expiration"} <= credentials.keys(),
    }


@refused("sts.AssumeRole", "AccessDenied")
def a_role_that_trusts_another_account(aws):
    arn = deployer(aws, "arn:aws:iam::444455556666:root")
    aws.sts.assume_role(RoleArn=arn, RoleSessionName="ci")


@refused("sts.AssumeRole", "AccessDenied")
def a_role_that_is_not_there(aws):
    aws.sts.assume_role(RoleArn=f"arn:aws:iam::{aws.account}:role/deployer", RoleSessionName="ci")


@refused("sts.AssumeRole", "ValidationError")
def less_than_a_quarter_of_an_hour(aws):
    arn = deployer(aws, f"arn:aws:iam::{aws.account}:root")
    aws.sts.assume_role(RoleArn=arn, RoleSessionName="ci", DurationSeconds=899)


@refused("sts.AssumeRole", "ValidationError")
def longer_than_the_role_allows(aws):
    arn = deployer(aws, f"arn:aws:iam::{aws.account}:root")
    aws.sts.assume_role(RoleArn=arn, RoleSessionName="ci", DurationSeconds=3601)


@refused("sts.AssumeRole", "ValidationError")
def a_session_with_a_space(aws):
    arn = deployer(aws, f"arn:aws:iam::{aws.account}:root")
    aws.sts.assume_role(RoleArn=arn, RoleSessionName="a b")
