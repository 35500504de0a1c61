"""IAM: instance profiles, which keep a role from being deleted."""

from cases import gives, refused
from suite.made import role

PROFILE = "web"


def profile(aws):
    role(aws)
    aws.iam.create_instance_profile(InstanceProfileName=PROFILE)


def with_the_role(aws):
    profile(aws)
    aws.iam.add_role_to_instance_profile(InstanceProfileName=PROFILE, RoleName="app")


@gives("iam.CreateInstanceProfile", {"InstanceProfileName": PROFILE, "Path": "/", "Roles": []})
def an_empty_profile(aws):
    made = aws.iam.create_instance_profile(InstanceProfileName=PROFILE)["InstanceProfile"]
    return {key: made[key] for key in ("InstanceProfileName", "Path", "Roles")}


@refused("iam.CreateInstanceProfile", "EntityAlreadyExists")
def a_profile_that_is_there(aws):
    for _ in range(2):
        aws.iam.create_instance_profile(InstanceProfileName=PROFILE)


@gives("iam.AddRoleToInstanceProfile", ["app"])
def a_role_in_a_profile(aws):
    with_the_role(aws)
    found = aws.iam.list_instance_profiles_for_role(RoleName="app")["InstanceProfiles"]
    return [role["RoleName"] for profile in found for role in profile["Roles"]]


@refused("iam.AddRoleToInstanceProfile", "LimitExceeded")
def a_second_role(aws):
    with_the_role(aws)
    aws.iam.add_role_to_instance_profile(InstanceProfileName=PROFILE, RoleName="app")


@refused("iam.AddRoleToInstanceProfile", "NoSuchEntity")
def a_role_in_no_profile(aws):
    role(aws)
    aws.iam.add_role_to_instance_profile(InstanceProfileName=PROFILE, RoleName="app")


@gives("iam.ListInstanceProfilesForRole", [])
def a_role_in_none(aws):
    profile(aws)
    return aws.iam.list_instance_profiles_for_role(RoleName="app")["InstanceProfiles"]


@refused("iam.DeleteRole", "DeleteConflict")
def a_role_that_a_profile_holds(aws):
    with_the_role(aws)
    aws.iam.delete_role(RoleName="app")


@refused("iam.DeleteInstanceProfile", "DeleteConflict")
def a_profile_that_holds_a_role(aws):
    with_the_role(aws)
    aws.iam.delete_instance_profile(InstanceProfileName=PROFILE)


@gives("iam.RemoveRoleFromInstanceProfile", [])
def a_role_that_was_taken_out(aws):
    with_the_role(aws)
    aws.iam.remove_role_from_instance_profile(InstanceProfileName=PROFILE, RoleName="app")
    return aws.iam.list_instance_profiles_for_role(RoleName="app")["InstanceProfiles"]


@gives("iam.DeleteInstanceProfile", "it can be made again")
def an_empty_one(aws):
    profile(aws)
    aws.iam.delete_instance_profile(InstanceProfileName=PROFILE)
    aws.iam.create_instance_profile(InstanceProfileName=PROFILE)
    return "it can be made again"


@refused("iam.RemoveRoleFromInstanceProfile", "NoSuchEntity")
def a_role_that_is_not_in_it(aws):
    profile(aws)
    aws.iam.remove_role_from_instance_profile(InstanceProfileName=PROFILE, RoleName="app")


@refused("iam.DeleteInstanceProfile", "NoSuchEntity")
def a_profile_that_is_not_there(aws):
    aws.iam.delete_instance_profile(InstanceProfileName=PROFILE)
