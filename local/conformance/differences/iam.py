"""IAM and STS."""

from differences.model import NO_CODE, Difference

IAM = "https://docs.aws.amazon.com/IAM/latest/APIReference/"
STS = "https://docs.aws.amazon.com/STS/latest/APIReference/"

DIFFERENCES = [
    Difference(
        "does not look at names, paths and session lengths of roles and users",
        IAM + "API_CreateRole.html",
        """iam.CreateRole: a name of 65
        iam.CreateRole: a name with a slash
        iam.CreateRole: a path without slashes
        iam.CreateRole: a session of a day
        iam.CreateUser: a user of 65""",
    ),
    Difference(
        "tells names by their case; AWS: names are not distinguished by case",
        IAM + "API_CreateRole.html",
        "iam.CreateRole: a name that is taken but for its case",
    ),
    Difference(
        "does not read trust policies that a role is made with",
        IAM + "API_CreateRole.html",
        """iam.CreateRole: trust that is no json
        iam.CreateRole: trust with a resource
        iam.CreateRole: trust in nobody""",
    ),
    Difference(
        "lists the instance profiles of a role that is not there",
        IAM + "API_ListInstanceProfilesForRole.html",
        "iam.ListInstanceProfilesForRole: profiles of a role that is not there",
    ),
    Difference(
        "fails where a role is taken out of a profile that does not have it",
        IAM + "API_RemoveRoleFromInstanceProfile.html",
        "iam.RemoveRoleFromInstanceProfile: a role that is not in it",
    ),
    Difference(
        "takes a page of no roles",
        IAM + "API_ListRoles.html",
        "iam.ListRoles: a page of none",
    ),
    Difference(
        "has no quotas for policies and tags of a role",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
        """iam.PutRolePolicy: more than 10240 characters
        iam.TagRole: fifty one""",
    ),
    Difference(
        "takes reserved keys",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules",
        "iam.TagRole: a tag of aws",
        NO_CODE,
    ),
    Difference(
        "says of what is no ARN that there is no such policy",
        IAM + "API_AttachRolePolicy.html",
        "iam.AttachRolePolicy: what is no arn",
        NO_CODE,
    ),
    Difference(
        "takes a policy that is not there for a boundary",
        IAM + "API_PutRolePermissionsBoundary.html",
        "iam.PutRolePermissionsBoundary: a boundary that is not there",
    ),
    Difference(
        'has a boundary of the type PermissionsBoundaryPolicy. The page says "can only have a value of Policy" and lists '
        "PermissionsBoundaryPolicy",
        IAM + "API_AttachedPermissionsBoundary.html",
        "iam.PutRolePermissionsBoundary: a boundary of a role",
        "embedded AWS; the page contradicts itself",
    ),
    Difference(
        "makes a name of the service's name",
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using-service-linked-roles.html",
        """iam.CreateServiceLinkedRole: the role of ecs
        iam.DeleteRole: the role of a service""",
    ),
    Difference(
        "says of a second role of a service that it exists; the operation has no such error",
        IAM + "API_CreateServiceLinkedRole.html",
        "iam.CreateServiceLinkedRole: a second role of ecs",
    ),
    Difference("deletes a user with keys", IAM + "API_DeleteUser.html", "iam.DeleteUser: a user with a key"),
    Difference(
        "gives out sessions of any role to anybody",
        STS + "API_AssumeRole.html",
        """sts.AssumeRole: a role that trusts another account
        sts.AssumeRole: a role that is not there""",
    ),
    Difference(
        "does not look at the name and the length of a session",
        STS + "API_AssumeRole.html",
        """sts.AssumeRole: less than a quarter of an hour
        sts.AssumeRole: longer than the role allows
        sts.AssumeRole: a session with a space""",
    ),
]
