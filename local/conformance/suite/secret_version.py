"""Secrets Manager: values, their versions and the labels of those."""

from cases import gives, pick, refused
from suite.secretsmanager import by, secret, token, value


def put(aws, number=2, name="shop/db", **more):
    value = {} if "SecretBinary" in more else {"SecretString": f"v{number}"}
    request = {"SecretId": name, "ClientRequestToken": token(number)}
    return aws.secretsmanager.put_secret_value(**request | value | more)


def versions(aws, **more):
    return aws.secretsmanager.list_secret_version_ids(SecretId="shop/db", **more)["Versions"]


def stages(aws):
    """The labels of each version, by the number of its token."""
    found = versions(aws, IncludeDeprecated=True)
    return {version["VersionId"].lstrip("0"): sorted(version.get("VersionStages", [])) for version in found}


@gives(
    "secretsmanager.GetSecretValue",
    {"Name": "shop/db", "SecretString": "v1", "VersionId": token(1), "VersionStages": ["AWSCURRENT"]},
)
def a_text(aws):
    secret(aws)
    return pick(value(aws), "Name", "SecretString", "VersionId", "VersionStages")


@gives("secretsmanager.GetSecretValue", [True, None])
def bytes_come_back_as_bytes(aws):
    secret(aws, SecretBinary=b"\x00\xff")
    found = value(aws)
    return [found["SecretBinary"] == b"\x00\xff", found.get("SecretString")]


@gives("secretsmanager.GetSecretValue", "<a&b> \"c' é 漢\n\t")
def whatever_a_text_holds(aws):
    secret(aws, SecretString="<a&b> \"c' é 漢\n\t")
    return value(aws)["SecretString"]


@gives("secretsmanager.GetSecretValue", ["v1", "v1"])
def by_its_arn_and_by_a_part_of_it(aws):
    arn = secret(aws)["ARN"]
    return [value(aws, name)["SecretString"] for name in (arn, arn[:-7])]


@refused("secretsmanager.GetSecretValue", "ResourceNotFoundException")
def a_part_of_an_arn_that_looks_complete(aws):
    value(aws, secret(aws, "shop-a1b2c3")["ARN"][:-7])


@gives("secretsmanager.GetSecretValue", ["v1", "v1", "v2"])
def by_label_and_by_version(aws):
    secret(aws)
    put(aws)
    wanted = [{"VersionStage": "AWSPREVIOUS"}, {"VersionId": token(1)}, {"VersionStage": "AWSCURRENT"}]
    return [value(aws, **which)["SecretString"] for which in wanted]


@refused("secretsmanager.GetSecretValue", "InvalidRequestException")
def a_label_of_another_version(aws):
    secret(aws)
    put(aws)
    value(aws, VersionId=token(1), VersionStage="AWSCURRENT")


@refused("secretsmanager.GetSecretValue", "ResourceNotFoundException")
def a_label_that_is_on_no_version(aws):
    secret(aws)
    value(aws, VersionStage="AWSPREVIOUS")


@refused("secretsmanager.GetSecretValue", "ResourceNotFoundException")
def a_secret_without_a_value(aws):
    aws.secretsmanager.create_secret(Name="shop/db")
    value(aws)


@refused("secretsmanager.GetSecretValue", "InvalidRequestException")
def the_value_of_a_deleted_one(aws):
    secret(aws)
    aws.secretsmanager.delete_secret(SecretId="shop/db")
    value(aws)


@gives("secretsmanager.BatchGetSecretValue", {"errors": ["ResourceNotFoundException"], "values": ["v1"]})
def one_that_is_there_and_one_that_is_none(aws):
    secret(aws)
    reply = aws.secretsmanager.batch_get_secret_value(SecretIdList=["shop/db", "none"])
    values = [found["SecretString"] for found in reply["SecretValues"]]
    return {"values": values, "errors": [error["ErrorCode"] for error in reply["Errors"]]}


@gives("secretsmanager.BatchGetSecretValue", ["a", "b", "c"])
def by_filter_page_by_page(aws):
    for name in ("a", "b", "c"):
        secret(aws, name)
    asked = by("name", "a", "b", "c") | {"MaxResults": 2}
    first = aws.secretsmanager.batch_get_secret_value(**asked)
    second = aws.secretsmanager.batch_get_secret_value(**asked, NextToken=first["NextToken"])
    return sorted(entry["Name"] for reply in (first, second) for entry in reply["SecretValues"])


@refused("secretsmanager.BatchGetSecretValue", "InvalidParameterException")
def neither_ids_nor_filters(aws):
    aws.secretsmanager.batch_get_secret_value()


@refused("secretsmanager.BatchGetSecretValue", "InvalidParameterException")
def a_page_of_ids(aws):
    aws.secretsmanager.batch_get_secret_value(SecretIdList=["a"], MaxResults=1)


@gives("secretsmanager.PutSecretValue", [["AWSCURRENT"], {"1": ["AWSPREVIOUS"], "2": ["AWSCURRENT"]}])
def current_and_previous_move(aws):
    secret(aws)
    return [put(aws)["VersionStages"], stages(aws)]


@gives("secretsmanager.PutSecretValue", {"1": ["AWSCURRENT"], "2": ["three"], "3": ["one", "two"]})
def labels_leave_other_versions(aws):
    secret(aws)
    put(aws, 2, VersionStages=["one", "three"])
    put(aws, 3, VersionStages=["one", "two"])
    return stages(aws)


@gives("secretsmanager.PutSecretValue", {"1": ["AWSCURRENT", "one"]})
def a_first_version_is_the_current_one(aws):
    aws.secretsmanager.create_secret(Name="shop/db")
    put(aws, 1, VersionStages=["one"])
    return stages(aws)


@gives("secretsmanager.PutSecretValue", {"1": ["AWSPREVIOUS"], "2": ["AWSCURRENT"]})
def the_same_request_twice(aws):
    secret(aws)
    put(aws)
    put(aws)
    return stages(aws)


@refused("secretsmanager.PutSecretValue", "ResourceExistsException")
def a_token_of_another_value(aws):
    secret(aws)
    put(aws)
    put(aws, SecretString="other")


@refused("secretsmanager.PutSecretValue", "InvalidRequestException")
def no_value(aws):
    secret(aws)
    aws.secretsmanager.put_secret_value(SecretId="shop/db")


@refused("secretsmanager.PutSecretValue", "ResourceNotFoundException")
def into_a_secret_that_is_not_there(aws):
    put(aws)


@refused("secretsmanager.PutSecretValue", "InvalidRequestException")
def into_a_deleted_one(aws):
    secret(aws)
    aws.secretsmanager.delete_secret(SecretId="shop/db")
    put(aws)


@refused("secretsmanager.PutSecretValue", "LimitExceededException")
def the_twenty_first_label(aws):
    secret(aws)
    put(aws, 2, VersionStages=[f"s{number}" for number in range(19)])
    put(aws, 3, VersionStages=["more"])


@gives("secretsmanager.UpdateSecret", ["v2", "text", {"1": ["AWSPREVIOUS"], "2": ["AWSCURRENT"]}])
def a_value_and_a_description(aws):
    secret(aws)
    aws.secretsmanager.update_secret(
        SecretId="shop/db", SecretString="v2", ClientRequestToken=token(2), Description="text"
    )
    described = aws.secretsmanager.describe_secret(SecretId="shop/db")["Description"]
    return [value(aws)["SecretString"], described, stages(aws)]


@gives("secretsmanager.UpdateSecret", [None, {"1": ["AWSCURRENT"]}])
def a_description_makes_no_version(aws):
    secret(aws)
    reply = aws.secretsmanager.update_secret(SecretId="shop/db", Description="text")
    return [reply.get("VersionId"), stages(aws)]


@gives("secretsmanager.UpdateSecret", ["alias/shop", None])
def a_key_and_none(aws):
    secret(aws)
    seen = []
    for key in ("alias/shop", ""):
        aws.secretsmanager.update_secret(SecretId="shop/db", KmsKeyId=key)
        seen.append(aws.secretsmanager.describe_secret(SecretId="shop/db").get("KmsKeyId"))
    return seen


@refused("secretsmanager.UpdateSecret", "ResourceExistsException")
def a_version_that_is_there(aws):
    secret(aws)
    aws.secretsmanager.update_secret(SecretId="shop/db", SecretString="v1", ClientRequestToken=token(1))


@refused("secretsmanager.UpdateSecret", "ResourceNotFoundException")
def an_update_of_nothing(aws):
    aws.secretsmanager.update_secret(SecretId="shop/db", Description="text")


@refused("secretsmanager.UpdateSecret", "InvalidRequestException")
def an_update_of_a_deleted_one(aws):
    secret(aws)
    aws.secretsmanager.delete_secret(SecretId="shop/db")
    aws.secretsmanager.update_secret(SecretId="shop/db", Description="text")


def move(aws, stage, **more):
    return aws.secretsmanager.update_secret_version_stage(SecretId="shop/db", VersionStage=stage, **more)


@gives("secretsmanager.UpdateSecretVersionStage", {"1": ["AWSCURRENT"], "2": ["AWSPREVIOUS"]})
def the_way_back(aws):
    secret(aws)
    put(aws)
    move(aws, "AWSCURRENT", RemoveFromVersionId=token(2), MoveToVersionId=token(1))
    return stages(aws)


@gives("secretsmanager.UpdateSecretVersionStage", [{"1": ["AWSCURRENT", "x"]}, {"1": ["AWSCURRENT"]}])
def a_label_comes_and_goes(aws):
    secret(aws)
    move(aws, "x", MoveToVersionId=token(1))
    there = stages(aws)
    move(aws, "x", RemoveFromVersionId=token(1))
    return [there, stages(aws)]


@refused("secretsmanager.UpdateSecretVersionStage", "InvalidParameterException")
def a_label_that_another_version_has(aws):
    secret(aws)
    put(aws)
    move(aws, "AWSCURRENT", MoveToVersionId=token(1))


@refused("secretsmanager.UpdateSecretVersionStage", "InvalidParameterException")
def the_current_label_to_nowhere(aws):
    secret(aws)
    move(aws, "AWSCURRENT", RemoveFromVersionId=token(1))


@refused("secretsmanager.UpdateSecretVersionStage", "ResourceNotFoundException")
def a_label_of_nothing(aws):
    move(aws, "x", MoveToVersionId=token(1))


@gives("secretsmanager.ListSecretVersionIds", [["2", "3"], ["1", "2", "3"]])
def those_without_a_label_on_demand(aws):
    secret(aws)
    for number in (2, 3):
        put(aws, number)
    found = [versions(aws), versions(aws, IncludeDeprecated=True)]
    return [sorted(version["VersionId"].lstrip("0") for version in listing) for listing in found]


@gives("secretsmanager.ListSecretVersionIds", [["DefaultEncryptionKey"]])
def the_key_of_aws_has_a_name(aws):
    secret(aws)
    return [version["KmsKeyIds"] for version in versions(aws)]


@refused("secretsmanager.ListSecretVersionIds", "ResourceNotFoundException")
def versions_of_nothing(aws):
    versions(aws)


@gives("secretsmanager.ListSecretVersionIds", ["1", "2"])
def versions_page_by_page(aws):
    secret(aws)
    put(aws)
    first = aws.secretsmanager.list_secret_version_ids(SecretId="shop/db", MaxResults=1)
    second = versions(aws, MaxResults=1, NextToken=first["NextToken"])
    return sorted(version["VersionId"].lstrip("0") for version in first["Versions"] + second)
