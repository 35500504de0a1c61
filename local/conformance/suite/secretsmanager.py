"""Secrets Manager: secrets, what is said about them, and how they go."""

from cases import gives, pick, refused, tags
from suite.made import TAG, listed


def token(number):
    """A token of its own for each number; it becomes the id of a version."""
    return f"{number:032}"


def secret(aws, name="shop/db", **more):
    value = {} if "SecretBinary" in more else {"SecretString": "v1"}
    return aws.secretsmanager.create_secret(**{"Name": name, "ClientRequestToken": token(1)} | value | more)


def value(aws, name="shop/db", **more):
    return aws.secretsmanager.get_secret_value(SecretId=name, **more)


def names(aws, **params):
    return sorted(found["Name"] for found in listed(aws.secretsmanager, "list_secrets", "SecretList", **params))


def by(key, *values):
    return {"Filters": [{"Key": key, "Values": list(values)}]}


@gives("secretsmanager.CreateSecret", ["arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/db-", 6, "shop/db"])
def an_arn_ends_in_six_characters(aws):
    made = secret(aws)
    start, hyphen, suffix = made["ARN"].rpartition("-")
    return [start + hyphen, len(suffix), made["Name"]]


@gives("secretsmanager.CreateSecret", token(1))
def the_token_is_the_version(aws):
    return secret(aws)["VersionId"]


@gives("secretsmanager.CreateSecret", [None, None])
def without_a_value_there_is_no_version(aws):
    made = aws.secretsmanager.create_secret(Name="shop/db")
    found = aws.secretsmanager.describe_secret(SecretId="shop/db")
    return [made.get("VersionId"), found.get("VersionIdsToStages")]


@gives("secretsmanager.CreateSecret", True)
def the_same_request_is_answered_again(aws):
    return secret(aws)["ARN"] == secret(aws)["ARN"]


@refused("secretsmanager.CreateSecret", "ResourceExistsException")
def the_same_token_with_another_value(aws):
    secret(aws)
    secret(aws, SecretString="other")


@refused("secretsmanager.CreateSecret", "ResourceExistsException")
def a_name_that_is_there(aws):
    secret(aws)
    secret(aws, ClientRequestToken=token(2))


@refused("secretsmanager.CreateSecret", "ValidationException")
def a_name_with_a_space(aws):
    secret(aws, "shop db")


@refused("secretsmanager.CreateSecret", "ValidationException")
def a_name_of_513_characters(aws):
    secret(aws, "n" * 513)


@refused("secretsmanager.CreateSecret", "InvalidParameterException")
def a_short_token(aws):
    secret(aws, ClientRequestToken="short")


@refused("secretsmanager.CreateSecret", "InvalidParameterException")
def text_and_bytes(aws):
    secret(aws, SecretString="a", SecretBinary=b"a")


@refused("secretsmanager.CreateSecret", "ValidationException")
def a_value_of_65537_bytes(aws):
    secret(aws, SecretString="v" * 65537)


@refused("secretsmanager.CreateSecret", "ValidationException")
def a_description_of_2049_characters(aws):
    secret(aws, Description="d" * 2049)


@refused("secretsmanager.CreateSecret", "InvalidParameterException")
def fifty_one_tags_at_once(aws):
    secret(aws, Tags=[{"Key": f"k{number}", "Value": ""} for number in range(51)])


@refused("secretsmanager.CreateSecret", "InvalidRequestException")
def a_name_that_is_about_to_be_deleted(aws):
    secret(aws)
    aws.secretsmanager.delete_secret(SecretId="shop/db")
    secret(aws, ClientRequestToken=token(2))


@gives(
    "secretsmanager.DescribeSecret",
    {"Description": "text", "KmsKeyId": "alias/shop", "Name": "shop/db", "tags": {"application": "shop"}},
)
def what_was_said_about_it(aws):
    secret(aws, Description="text", KmsKeyId="alias/shop", Tags=[TAG])
    found = aws.secretsmanager.describe_secret(SecretId="shop/db")
    return pick(found, "Description", "KmsKeyId", "Name") | {"tags": tags(found["Tags"])}


@gives("secretsmanager.DescribeSecret", {"KmsKeyId": None, "LastAccessedDate": None, "Tags": None})
def what_there_is_not_is_left_out(aws):
    secret(aws)
    return pick(aws.secretsmanager.describe_secret(SecretId="shop/db"), "KmsKeyId", "LastAccessedDate", "Tags")


@gives("secretsmanager.DescribeSecret", True)
def a_deleted_one_says_when_it_goes(aws):
    secret(aws)
    deleted = aws.secretsmanager.delete_secret(SecretId="shop/db", RecoveryWindowInDays=7)
    return aws.secretsmanager.describe_secret(SecretId="shop/db")["DeletedDate"] == deleted["DeletionDate"]


@gives("secretsmanager.DescribeSecret", True)
def a_read_is_remembered(aws):
    secret(aws)
    value(aws)
    return "LastAccessedDate" in aws.secretsmanager.describe_secret(SecretId="shop/db")


@refused("secretsmanager.DescribeSecret", "ResourceNotFoundException")
def a_secret_that_is_not_there(aws):
    aws.secretsmanager.describe_secret(SecretId="shop/db")


@gives("secretsmanager.DeleteSecret", [7, 30])
def at_the_end_of_a_window(aws):
    days = []
    for name, window in (("a", {"RecoveryWindowInDays": 7}), ("b", {})):
        made = secret(aws, name)
        deleted = aws.secretsmanager.delete_secret(SecretId=made["ARN"], **window)
        created = aws.secretsmanager.describe_secret(SecretId=name)["CreatedDate"]
        days.append(round((deleted["DeletionDate"] - created).total_seconds() / 86400))
    return days


@gives("secretsmanager.DeleteSecret", "v2")
def at_once_its_name_is_free(aws):
    secret(aws)
    aws.secretsmanager.delete_secret(SecretId="shop/db", ForceDeleteWithoutRecovery=True)
    secret(aws, SecretString="v2")
    return value(aws)["SecretString"]


@gives("secretsmanager.DeleteSecret", ["shop/db", "shop/db"])
def at_once_what_is_deleted_or_was_never_there(aws):
    secret(aws)
    aws.secretsmanager.delete_secret(SecretId="shop/db")
    force = {"SecretId": "shop/db", "ForceDeleteWithoutRecovery": True}
    return [aws.secretsmanager.delete_secret(**force)["Name"] for _ in range(2)]


@refused("secretsmanager.DeleteSecret", "InvalidParameterException")
def a_window_of_six_days(aws):
    secret(aws)
    aws.secretsmanager.delete_secret(SecretId="shop/db", RecoveryWindowInDays=6)


@refused("secretsmanager.DeleteSecret", "InvalidParameterException")
def a_window_and_at_once(aws):
    secret(aws)
    aws.secretsmanager.delete_secret(SecretId="shop/db", RecoveryWindowInDays=7, ForceDeleteWithoutRecovery=True)


@refused("secretsmanager.DeleteSecret", "InvalidRequestException")
def a_secret_twice(aws):
    secret(aws)
    aws.secretsmanager.delete_secret(SecretId="shop/db")
    aws.secretsmanager.delete_secret(SecretId="shop/db")


@refused("secretsmanager.DeleteSecret", "ResourceNotFoundException")
def a_secret_that_was_never_there(aws):
    aws.secretsmanager.delete_secret(SecretId="shop/db")


@gives("secretsmanager.RestoreSecret", [None, "v1"])
def it_is_as_it_was(aws):
    secret(aws)
    aws.secretsmanager.delete_secret(SecretId="shop/db")
    aws.secretsmanager.restore_secret(SecretId="shop/db")
    return [aws.secretsmanager.describe_secret(SecretId="shop/db").get("DeletedDate"), value(aws)["SecretString"]]


@refused("secretsmanager.RestoreSecret", "ResourceNotFoundException")
def nothing_to_restore(aws):
    aws.secretsmanager.restore_secret(SecretId="shop/db")


@gives("secretsmanager.ListSecrets", ["shop/a", "shop/b", "shop/c"])
def page_by_page(aws):
    for name in ("shop/a", "shop/b", "shop/c"):
        secret(aws, name)
    return names(aws, MaxResults=2)


@gives("secretsmanager.ListSecrets", [["shop/db"], ["shop/cache", "shop/db"]])
def deleted_ones_on_demand(aws):
    secret(aws)
    secret(aws, "shop/cache")
    aws.secretsmanager.delete_secret(SecretId="shop/cache")
    return [names(aws), names(aws, IncludePlannedDeletion=True)]


@gives(
    "secretsmanager.ListSecrets",
    {"Name": "shop/db", "SecretVersionsToStages": {token(1): ["AWSCURRENT"]}, "Tags": [TAG]},
)
def what_is_said_about_each(aws):
    secret(aws, Tags=[TAG])
    return pick(aws.secretsmanager.list_secrets()["SecretList"][0], "Name", "SecretVersionsToStages", "Tags")


def three(aws):
    secret(aws, "shop/db", Description="the database", Tags=[TAG])
    secret(aws, "shop/cache", Description="a cache", Tags=[TAG | {"Value": "cache"}])
    secret(aws, "other", Description="Another data store")


@gives("secretsmanager.ListSecrets", [["shop/cache", "shop/db"], ["other"], []])
def by_the_beginning_of_the_name(aws):
    three(aws)
    return [names(aws, **by("name", wanted)) for wanted in ("shop/", "!shop/", "hop")]


@gives("secretsmanager.ListSecrets", [["shop/cache", "shop/db"], ["shop/cache"], []])
def by_tag(aws):
    three(aws)
    wanted = [by("tag-key", "app"), by("tag-value", "cache"), by("tag-key", "APP")]
    return [names(aws, **filters) for filters in wanted]


@gives("secretsmanager.ListSecrets", [["other", "shop/db"], ["shop/db"]])
def by_the_words_of_the_description(aws):
    three(aws)
    return [names(aws, **by("description", wanted)) for wanted in ("DATA", "the data")]


@gives("secretsmanager.ListSecrets", ["shop/cache"])
def by_everything(aws):
    three(aws)
    return names(aws, **by("all", "cache"))


@gives("secretsmanager.ListSecrets", ["shop/cache"])
def filters_join_with_and(aws):
    three(aws)
    filters = by("name", "shop/")["Filters"] + by("tag-value", "cache", "none")["Filters"]
    return names(aws, Filters=filters)


@gives("secretsmanager.ListSecrets", [["other", "shop/cache", "shop/db"], ["shop/db", "shop/cache", "other"]])
def up_and_down_by_name(aws):
    three(aws)
    orders = [aws.secretsmanager.list_secrets(SortBy="name", SortOrder=order) for order in ("asc", "desc")]
    return [[found["Name"] for found in reply["SecretList"]] for reply in orders]


@refused("secretsmanager.ListSecrets", "ValidationException")
def a_filter_that_nobody_has(aws):
    aws.secretsmanager.list_secrets(**by("owner", "x"))


@refused("secretsmanager.ListSecrets", "InvalidNextTokenException")
def a_token_that_was_made_up_for_secrets(aws):
    aws.secretsmanager.list_secrets(NextToken="made-up")


@gives("secretsmanager.TagResource", {"application": "store", "team": "a"})
def a_value_replaces_another(aws):
    secret(aws, Tags=[TAG])
    added = [TAG | {"Value": "store"}, {"Key": "team", "Value": "a"}]
    aws.secretsmanager.tag_resource(SecretId="shop/db", Tags=added)
    return tags(aws.secretsmanager.describe_secret(SecretId="shop/db")["Tags"])


@refused("secretsmanager.TagResource", "InvalidParameterException")
def fifty_one_tags(aws):
    secret(aws)
    for start in (0, 26):
        many = [{"Key": f"k{number}", "Value": ""} for number in range(start, start + 26)]
        aws.secretsmanager.tag_resource(SecretId="shop/db", Tags=many)


@refused("secretsmanager.TagResource", "InvalidRequestException")
def tags_for_a_deleted_one(aws):
    secret(aws)
    aws.secretsmanager.delete_secret(SecretId="shop/db")
    aws.secretsmanager.tag_resource(SecretId="shop/db", Tags=[TAG])


@refused("secretsmanager.TagResource", "ResourceNotFoundException")
def tags_for_nothing(aws):
    aws.secretsmanager.tag_resource(SecretId="shop/db", Tags=[TAG])


@gives("secretsmanager.UntagResource", {"team": "a"})
def keys_that_are_not_there_change_nothing(aws):
    secret(aws, Tags=[TAG, {"Key": "team", "Value": "a"}])
    aws.secretsmanager.untag_resource(SecretId="shop/db", TagKeys=["application", "none"])
    return tags(aws.secretsmanager.describe_secret(SecretId="shop/db")["Tags"])


@refused("secretsmanager.UntagResource", "InvalidRequestException")
def keys_of_a_deleted_one(aws):
    secret(aws, Tags=[TAG])
    aws.secretsmanager.delete_secret(SecretId="shop/db")
    aws.secretsmanager.untag_resource(SecretId="shop/db", TagKeys=["application"])
