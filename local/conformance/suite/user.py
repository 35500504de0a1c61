"""IAM: users, their keys and what they may do."""

import json

from cases import gives, pick, refused
from suite.made import POLICY, TAG


def user(aws, name="jo"):
    return aws.iam.create_user(UserName=name)["User"]


@gives("iam.CreateUser", {"Arn": "arn:aws:iam::123456789012:user/team/jo", "Path": "/team/", "UserName": "jo"})
def a_user_with_a_path(aws):
    made = aws.iam.create_user(UserName="jo", Path="/team/", Tags=[TAG])["User"]
    return pick(made, "Arn", "Path", "UserName")


@refused("iam.CreateUser", "EntityAlreadyExists")
def a_user_twice(aws):
    user(aws)
    user(aws)


@refused("iam.CreateUser", "ValidationError")
def a_user_of_65(aws):
    user(aws, "a" * 65)


@gives("iam.GetUser", "jo")
def a_user(aws):
    user(aws)
    return aws.iam.get_user(UserName="jo")["User"]["UserName"]


@gives("iam.GetUser", "jo")
def without_a_name_it_is_the_caller(aws):
    user(aws)
    aws.sign_with(aws.iam.create_access_key(UserName="jo")["AccessKey"]["AccessKeyId"])
    return aws.iam.get_user()["User"]["UserName"]


@refused("iam.GetUser", "NoSuchEntity")
def a_user_that_is_not_there(aws):
    aws.iam.get_user(UserName="jo")


@gives("iam.DeleteUser")
def a_user_without_anything(aws):
    user(aws)
    aws.iam.delete_user(UserName="jo")


@refused("iam.DeleteUser", "DeleteConflict")
def a_user_with_a_key(aws):
    user(aws)
    aws.iam.create_access_key(UserName="jo")
    aws.iam.delete_user(UserName="jo")


@refused("iam.DeleteUser", "DeleteConflict")
def a_user_with_a_policy(aws):
    user(aws)
    aws.iam.put_user_policy(UserName="jo", PolicyName="logs", PolicyDocument=POLICY)
    aws.iam.delete_user(UserName="jo")


@refused("iam.DeleteUser", "NoSuchEntity")
def nobody(aws):
    aws.iam.delete_user(UserName="jo")


@gives("iam.CreateAccessKey", {"Status": "Active", "UserName": "jo", "key": "AKIA", "secret": 40})
def a_key_and_its_secret(aws):
    user(aws)
    made = aws.iam.create_access_key(UserName="jo")["AccessKey"]
    return pick(made, "Status", "UserName") | {"key": made["AccessKeyId"][:4], "secret": len(made["SecretAccessKey"])}


@refused("iam.CreateAccessKey", "LimitExceeded")
def a_third_key(aws):
    user(aws)
    for _ in range(3):
        aws.iam.create_access_key(UserName="jo")


@refused("iam.CreateAccessKey", "NoSuchEntity")
def a_key_for_nobody(aws):
    aws.iam.create_access_key(UserName="jo")


@gives("iam.ListAccessKeys", [["jo", "Active", False]])
def keys_without_their_secrets(aws):
    user(aws)
    aws.iam.create_access_key(UserName="jo")
    found = aws.iam.list_access_keys(UserName="jo")["AccessKeyMetadata"]
    return [[key["UserName"], key["Status"], "SecretAccessKey" in key] for key in found]


@gives("iam.ListAccessKeys", ["jo"])
def those_of_the_caller(aws):
    user(aws)
    aws.sign_with(aws.iam.create_access_key(UserName="jo")["AccessKey"]["AccessKeyId"])
    return [key["UserName"] for key in aws.iam.list_access_keys()["AccessKeyMetadata"]]


@refused("iam.ListAccessKeys", "NoSuchEntity")
def keys_of_nobody(aws):
    aws.iam.list_access_keys(UserName="jo")


@gives("iam.DeleteAccessKey", [])
def a_key(aws):
    user(aws)
    made = aws.iam.create_access_key(UserName="jo")["AccessKey"]["AccessKeyId"]
    aws.iam.delete_access_key(UserName="jo", AccessKeyId=made)
    return aws.iam.list_access_keys(UserName="jo")["AccessKeyMetadata"]


@refused("iam.DeleteAccessKey", "NoSuchEntity")
def a_key_that_is_not_there(aws):
    user(aws)
    aws.iam.delete_access_key(UserName="jo", AccessKeyId="AKIAIOSFODNN7EXAMPLE")


@gives("iam.PutUserPolicy", ["logs"])
def a_policy_of_a_user(aws):
    user(aws)
    aws.iam.put_user_policy(UserName="jo", PolicyName="logs", PolicyDocument=POLICY)
    return aws.iam.list_user_policies(UserName="jo")["PolicyNames"]


@refused("iam.PutUserPolicy", "MalformedPolicyDocument")
def a_policy_that_is_none(aws):
    user(aws)
    aws.iam.put_user_policy(UserName="jo", PolicyName="logs", PolicyDocument="{}")


@gives("iam.GetUserPolicy", True)
def a_policy_of_a_user_as_it_was_written(aws):
    user(aws)
    aws.iam.put_user_policy(UserName="jo", PolicyName="logs", PolicyDocument=POLICY)
    return aws.iam.get_user_policy(UserName="jo", PolicyName="logs")["PolicyDocument"] == json.loads(POLICY)


@refused("iam.GetUserPolicy", "NoSuchEntity")
def a_policy_that_a_user_has_not(aws):
    user(aws)
    aws.iam.get_user_policy(UserName="jo", PolicyName="logs")


@gives("iam.ListUserPolicies", [])
def a_new_user_has_none(aws):
    user(aws)
    return aws.iam.list_user_policies(UserName="jo")["PolicyNames"]


@refused("iam.ListUserPolicies", "NoSuchEntity")
def policies_of_nobody(aws):
    aws.iam.list_user_policies(UserName="jo")


@gives("iam.DeleteUserPolicy", [])
def a_policy_goes(aws):
    user(aws)
    aws.iam.put_user_policy(UserName="jo", PolicyName="logs", PolicyDocument=POLICY)
    aws.iam.delete_user_policy(UserName="jo", PolicyName="logs")
    return aws.iam.list_user_policies(UserName="jo")["PolicyNames"]


@refused("iam.DeleteUserPolicy", "NoSuchEntity")
def a_policy_that_is_gone(aws):
    user(aws)
    aws.iam.delete_user_policy(UserName="jo", PolicyName="logs")
