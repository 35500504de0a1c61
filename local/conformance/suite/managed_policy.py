"""IAM: policies that AWS manages, attached or as a boundary.

They have a module of their own because moto takes long to load them into a new account.
"""

from cases import gives, pick, refused
from suite.made import EXECUTION_POLICY, role
from suite.user import user

READ_ONLY = "arn:aws:iam::aws:policy/AmazonSSMReadOnlyAccess"
NO_POLICY = "arn:aws:iam::aws:policy/NoSuchPolicyAnywhere"


@refused("iam.DeleteRole", "DeleteConflict")
def with_an_attached_policy(aws):
    role(aws)
    aws.iam.attach_role_policy(RoleName="app", PolicyArn=EXECUTION_POLICY)
    aws.iam.delete_role(RoleName="app")


@gives("iam.AttachRolePolicy", 1)
def the_same_again_is_fine(aws):
    role(aws)
    for _ in range(2):
        aws.iam.attach_role_policy(RoleName="app", PolicyArn=EXECUTION_POLICY)
    return len(aws.iam.list_attached_role_policies(RoleName="app")["AttachedPolicies"])


@refused("iam.AttachRolePolicy", "NoSuchEntity")
def a_policy_that_aws_does_not_have(aws):
    role(aws)
    aws.iam.attach_role_policy(RoleName="app", PolicyArn=NO_POLICY)


@refused("iam.AttachRolePolicy", "InvalidInput")
def what_is_no_arn(aws):
    role(aws)
    aws.iam.attach_role_policy(RoleName="app", PolicyArn="AmazonECSTaskExecutionRolePolicy")


@gives(
    "iam.ListAttachedRolePolicies",
    [{"PolicyArn": EXECUTION_POLICY, "PolicyName": "AmazonECSTaskExecutionRolePolicy"}],
)
def what_is_attached(aws):
    role(aws)
    aws.iam.attach_role_policy(RoleName="app", PolicyArn=EXECUTION_POLICY)
    return aws.iam.list_attached_role_policies(RoleName="app")["AttachedPolicies"]


@refused("iam.ListAttachedRolePolicies", "NoSuchEntity")
def attached_to_a_role_that_is_not_there(aws):
    aws.iam.list_attached_role_policies(RoleName="app")


@gives("iam.DetachRolePolicy", [])
def what_was_attached(aws):
    role(aws)
    aws.iam.attach_role_policy(RoleName="app", PolicyArn=EXECUTION_POLICY)
    aws.iam.detach_role_policy(RoleName="app", PolicyArn=EXECUTION_POLICY)
    return aws.iam.list_attached_role_policies(RoleName="app")["AttachedPolicies"]


@refused("iam.DetachRolePolicy", "NoSuchEntity")
def what_is_not_attached(aws):
    role(aws)
    aws.iam.detach_role_policy(RoleName="app", PolicyArn=EXECUTION_POLICY)


@gives("iam.GetPolicy", {"AttachmentCount": 1, "IsAttachable": True, "Path": "/service-role/"})
def attachments_are_counted(aws):
    role(aws)
    aws.iam.attach_role_policy(RoleName="app", PolicyArn=EXECUTION_POLICY)
    found = aws.iam.get_policy(PolicyArn=EXECUTION_POLICY)["Policy"]
    return pick(found, "AttachmentCount", "IsAttachable", "Path")


@refused("iam.GetPolicy", "NoSuchEntity")
def a_managed_policy_that_is_not_there(aws):
    aws.iam.get_policy(PolicyArn=NO_POLICY)


@gives("iam.PutRolePermissionsBoundary", {"PermissionsBoundaryArn": READ_ONLY, "PermissionsBoundaryType": "Policy"})
def a_boundary_of_a_role(aws):
    role(aws)
    aws.iam.put_role_permissions_boundary(RoleName="app", PermissionsBoundary=READ_ONLY)
    return aws.iam.get_role(RoleName="app")["Role"]["PermissionsBoundary"]


@refused("iam.PutRolePermissionsBoundary", "NoSuchEntity")
def a_boundary_that_is_not_there(aws):
    role(aws)
    aws.iam.put_role_permissions_boundary(RoleName="app", PermissionsBoundary=NO_POLICY)


@gives("iam.DeleteRolePermissionsBoundary", None)
def a_boundary(aws):
    role(aws)
    aws.iam.put_role_permissions_boundary(RoleName="app", PermissionsBoundary=READ_ONLY)
    aws.iam.delete_role_permissions_boundary(RoleName="app")
    return aws.iam.get_role(RoleName="app")["Role"].get("PermissionsBoundary")


@refused("iam.DeleteRolePermissionsBoundary", "NoSuchEntity")
def a_boundary_of_a_role_that_is_not_there(aws):
    aws.iam.delete_role_permissions_boundary(RoleName="app")


@gives("iam.AttachUserPolicy")
def a_managed_policy(aws):
    user(aws)
    aws.iam.attach_user_policy(UserName="jo", PolicyArn=EXECUTION_POLICY)


@refused("iam.AttachUserPolicy", "NoSuchEntity")
def no_policy_of_aws(aws):
    user(aws)
    aws.iam.attach_user_policy(UserName="jo", PolicyArn=NO_POLICY)


@gives("iam.DetachUserPolicy")
def what_was_attached_to_a_user(aws):
    user(aws)
    aws.iam.attach_user_policy(UserName="jo", PolicyArn=EXECUTION_POLICY)
    aws.iam.detach_user_policy(UserName="jo", PolicyArn=EXECUTION_POLICY)


@refused("iam.DetachUserPolicy", "NoSuchEntity")
def what_is_not_attached_to_a_user(aws):
    user(aws)
    aws.iam.detach_user_policy(UserName="jo", PolicyArn=EXECUTION_POLICY)
