"""KMS: keys, their states and their names."""

import json

from cases import gives, pick, refused, tags
from suite.made import listed

TAG = {"TagKey": "application", "TagValue": "shop"}
NONE = "0123abcd-0000-4000-8000-000000000000"


def key(aws, **more):
    """The id of a new key."""
    return aws.kms.create_key(**more)["KeyMetadata"]["KeyId"]


def alias(aws, name="alias/shop", of=None):
    """The id of a key that has this alias."""
    of = of or key(aws)
    aws.kms.create_alias(AliasName=name, TargetKeyId=of)
    return of


def state(aws, of):
    return aws.kms.describe_key(KeyId=of)["KeyMetadata"]["KeyState"]


def names(aws, **params):
    """The aliases that are not AWS's own."""
    found = listed(aws.kms, "list_aliases", "Aliases", **params)
    return sorted(entry["AliasName"] for entry in found if not entry["AliasName"].startswith("alias/aws/"))


def policy(aws, action="kms:*", **more):
    root = {"AWS": f"arn:aws:iam::{aws.account}:root"}
    statement = {"Effect": "Allow", "Principal": root, "Action": action, "Resource": "*"} | more
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@gives(
    "kms.CreateKey",
    {
        "Description": "of the shop",
        "Enabled": True,
        "KeyManager": "CUSTOMER",
        "KeySpec": "SYMMETRIC_DEFAULT",
        "KeyState": "Enabled",
        "KeyUsage": "ENCRYPT_DECRYPT",
        "MultiRegion": False,
        "Origin": "AWS_KMS",
    },
)
def a_symmetric_key(aws):
    made = aws.kms.create_key(Description="of the shop")["KeyMetadata"]
    return pick(
        made, "Description", "Enabled", "KeyManager", "KeySpec", "KeyState", "KeyUsage", "MultiRegion", "Origin"
    )


@gives("kms.CreateKey", {"application": "shop"})
def with_tags(aws):
    found = aws.kms.list_resource_tags(KeyId=key(aws, Tags=[TAG]))["Tags"]
    return tags(found, "TagKey", "TagValue")


@refused("kms.CreateKey", "TagException")
def fifty_one_tags_of_a_key(aws):
    key(aws, Tags=[{"TagKey": f"k{number}", "TagValue": ""} for number in range(51)])


@refused("kms.CreateKey", "MalformedPolicyDocumentException")
def a_policy_without_a_way_back(aws):
    key(aws, Policy=policy(aws, "kms:Get*"))


@refused("kms.CreateKey", "ValidationException")
def a_description_of_8193_characters(aws):
    key(aws, Description="d" * 8193)


@gives("kms.DescribeKey", [True, True, True, True])
def by_id_arn_and_alias(aws):
    made = alias(aws)
    prefix = f"arn:aws:kms:eu-west-1:{aws.account}:"
    references = [made, f"{prefix}key/{made}", "alias/shop", f"{prefix}alias/shop"]
    return [aws.kms.describe_key(KeyId=name)["KeyMetadata"]["KeyId"] == made for name in references]


@gives("kms.DescribeKey", "AWS")
def the_key_of_aws_for_parameters(aws):
    return aws.kms.describe_key(KeyId="alias/aws/ssm")["KeyMetadata"]["KeyManager"]


@gives("kms.DescribeKey", "AWS")
def the_key_of_aws_for_secrets(aws):
    return aws.kms.describe_key(KeyId="alias/aws/secretsmanager")["KeyMetadata"]["KeyManager"]


@refused("kms.DescribeKey", "NotFoundException")
def a_key_that_is_not_there(aws):
    aws.kms.describe_key(KeyId=NONE)


@refused("kms.DescribeKey", "NotFoundException")
def an_id_that_is_none(aws):
    aws.kms.describe_key(KeyId="shop")


@refused("kms.DescribeKey", "NotFoundException")
def an_alias_that_is_not_there(aws):
    aws.kms.describe_key(KeyId="alias/shop")


@gives("kms.DisableKey", "Disabled")
def it_cannot_be_used(aws):
    made = key(aws)
    aws.kms.disable_key(KeyId=made)
    return state(aws, made)


@refused("kms.DisableKey", "NotFoundException")
def a_key_by_its_alias(aws):
    alias(aws)
    aws.kms.disable_key(KeyId="alias/shop")


@gives("kms.EnableKey", "Enabled")
def it_can_be_used_again(aws):
    made = key(aws)
    aws.kms.disable_key(KeyId=made)
    aws.kms.enable_key(KeyId=made)
    return state(aws, made)


@refused("kms.EnableKey", "KMSInvalidStateException")
def a_key_that_is_to_be_deleted(aws):
    made = key(aws)
    aws.kms.schedule_key_deletion(KeyId=made)
    aws.kms.enable_key(KeyId=made)


@gives("kms.ScheduleKeyDeletion", {"KeyState": "PendingDeletion", "PendingWindowInDays": 30, "shown": True})
def at_the_end_of_thirty_days(aws):
    made = key(aws)
    reply = aws.kms.schedule_key_deletion(KeyId=made)
    shown = aws.kms.describe_key(KeyId=made)["KeyMetadata"]
    return pick(reply, "KeyState", "PendingWindowInDays") | {"shown": shown["DeletionDate"] == reply["DeletionDate"]}


@refused("kms.ScheduleKeyDeletion", "ValidationException")
def at_the_end_of_six_days(aws):
    aws.kms.schedule_key_deletion(KeyId=key(aws), PendingWindowInDays=6)


@refused("kms.ScheduleKeyDeletion", "KMSInvalidStateException")
def a_key_twice(aws):
    made = key(aws)
    aws.kms.schedule_key_deletion(KeyId=made)
    aws.kms.schedule_key_deletion(KeyId=made)


@gives("kms.CancelKeyDeletion", "Disabled")
def it_stays_and_is_disabled(aws):
    made = key(aws)
    aws.kms.schedule_key_deletion(KeyId=made)
    aws.kms.cancel_key_deletion(KeyId=made)
    return state(aws, made)


@refused("kms.CancelKeyDeletion", "KMSInvalidStateException")
def a_key_that_nobody_deletes(aws):
    aws.kms.cancel_key_deletion(KeyId=key(aws))


@gives("kms.CreateAlias", ["alias/shop"])
def a_name_for_a_key(aws):
    return names(aws, KeyId=alias(aws))


@refused("kms.CreateAlias", "AlreadyExistsException")
def a_name_that_is_taken(aws):
    alias(aws)
    alias(aws)


@refused("kms.CreateAlias", "ValidationException")
def a_name_without_the_prefix(aws):
    alias(aws, "shop")


@refused("kms.CreateAlias", "ValidationException")
def a_name_with_a_colon(aws):
    alias(aws, "alias/a:b")


@refused("kms.CreateAlias", "InvalidAliasNameException")
def a_name_of_aws(aws):
    alias(aws, "alias/aws/shop")


@refused("kms.CreateAlias", "NotFoundException")
def a_name_for_nothing(aws):
    alias(aws, of=NONE)


@refused("kms.CreateAlias", "ValidationException")
def a_name_for_a_name(aws):
    alias(aws)
    alias(aws, "alias/other", of="alias/shop")


@refused("kms.CreateAlias", "KMSInvalidStateException")
def a_name_for_a_key_that_goes(aws):
    made = key(aws)
    aws.kms.schedule_key_deletion(KeyId=made)
    alias(aws, of=made)


@refused("kms.CreateAlias", "LimitExceededException")
def the_fifty_first_name(aws):
    made = key(aws)
    for number in range(51):
        alias(aws, f"alias/a{number}", made)


@gives("kms.UpdateAlias", [[], ["alias/shop"]])
def a_name_for_another_key(aws):
    old, new = alias(aws), key(aws)
    aws.kms.update_alias(AliasName="alias/shop", TargetKeyId=new)
    return [names(aws, KeyId=made) for made in (old, new)]


@refused("kms.UpdateAlias", "NotFoundException")
def a_name_that_no_key_has(aws):
    aws.kms.update_alias(AliasName="alias/shop", TargetKeyId=key(aws))


@gives("kms.DeleteAlias", ["Enabled", []])
def the_key_stays(aws):
    made = alias(aws)
    aws.kms.delete_alias(AliasName="alias/shop")
    return [state(aws, made), names(aws)]


@refused("kms.DeleteAlias", "NotFoundException")
def a_name_that_is_not_there(aws):
    aws.kms.delete_alias(AliasName="alias/shop")


@gives("kms.ListAliases", ["alias/a", "alias/b", "alias/c"])
def aliases_page_by_page(aws):
    for name in ("alias/a", "alias/b", "alias/c"):
        alias(aws, name)
    return names(aws, PaginationConfig={"PageSize": 2})


@refused("kms.ListAliases", "NotFoundException")
def the_names_of_nothing(aws):
    aws.kms.list_aliases(KeyId=NONE)


@refused("kms.ListAliases", "InvalidMarkerException")
def a_marker_that_was_made_up(aws):
    aws.kms.list_aliases(Marker="made-up")


@gives("kms.ListKeys", 3)
def keys_page_by_page(aws):
    for _ in range(3):
        key(aws)
    return len({found["KeyId"] for found in listed(aws.kms, "list_keys", "Keys", PaginationConfig={"PageSize": 2})})


@gives("kms.GetKeyPolicy", ["kms:*", True])
def the_default_leaves_it_to_iam(aws):
    statement = json.loads(aws.kms.get_key_policy(KeyId=key(aws))["Policy"])["Statement"][0]
    return [statement["Action"], statement["Principal"]["AWS"].endswith(":root")]


@refused("kms.GetKeyPolicy", "NotFoundException")
def a_policy_of_another_name(aws):
    aws.kms.get_key_policy(KeyId=key(aws), PolicyName="other")


@gives("kms.PutKeyPolicy", True)
def it_comes_back_as_it_was_written(aws):
    made, written = key(aws), policy(aws, "kms:Put*")
    aws.kms.put_key_policy(KeyId=made, PolicyName="default", Policy=written)
    return aws.kms.get_key_policy(KeyId=made, PolicyName="default")["Policy"] == written


@refused("kms.PutKeyPolicy", "MalformedPolicyDocumentException")
def a_policy_that_locks_its_author_out(aws):
    aws.kms.put_key_policy(KeyId=key(aws), PolicyName="default", Policy=policy(aws, "kms:Get*"))


@refused("kms.PutKeyPolicy", "MalformedPolicyDocumentException")
def a_policy_that_is_none(aws):
    aws.kms.put_key_policy(KeyId=key(aws), PolicyName="default", Policy="{}")


@gives("kms.TagResource", {"application": "store", "team": "a"})
def a_new_value_for_a_tag(aws):
    made = key(aws, Tags=[TAG])
    aws.kms.tag_resource(KeyId=made, Tags=[TAG | {"TagValue": "store"}, {"TagKey": "team", "TagValue": "a"}])
    return tags(aws.kms.list_resource_tags(KeyId=made)["Tags"], "TagKey", "TagValue")


@refused("kms.TagResource", "TagException")
def a_tag_of_aws(aws):
    aws.kms.tag_resource(KeyId=key(aws), Tags=[{"TagKey": "aws:x", "TagValue": ""}])


@refused("kms.TagResource", "TagException")
def a_tag_twice(aws):
    aws.kms.tag_resource(KeyId=key(aws), Tags=[TAG, TAG])


@refused("kms.TagResource", "KMSInvalidStateException")
def a_tag_for_a_key_that_goes(aws):
    made = key(aws)
    aws.kms.schedule_key_deletion(KeyId=made)
    aws.kms.tag_resource(KeyId=made, Tags=[TAG])


@gives("kms.UntagResource", [])
def tags_that_are_not_there_are_passed_over(aws):
    made = key(aws, Tags=[TAG])
    aws.kms.untag_resource(KeyId=made, TagKeys=["application", "none"])
    return aws.kms.list_resource_tags(KeyId=made)["Tags"]


@gives("kms.ListResourceTags", 3)
def tags_page_by_page(aws):
    made = key(aws, Tags=[{"TagKey": f"k{number}", "TagValue": ""} for number in range(3)])
    first = aws.kms.list_resource_tags(KeyId=made, Limit=2)
    second = aws.kms.list_resource_tags(KeyId=made, Limit=2, Marker=first["NextMarker"])
    return len(first["Tags"] + second["Tags"])


@refused("kms.ListResourceTags", "NotFoundException")
def the_tags_of_nothing(aws):
    aws.kms.list_resource_tags(KeyId=NONE)
