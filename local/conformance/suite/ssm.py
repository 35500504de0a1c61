"""SSM: Parameter Store."""

from cases import gives, pick, refused, tags
from suite.made import TAG, listed


def put(aws, name="/shop/a", value="1", **more):
    return aws.ssm.put_parameter(Name=name, Value=value, **{"Type": "String"} | more)


@gives("ssm.PutParameter", {"Tier": "Standard", "Version": 1, "tags": {"application": "shop"}})
def a_new_one_with_tags(aws):
    reply = put(aws, Tags=[TAG])
    found = aws.ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId="/shop/a")["TagList"]
    return pick(reply, "Tier", "Version") | {"tags": tags(found)}


@gives("ssm.PutParameter", {"Tier": "Standard", "Version": 2})
def overwritten_it_has_another_version(aws):
    put(aws)
    return pick(aws.ssm.put_parameter(Name="/shop/a", Value="2", Overwrite=True), "Tier", "Version")


@gives("ssm.PutParameter", {"Tier": "Advanced", "Version": 1})
def a_large_value_in_the_advanced_tier(aws):
    return pick(put(aws, value="v" * 5000, Tier="Advanced"), "Tier", "Version")


@refused("ssm.PutParameter", "ParameterAlreadyExists")
def what_is_there_without_overwrite(aws):
    put(aws)
    put(aws)


@refused("ssm.PutParameter", "ValidationException")
def tags_with_overwrite(aws):
    put(aws)
    put(aws, Overwrite=True, Tags=[TAG])


@refused("ssm.PutParameter", "ValidationException")
def a_new_one_without_a_type(aws):
    aws.ssm.put_parameter(Name="/shop/a", Value="1")


@refused("ssm.PutParameter", "ValidationException")
def a_value_above_4096_bytes(aws):
    put(aws, value="é" * 2049)


@refused("ssm.PutParameter", "ValidationException")
def a_value_above_8192_bytes(aws):
    put(aws, value="v" * 8193, Tier="Advanced")


@refused("ssm.PutParameter", "ValidationException")
def a_reference_in_a_value(aws):
    put(aws, value="{{ssm:/shop/b}}")


@refused("ssm.PutParameter", "ValidationException")
def a_name_with_a_space(aws):
    put(aws, "/shop/a b")


@refused("ssm.PutParameter", "ValidationException")
def a_path_without_its_first_slash(aws):
    put(aws, "shop/a")


@refused("ssm.PutParameter", "AccessDeniedException")
def the_prefix_aws(aws):
    put(aws, "/aws/a")


@refused("ssm.PutParameter", "ValidationException")
def the_prefix_ssm(aws):
    put(aws, "ssm-a")


@refused("ssm.PutParameter", "HierarchyLevelLimitExceededException")
def sixteen_levels(aws):
    put(aws, "/a" * 16)


@refused("ssm.PutParameter", "ParameterPatternMismatchException")
def a_value_that_breaks_the_pattern(aws):
    put(aws, value="abc", AllowedPattern="\\d+")


@gives("ssm.GetParameter", {"DataType": "text", "Name": "/shop/a", "Type": "String", "Value": "1", "Version": 1})
def all_of_it(aws):
    put(aws)
    return pick(aws.ssm.get_parameter(Name="/shop/a")["Parameter"], "DataType", "Name", "Type", "Value", "Version")


@gives("ssm.GetParameter", "<a&b> \"c' é 漢\n\t")
def whatever_a_value_holds(aws):
    put(aws, value="<a&b> \"c' é 漢\n\t")
    return aws.ssm.get_parameter(Name="/shop/a")["Parameter"]["Value"]


@gives("ssm.GetParameter", "arn:aws:ssm:eu-west-1:123456789012:parameter/shop/a")
def its_arn(aws):
    put(aws)
    return aws.ssm.get_parameter(Name="/shop/a")["Parameter"]["ARN"]


@gives("ssm.GetParameter", [False, True])
def a_secret_is_opaque_unless_it_is_asked_for(aws):
    put(aws, value="secret", Type="SecureString")
    read = [aws.ssm.get_parameter(Name="/shop/a", WithDecryption=wanted) for wanted in (False, True)]
    return [reply["Parameter"]["Value"] == "secret" for reply in read]


@gives("ssm.GetParameter", {"Selector": ":1", "Value": "1", "Version": 1})
def by_version(aws):
    put(aws)
    put(aws, value="2", Overwrite=True)
    return pick(aws.ssm.get_parameter(Name="/shop/a:1")["Parameter"], "Selector", "Value", "Version")


@refused("ssm.GetParameter", "ParameterNotFound")
def what_is_not_there(aws):
    aws.ssm.get_parameter(Name="/shop/a")


@refused("ssm.GetParameter", "ParameterVersionNotFound")
def a_version_that_is_not_there(aws):
    put(aws)
    aws.ssm.get_parameter(Name="/shop/a:2")


@gives("ssm.GetParameters", {"InvalidParameters": ["/shop/b"], "found": ["/shop/a"]})
def what_is_there_and_what_is_not(aws):
    put(aws)
    reply = aws.ssm.get_parameters(Names=["/shop/a", "/shop/b"])
    return pick(reply, "InvalidParameters") | {"found": [found["Name"] for found in reply["Parameters"]]}


@refused("ssm.GetParameters", "ValidationException")
def eleven_names(aws):
    aws.ssm.get_parameters(Names=[f"/shop/{number}" for number in range(11)])


@gives("ssm.GetParametersByPath", [["/shop/a"], ["/shop/a", "/shop/deep/b"]])
def one_level_or_all(aws):
    for name in ("/shop/a", "/shop/deep/b", "/shopping"):
        put(aws, name)
    read = [aws.ssm.get_parameters_by_path(Path="/shop", Recursive=deep)["Parameters"] for deep in (False, True)]
    return [sorted(found["Name"] for found in parameters) for parameters in read]


@gives("ssm.GetParametersByPath", 12)
def pages_of_ten(aws):
    for number in range(12):
        put(aws, f"/shop/{number}")
    return len({found["Name"] for found in listed(aws.ssm, "get_parameters_by_path", "Parameters", Path="/shop")})


@refused("ssm.GetParametersByPath", "ValidationException")
def a_page_of_eleven(aws):
    aws.ssm.get_parameters_by_path(Path="/shop", MaxResults=11)


@gives("ssm.DescribeParameters", [["/shop/a"], ["/shop/b"], ["/shop/a", "/shop/b"], ["/shop/b"]])
def by_tag_name_path_and_type(aws):
    put(aws, Tags=[TAG])
    put(aws, "/shop/b", Type="SecureString")
    put(aws, "/other")
    filters = [
        {"Key": "tag:application", "Values": ["shop"]},
        {"Key": "Name", "Option": "Contains", "Values": ["p/b"]},
        {"Key": "Path", "Option": "OneLevel", "Values": ["/shop"]},
        {"Key": "Type", "Values": ["SecureString"]},
    ]
    read = [aws.ssm.describe_parameters(ParameterFilters=[wanted])["Parameters"] for wanted in filters]
    return [sorted(found["Name"] for found in parameters) for parameters in read]


@gives("ssm.DescribeParameters", {"Description": "text", "Tier": "Standard", "Type": "String", "Version": 1})
def without_the_value(aws):
    put(aws, Description="text")
    found = aws.ssm.describe_parameters()["Parameters"][0]
    if "Value" in found:
        raise KeyError("a value")
    return pick(found, "Description", "Tier", "Type", "Version")


@refused("ssm.DescribeParameters", "InvalidFilterKey")
def a_filter_that_nobody_knows(aws):
    aws.ssm.describe_parameters(ParameterFilters=[{"Key": "Label", "Values": ["x"]}])


@refused("ssm.DescribeParameters", "InvalidFilterOption")
def an_option_that_the_filter_has_not(aws):
    aws.ssm.describe_parameters(ParameterFilters=[{"Key": "Type", "Option": "Contains", "Values": ["S"]}])


@refused("ssm.DescribeParameters", "InvalidNextToken")
def a_token_that_was_made_up(aws):
    aws.ssm.describe_parameters(NextToken="made-up")


@gives("ssm.GetParameterHistory", [[1, "1", ["first"]], [2, "2", []]])
def every_version(aws):
    put(aws)
    aws.ssm.label_parameter_version(Name="/shop/a", Labels=["first"])
    put(aws, value="2", Overwrite=True)
    found = aws.ssm.get_parameter_history(Name="/shop/a")["Parameters"]
    return [[version["Version"], version["Value"], version["Labels"]] for version in found]


@refused("ssm.GetParameterHistory", "ParameterNotFound")
def of_nothing(aws):
    aws.ssm.get_parameter_history(Name="/shop/a")


@gives("ssm.LabelParameterVersion", [2, "2"])
def a_label_moves(aws):
    put(aws)
    aws.ssm.label_parameter_version(Name="/shop/a", Labels=["live"])
    put(aws, value="2", Overwrite=True)
    reply = aws.ssm.label_parameter_version(Name="/shop/a", Labels=["live"])
    return [reply["ParameterVersion"], aws.ssm.get_parameter(Name="/shop/a:live")["Parameter"]["Value"]]


@gives("ssm.LabelParameterVersion", ["1st", "aws-x", "ssm-x"])
def labels_that_are_none(aws):
    put(aws)
    labels = ["1st", "aws-x", "ssm-x", "fine"]
    return sorted(aws.ssm.label_parameter_version(Name="/shop/a", Labels=labels)["InvalidLabels"])


@refused("ssm.LabelParameterVersion", "ParameterVersionLabelLimitExceeded")
def the_eleventh_label(aws):
    put(aws)
    aws.ssm.label_parameter_version(Name="/shop/a", Labels=[f"label{number}" for number in range(10)])
    aws.ssm.label_parameter_version(Name="/shop/a", Labels=["more"])


@refused("ssm.LabelParameterVersion", "ParameterVersionNotFound")
def a_label_for_a_version_that_is_not_there(aws):
    put(aws)
    aws.ssm.label_parameter_version(Name="/shop/a", ParameterVersion=2, Labels=["live"])


@gives("ssm.UnlabelParameterVersion", {"InvalidLabels": ["other"], "RemovedLabels": ["live"]})
def one_that_is_there_and_one_that_is_not(aws):
    put(aws)
    aws.ssm.label_parameter_version(Name="/shop/a", Labels=["live"])
    reply = aws.ssm.unlabel_parameter_version(Name="/shop/a", ParameterVersion=1, Labels=["live", "other"])
    return pick(reply, "InvalidLabels", "RemovedLabels")


@refused("ssm.UnlabelParameterVersion", "ParameterNotFound")
def labels_of_nothing(aws):
    aws.ssm.unlabel_parameter_version(Name="/shop/a", ParameterVersion=1, Labels=["live"])


@gives("ssm.DeleteParameter", ["/shop/a"])
def what_was_there(aws):
    put(aws)
    aws.ssm.delete_parameter(Name="/shop/a")
    return aws.ssm.get_parameters(Names=["/shop/a"])["InvalidParameters"]


@refused("ssm.DeleteParameter", "ParameterNotFound")
def a_parameter_twice(aws):
    put(aws)
    aws.ssm.delete_parameter(Name="/shop/a")
    aws.ssm.delete_parameter(Name="/shop/a")


@gives("ssm.DeleteParameters", {"DeletedParameters": ["/shop/a"], "InvalidParameters": ["/shop/b"]})
def one_there_and_one_not(aws):
    put(aws)
    return pick(aws.ssm.delete_parameters(Names=["/shop/a", "/shop/b"]), "DeletedParameters", "InvalidParameters")


@refused("ssm.DeleteParameters", "ValidationException")
def eleven_at_once(aws):
    aws.ssm.delete_parameters(Names=[f"/shop/{number}" for number in range(11)])


PARAMETER = {"ResourceType": "Parameter", "ResourceId": "/shop/a"}


@gives("ssm.AddTagsToResource", {"application": "store", "team": "a"})
def a_new_value_replaces_the_old_one(aws):
    put(aws, Tags=[TAG])
    aws.ssm.add_tags_to_resource(**PARAMETER, Tags=[TAG | {"Value": "store"}, {"Key": "team", "Value": "a"}])
    return tags(aws.ssm.list_tags_for_resource(**PARAMETER)["TagList"])


@refused("ssm.AddTagsToResource", "InvalidResourceId")
def to_nothing(aws):
    aws.ssm.add_tags_to_resource(**PARAMETER, Tags=[TAG])


@refused("ssm.AddTagsToResource", "TooManyTagsError")
def fifty_one_tags(aws):
    put(aws)
    for start in (0, 26):
        many = [{"Key": f"k{number}", "Value": ""} for number in range(start, start + 26)]
        aws.ssm.add_tags_to_resource(**PARAMETER, Tags=many)


@gives("ssm.RemoveTagsFromResource", {})
def keys_that_are_not_there_are_passed_over(aws):
    put(aws, Tags=[TAG])
    aws.ssm.remove_tags_from_resource(**PARAMETER, TagKeys=["application", "team"])
    return tags(aws.ssm.list_tags_for_resource(**PARAMETER)["TagList"])


@refused("ssm.RemoveTagsFromResource", "InvalidResourceId")
def from_nothing(aws):
    aws.ssm.remove_tags_from_resource(**PARAMETER, TagKeys=["team"])


@gives("ssm.ListTagsForResource", {"application": "shop"})
def of_a_parameter(aws):
    put(aws, Tags=[TAG])
    return tags(aws.ssm.list_tags_for_resource(**PARAMETER)["TagList"])


@refused("ssm.ListTagsForResource", "InvalidResourceId")
def tags_of_nothing(aws):
    aws.ssm.list_tags_for_resource(**PARAMETER)


@refused("ssm.PutParameter", "TooManyUpdates")
def a_name_that_was_deleted_just_now(aws):
    put(aws)
    aws.ssm.delete_parameter(Name="/shop/a")
    put(aws)
