"""IAM: roles and what they may do."""

import json

from cases import gives, pick, refused, tags
from suite.made import POLICY, TAG, TRUST, listed, role


def document(**statement):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow"} | statement]})


@gives(
    "iam.CreateRole",
    {
        "Arn": "arn:aws:iam::123456789012:role/team/app",
        "Description": "text",
        "MaxSessionDuration": 3600,
        "Path": "/team/",
        "Tags": {"application": "shop"},
        "trust": True,
    },
)
def it_comes_back_as_it_was_made(aws):
    aws.iam.create_role(RoleName="app", Path="/team/", AssumeRolePolicyDocument=TRUST, Description="text", Tags=[TAG])
    made = aws.iam.get_role(RoleName="app")["Role"]
    return pick(made, "Arn", "Description", "MaxSessionDuration", "Path") | {
        "Tags": tags(made["Tags"]),
        "trust": made["AssumeRolePolicyDocument"] == json.loads(TRUST),
    }


@refused("iam.CreateRole", "EntityAlreadyExists")
def a_name_that_is_taken(aws):
    role(aws)
    role(aws)


@refused("iam.CreateRole", "EntityAlreadyExists")
def a_name_that_is_taken_but_for_its_case(aws):
    role(aws)
    role(aws, "APP")


@refused("iam.CreateRole", "ValidationError")
def a_name_of_65(aws):
    role(aws, "a" * 65)


@refused("iam.CreateRole", "ValidationError")
def a_name_with_a_slash(aws):
    role(aws, "team/app")


@refused("iam.CreateRole", "ValidationError")
def a_path_without_slashes(aws):
    aws.iam.create_role(RoleName="app", Path="team", AssumeRolePolicyDocument=TRUST)


@refused("iam.CreateRole", "MalformedPolicyDocument")
def trust_that_is_no_json(aws):
    aws.iam.create_role(RoleName="app", AssumeRolePolicyDocument="{")


@refused("iam.CreateRole", "MalformedPolicyDocument")
def trust_with_a_resource(aws):
    trust = document(Principal={"Service": "ecs-tasks.amazonaws.com"}, Action="sts:AssumeRole", Resource="*")
    aws.iam.create_role(RoleName="app", AssumeRolePolicyDocument=trust)


@refused("iam.CreateRole", "MalformedPolicyDocument")
def trust_in_nobody(aws):
    aws.iam.create_role(RoleName="app", AssumeRolePolicyDocument=document(Action="sts:AssumeRole"))


@refused("iam.CreateRole", "ValidationError")
def a_session_of_a_day(aws):
    aws.iam.create_role(RoleName="app", AssumeRolePolicyDocument=TRUST, MaxSessionDuration=86_400)


@refused("iam.CreateRole", "InvalidInput")
def tags_that_differ_in_case_only(aws):
    twice = [TAG, TAG | {"Key": "Application"}]
    aws.iam.create_role(RoleName="app", AssumeRolePolicyDocument=TRUST, Tags=twice)


@gives("iam.GetRole", "app")
def what_is_there(aws):
    role(aws)
    return aws.iam.get_role(RoleName="app")["Role"]["RoleName"]


@refused("iam.GetRole", "NoSuchEntity")
def what_is_not_there(aws):
    aws.iam.get_role(RoleName="app")


@gives("iam.ListRoles", ["a", "b", "c"])
def page_by_page(aws):
    for name in "cab":
        aws.iam.create_role(RoleName=name, Path="/team/", AssumeRolePolicyDocument=TRUST)
    role(aws, "other")
    found = listed(aws.iam, "list_roles", "Roles", PathPrefix="/team/", PaginationConfig={"PageSize": 2})
    return sorted(one["RoleName"] for one in found)


@refused("iam.ListRoles", "ValidationError")
def a_page_of_none(aws):
    aws.iam.list_roles(MaxItems=0)


@gives("iam.UpdateRole", {"Description": "new", "MaxSessionDuration": 7200})
def description_and_session(aws):
    role(aws)
    aws.iam.update_role(RoleName="app", Description="new", MaxSessionDuration=7200)
    return pick(aws.iam.get_role(RoleName="app")["Role"], "Description", "MaxSessionDuration")


@refused("iam.UpdateRole", "NoSuchEntity")
def a_role_that_is_not_there(aws):
    aws.iam.update_role(RoleName="app", Description="new")


@gives("iam.UpdateAssumeRolePolicy", True)
def other_trust(aws):
    role(aws)
    trust = TRUST.replace("ecs-tasks", "ecs")
    aws.iam.update_assume_role_policy(RoleName="app", PolicyDocument=trust)
    return aws.iam.get_role(RoleName="app")["Role"]["AssumeRolePolicyDocument"] == json.loads(trust)


@refused("iam.UpdateAssumeRolePolicy", "MalformedPolicyDocument")
def trust_without_an_action_of_sts(aws):
    role(aws)
    trust = document(Principal={"Service": "ecs-tasks.amazonaws.com"}, Action="s3:GetObject")
    aws.iam.update_assume_role_policy(RoleName="app", PolicyDocument=trust)


@refused("iam.UpdateAssumeRolePolicy", "NoSuchEntity")
def trust_of_a_role_that_is_not_there(aws):
    aws.iam.update_assume_role_policy(RoleName="app", PolicyDocument=TRUST)


@gives("iam.DeleteRole", "NoSuchEntity")
def a_role(aws):
    role(aws)
    aws.iam.delete_role(RoleName="app")
    try:
        return aws.iam.get_role(RoleName="app")["Role"]["RoleName"]
    except aws.iam.exceptions.NoSuchEntityException as error:
        return error.response["Error"]["Code"]


@refused("iam.DeleteRole", "DeleteConflict")
def with_a_policy_of_its_own(aws):
    role(aws)
    aws.iam.put_role_policy(RoleName="app", PolicyName="logs", PolicyDocument=POLICY)
    aws.iam.delete_role(RoleName="app")


@refused("iam.DeleteRole", "NoSuchEntity")
def a_role_twice(aws):
    role(aws)
    aws.iam.delete_role(RoleName="app")
    aws.iam.delete_role(RoleName="app")


# Policies of a role


@gives("iam.PutRolePolicy", ["logs"])
def a_policy_is_replaced(aws):
    role(aws)
    for _ in range(2):
        aws.iam.put_role_policy(RoleName="app", PolicyName="logs", PolicyDocument=POLICY)
    return aws.iam.list_role_policies(RoleName="app")["PolicyNames"]


@refused("iam.PutRolePolicy", "MalformedPolicyDocument")
def a_policy_that_is_no_json(aws):
    role(aws)
    aws.iam.put_role_policy(RoleName="app", PolicyName="logs", PolicyDocument="logs")


@refused("iam.PutRolePolicy", "MalformedPolicyDocument")
def a_policy_without_a_resource(aws):
    role(aws)
    aws.iam.put_role_policy(RoleName="app", PolicyName="logs", PolicyDocument=document(Action="logs:PutLogEvents"))


@refused("iam.PutRolePolicy", "MalformedPolicyDocument")
def an_action_without_its_service(aws):
    role(aws)
    aws.iam.put_role_policy(
        RoleName="app", PolicyName="logs", PolicyDocument=document(Action="PutLogEvents", Resource="*")
    )


@refused("iam.PutRolePolicy", "LimitExceeded")
def more_than_10240_characters(aws):
    role(aws)
    large = document(Action="logs:PutLogEvents", Resource=["arn:aws:logs:*:*:" + "a" * 100 for _ in range(100)])
    aws.iam.put_role_policy(RoleName="app", PolicyName="logs", PolicyDocument=large)


@refused("iam.PutRolePolicy", "NoSuchEntity")
def a_policy_of_a_role_that_is_not_there(aws):
    aws.iam.put_role_policy(RoleName="app", PolicyName="logs", PolicyDocument=POLICY)


@gives("iam.GetRolePolicy", True)
def a_policy_as_it_was_written(aws):
    role(aws)
    aws.iam.put_role_policy(RoleName="app", PolicyName="logs", PolicyDocument=POLICY)
    return aws.iam.get_role_policy(RoleName="app", PolicyName="logs")["PolicyDocument"] == json.loads(POLICY)


@refused("iam.GetRolePolicy", "NoSuchEntity")
def a_policy_that_is_not_there(aws):
    role(aws)
    aws.iam.get_role_policy(RoleName="app", PolicyName="logs")


@gives("iam.ListRolePolicies", ["a", "b", "c"])
def policies_page_by_page(aws):
    role(aws)
    for name in "cab":
        aws.iam.put_role_policy(RoleName="app", PolicyName=name, PolicyDocument=POLICY)
    return sorted(
        listed(aws.iam, "list_role_policies", "PolicyNames", RoleName="app", PaginationConfig={"PageSize": 2})
    )


@refused("iam.ListRolePolicies", "NoSuchEntity")
def policies_of_a_role_that_is_not_there(aws):
    aws.iam.list_role_policies(RoleName="app")


@gives("iam.DeleteRolePolicy", [])
def a_policy(aws):
    role(aws)
    aws.iam.put_role_policy(RoleName="app", PolicyName="logs", PolicyDocument=POLICY)
    aws.iam.delete_role_policy(RoleName="app", PolicyName="logs")
    return aws.iam.list_role_policies(RoleName="app")["PolicyNames"]


@refused("iam.DeleteRolePolicy", "NoSuchEntity")
def no_such_policy(aws):
    role(aws)
    aws.iam.delete_role_policy(RoleName="app", PolicyName="logs")


# Tags of a role


@gives("iam.TagRole", {"application": "store", "team": "a"})
def a_new_value_replaces_the_old_one(aws):
    role(aws)
    aws.iam.tag_role(RoleName="app", Tags=[TAG])
    aws.iam.tag_role(RoleName="app", Tags=[TAG | {"Value": "store"}, {"Key": "team", "Value": "a"}])
    return tags(aws.iam.list_role_tags(RoleName="app")["Tags"])


@refused("iam.TagRole", "LimitExceeded")
def fifty_one(aws):
    role(aws)
    for start in (0, 26):
        many = [{"Key": f"k{number}", "Value": ""} for number in range(start, start + 26)]
        aws.iam.tag_role(RoleName="app", Tags=many)


@refused("iam.TagRole", "InvalidInput")
def a_tag_of_aws(aws):
    role(aws)
    aws.iam.tag_role(RoleName="app", Tags=[{"Key": "aws:x", "Value": ""}])


@refused("iam.TagRole", "NoSuchEntity")
def tags_for_a_role_that_is_not_there(aws):
    aws.iam.tag_role(RoleName="app", Tags=[TAG])


@gives("iam.UntagRole", {})
def keys_that_are_not_there_are_passed_over(aws):
    role(aws)
    aws.iam.tag_role(RoleName="app", Tags=[TAG])
    aws.iam.untag_role(RoleName="app", TagKeys=["application", "team"])
    return tags(aws.iam.list_role_tags(RoleName="app")["Tags"])


@gives("iam.ListRoleTags", ["a", "b", "c"])
def tags_page_by_page(aws):
    role(aws)
    aws.iam.tag_role(RoleName="app", Tags=[{"Key": key, "Value": ""} for key in "cab"])
    found = listed(aws.iam, "list_role_tags", "Tags", RoleName="app", PaginationConfig={"PageSize": 2})
    return sorted(tag["Key"] for tag in found)


@refused("iam.ListRoleTags", "NoSuchEntity")
def tags_of_a_role_that_is_not_there(aws):
    aws.iam.list_role_tags(RoleName="app")


@gives("iam.ListInstanceProfilesForRole", [])
def a_role_of_containers(aws):
    role(aws)
    return aws.iam.list_instance_profiles_for_role(RoleName="app")["InstanceProfiles"]


@refused("iam.ListInstanceProfilesForRole", "NoSuchEntity")
def profiles_of_a_role_that_is_not_there(aws):
    aws.iam.list_instance_profiles_for_role(RoleName="app")


# Roles that belong to a service


@gives(
    "iam.CreateServiceLinkedRole",
    {"Path": "/aws-service-role/ecs.amazonaws.com/", "RoleName": "AWSServiceRoleForECS"},
)
def the_role_of_ecs(aws):
    made = aws.iam.create_service_linked_role(AWSServiceName="ecs.amazonaws.com")["Role"]
    return pick(made, "Path", "RoleName")


@refused("iam.CreateServiceLinkedRole", "InvalidInput")
def a_second_role_of_ecs(aws):
    for _ in range(2):
        aws.iam.create_service_linked_role(AWSServiceName="ecs.amazonaws.com")


@refused("iam.DeleteRole", "UnmodifiableEntity")
def the_role_of_a_service(aws):
    aws.iam.create_service_linked_role(AWSServiceName="ecs.amazonaws.com")
    aws.iam.delete_role(RoleName="AWSServiceRoleForECS")
