"""Where moto answers otherwise than AWS. Each entry was looked at by hand; one that no longer holds is an error.

A case says what AWS documents, so the embedded AWS is right wherever moto differs; `right` says so where the
documentation leaves something open.
"""

from dataclasses import dataclass, field

HERE = "embedded AWS"
NO_CODE = "embedded AWS; the rule is documented, its code is not"

EC2 = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/"
ERRORS = EC2 + "errors-overview.html"
IAM = "https://docs.aws.amazon.com/IAM/latest/APIReference/"
STS = "https://docs.aws.amazon.com/STS/latest/APIReference/"
SSM = "https://docs.aws.amazon.com/systems-manager/latest/APIReference/"
ECS = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/"
LOGS = "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/"
ECR = "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/"


@dataclass(frozen=True)
class Difference:
    """`what` moto does, where AWS documents otherwise, and the cases that show it, one a line."""

    what: str
    source: str
    lines: str
    right: str = HERE
    cases: tuple = field(init=False)

    def __post_init__(self):
        object.__setattr__(self, "cases", tuple(line.strip() for line in self.lines.strip().splitlines()))


DIFFERENCES = [
    # EC2
    Difference(
        "shows a new VPC as available at once; AWS's reply says pending",
        EC2 + "API_CreateVpc.html",
        "ec2.CreateVpc: it is pending at first",
    ),
    Difference(
        "keeps host bits; AWS changes 100.68.0.18/18 to 100.68.0.0/18",
        EC2 + "API_CreateVpc.html",
        """ec2.CreateVpc: host bits are cut off
        ec2.AuthorizeSecurityGroupIngress: host bits of a rule are cut off""",
    ),
    Difference(
        "says of a range that does not parse that its size is wrong",
        ERRORS,
        "ec2.CreateVpc: a range that is none",
        NO_CODE,
    ),
    Difference("calls a missing parameter a wrong one", ERRORS, "ec2.CreateVpc: no range"),
    Difference("makes what a dry run asks for", EC2 + "API_CreateVpc.html", "ec2.CreateVpc: a dry run"),
    Difference(
        "takes reserved keys and keys over 128 characters",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions",
        """ec2.CreateVpc: a tag of aws
        ec2.CreateTags: a key of 129""",
        NO_CODE,
    ),
    Difference(
        "names a set of DHCP options that it does not have",
        "https://docs.aws.amazon.com/vpc/latest/userguide/VPC_DHCP_Options.html",
        """ec2.CreateVpc: it brings a group a table an acl and options
        ec2.DescribeDhcpOptions: the set of the region""",
    ),
    Difference(
        "breaks off at a filter that it does not know, or passes over it and lists everything",
        EC2 + "API_Filter.html",
        """ec2.DescribeVpcs: a filter that nobody knows
        ec2.DescribeTags: tags by a filter that nobody knows""",
        "embedded AWS; the error pages name InvalidFilter too",
    ),
    Difference(
        "takes page sizes under 5 or over the most, and tokens that it has not given out",
        EC2 + "API_DescribeVpcs.html",
        """ec2.DescribeVpcs: a page of 4
        ec2.DescribeRouteTables: a page of 101
        ec2.DescribeVpcs: a token that was made up""",
    ),
    Difference(
        "takes two attributes at once; AWS: only one attribute at a time",
        EC2 + "API_ModifyVpcAttribute.html",
        "ec2.ModifyVpcAttribute: two attributes at once",
        NO_CODE,
    ),
    Difference(
        "deletes a VPC with a gateway or groups, and leaves its network ACL behind",
        EC2 + "API_DeleteVpc.html",
        """ec2.DeleteVpc: with a gateway
        ec2.DeleteVpc: with a group in it
        ec2.DeleteVpc: what came with it goes with it""",
    ),
    Difference(
        "takes subnets under /28 and zones of other regions",
        EC2 + "API_CreateSubnet.html",
        """ec2.CreateSubnet: a subnet below 28
        ec2.CreateSubnet: in a zone of another region""",
    ),
    Difference(
        "keeps the association of a subnet that is gone",
        EC2 + "API_DeleteSubnet.html",
        "ec2.DeleteSubnet: its association goes with it",
    ),
    Difference(
        "attaches two gateways to one VPC",
        EC2 + "API_AttachInternetGateway.html",
        "ec2.AttachInternetGateway: a second gateway",
        NO_CODE,
    ),
    Difference(
        "makes another route table for the same client token",
        "https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html",
        "ec2.CreateRouteTable: the same token makes the same table",
    ),
    Difference(
        "takes routes inside the VPC and gateways of other networks, and deletes the local route",
        "https://docs.aws.amazon.com/vpc/latest/userguide/RouteTables.html",
        """ec2.CreateRoute: a destination inside the vpc
        ec2.CreateRoute: a gateway of another network
        ec2.DeleteRoute: the local route""",
        NO_CODE,
    ),
    Difference(
        "gives a subnet two route tables",
        ERRORS,
        "ec2.AssociateRouteTable: a subnet that has another table",
    ),
    Difference(
        "does not know the main association; AWS does not disassociate it",
        EC2 + "API_DisassociateRouteTable.html",
        "ec2.DisassociateRouteTable: the main association",
        NO_CODE,
    ),
    Difference(
        "deletes the main route table",
        EC2 + "API_DeleteRouteTable.html",
        "ec2.DeleteRouteTable: the main table",
        NO_CODE,
    ),
    Difference(
        "takes any name, any description and any VPC for a group",
        EC2 + "API_CreateSecurityGroup.html",
        """ec2.CreateSecurityGroup: the name default
        ec2.CreateSecurityGroup: a name like an id
        ec2.CreateSecurityGroup: a description with other letters
        ec2.CreateSecurityGroup: a group in a vpc that is not there""",
    ),
    Difference(
        "says of an id that is none that there is no such group",
        ERRORS,
        "ec2.DescribeSecurityGroups: an id that is none",
    ),
    Difference(
        "does not look at ports, and breaks off at a protocol that is none",
        EC2 + "API_IpPermission.html",
        """ec2.AuthorizeSecurityGroupIngress: ports the wrong way round
        ec2.AuthorizeSecurityGroupIngress: a protocol that is none""",
        NO_CODE,
    ),
    Difference(
        "says of a rule that stands twice in a call that it stands in the group; AWS: \"the same permission must not "
        "appear multiple times\"",
        ERRORS,
        "ec2.AuthorizeSecurityGroupIngress: the same rule twice in a call",
        NO_CODE,
    ),
    Difference(
        "changes no description by the id of a rule, and takes one for a rule that does not stand",
        EC2 + "API_UpdateSecurityGroupRuleDescriptionsIngress.html",
        """ec2.UpdateSecurityGroupRuleDescriptionsIngress: a description by id
        ec2.UpdateSecurityGroupRuleDescriptionsIngress: of a rule that does not stand""",
    ),
    Difference(
        "deletes groups that rules name, and default groups",
        EC2 + "API_DeleteSecurityGroup.html",
        """ec2.DeleteSecurityGroup: a group that a rule names
        ec2.DeleteSecurityGroup: the default group""",
    ),
    Difference(
        "deletes no tag where no key is named; AWS deletes all",
        EC2 + "API_DeleteTags.html",
        "ec2.DeleteTags: all of them",
    ),
    Difference(
        "lists something for regions, zones and attributes that are none",
        ERRORS,
        """ec2.DescribeRegions: a region that is none
        ec2.DescribeAvailabilityZones: a zone that is none
        ec2.DescribeAccountAttributes: an attribute that is none""",
        NO_CODE,
    ),
    Difference(
        "lists all attributes, whichever are asked for",
        EC2 + "API_DescribeAccountAttributes.html",
        "ec2.DescribeAccountAttributes: the platforms",
    ),
    Difference(
        "says of a network ACL that there is no such route table",
        ERRORS,
        "ec2.DescribeNetworkAcls: an acl that is not there",
    ),
    Difference(
        "lets go of what a running task stands on",
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html",
        """ec2.DeleteSubnet: where a task runs
        ec2.DeleteSecurityGroup: a group of a task
        ec2.DetachInternetGateway: while a task has a public address""",
    ),
    # IAM and STS
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
        "has a boundary of the type PermissionsBoundaryPolicy. The page says \"can only have a value of Policy\" and lists "
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
    # SSM
    Difference(
        "does not look at names, sizes, patterns and references",
        SSM + "API_PutParameter.html",
        """ssm.PutParameter: a name with a space
        ssm.PutParameter: a path without its first slash
        ssm.PutParameter: sixteen levels
        ssm.PutParameter: a value above 4096 bytes
        ssm.PutParameter: a value above 8192 bytes
        ssm.PutParameter: a value that breaks the pattern
        ssm.PutParameter: a reference in a value""",
    ),
    Difference(
        "makes a parameter at once where one was deleted; AWS: wait at least 30 seconds",
        SSM + "API_DeleteParameter.html",
        "ssm.PutParameter: a name that was deleted just now",
        NO_CODE,
    ),
    Difference(
        "does not say by which version or label a parameter was found",
        SSM + "API_Parameter.html",
        "ssm.GetParameter: by version",
    ),
    Difference(
        "breaks off at a token that was made up",
        SSM + "API_DescribeParameters.html",
        "ssm.DescribeParameters: a token that was made up",
    ),
    Difference(
        "deletes any number of parameters at once",
        SSM + "API_DeleteParameters.html",
        "ssm.DeleteParameters: eleven at once",
    ),
    Difference(
        "takes more than 50 tags",
        "https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html",
        """ssm.AddTagsToResource: fifty one tags
        ecs.TagResource: fifty one tags
        logs.TagResource: fifty one tags
        ecr.TagResource: fifty one tags""",
    ),
    # ECS
    Difference(
        "does not look at names, settings and providers of a cluster",
        ECS + "API_CreateCluster.html",
        """ecs.CreateCluster: a name with a space
        ecs.CreateCluster: a setting that nobody knows
        ecs.CreateCluster: a provider that nobody has
        ecs.PutClusterCapacityProviders: a strategy without its provider""",
    ),
    Difference(
        "describes any number at once",
        ECS + "API_DescribeServices.html",
        """ecs.DescribeClusters: a hundred and one
        ecs.DescribeServices: eleven services
        ecs.DescribeTasks: a hundred and one tasks""",
    ),
    Difference(
        "takes any page size and any token",
        ECS + "API_ListClusters.html",
        """ecs.ListClusters: a token that was made up
        ecs.ListClusters: a page of 101
        ecs.ListTaskDefinitions: a page of 101 revisions
        ecs.ListTaskDefinitionFamilies: a page of no family
        ecs.ListAccountSettings: settings by a token that was made up""",
        NO_CODE,
    ),
    Difference(
        "does not know the operation",
        ECS + "API_Operations.html",
        """ecs.UpdateClusterSettings: insights
        ecs.UpdateClusterSettings: settings of no cluster
        ecs.PutAccountSettingDefault: insights for new clusters
        ecs.PutAccountSettingDefault: a setting of no account
        ecs.ListAccountSettings: what was set
        ecs.ListServiceDeployments: the first deployment
        ecs.ListServiceDeployments: deployments of no service
        ecs.DescribeServiceDeployments: how it ended
        ecs.DescribeServiceDeployments: twenty one deployments
        ecs.DescribeServiceRevisions: a revision as it was
        ecs.DescribeServiceRevisions: twenty one revisions
        ecs.StopServiceDeployment: a deployment that goes on
        ecs.StopServiceDeployment: a deployment that is over
        ecs.StopServiceDeployment: a deployment that is not there""",
    ),
    Difference(
        "does not check a task definition",
        ECS + "API_RegisterTaskDefinition.html",
        """ecs.RegisterTaskDefinition: a health check every ten minutes
        ecs.RegisterTaskDefinition: a processor that nobody has
        ecs.RegisterTaskDefinition: cpu and memory that are no pair
        ecs.RegisterTaskDefinition: fargate without awsvpc
        ecs.RegisterTaskDefinition: no container
        ecs.RegisterTaskDefinition: no essential container
        ecs.RegisterTaskDefinition: two containers of one name
        ecs.RegisterTaskDefinition: secrets without an execution role
        ecs.RegisterTaskDefinition: a log driver without an execution role
        ecs.RegisterTaskDefinition: a family with a space""",
    ),
    Difference(
        "leaves AWS's defaults for a port and the tags out of the reply",
        ECS + "API_RegisterTaskDefinition.html",
        """ecs.RegisterTaskDefinition: the host port is that of the container
        ecs.RegisterTaskDefinition: tags are in the reply""",
    ),
    Difference(
        "passes over sort and status",
        ECS + "API_ListTaskDefinitions.html",
        """ecs.ListTaskDefinitions: revisions up and down
        ecs.ListTaskDefinitionFamilies: active ones or all""",
    ),
    Difference(
        "takes reserved keys",
        ECS + "API_TagResource.html",
        "ecs.TagResource: a tag of aws",
    ),
    Difference(
        "forgets fields of a service, and what it leaves out has no defaults",
        ECS + "API_CreateService.html",
        """ecs.CreateService: what was asked for and the defaults
        ecs.CreateService: with a circuit breaker""",
    ),
    Difference(
        "makes a service again, and one without network or count",
        ECS + "API_CreateService.html",
        """ecs.CreateService: a name that is taken
        ecs.CreateService: without a network
        ecs.CreateService: without a count""",
    ),
    Difference(
        "has no rollouts: a service runs at once, writes no events, keeps its first revision and is gone at once",
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html",
        """ecs.CreateService: its first deployment
        ecs.DescribeServices: the steady state
        ecs.UpdateService: a new revision takes over
        ecs.UpdateService: the old deployment stays for a while
        ecs.DeleteService: by force it drains""",
    ),
    Difference(
        "updates a service that drains",
        ECS + "API_UpdateService.html",
        "ecs.UpdateService: a service that drains",
    ),
    Difference(
        "deletes a cluster with services and tasks",
        ECS + "API_DeleteCluster.html",
        """ecs.DeleteCluster: with a service
        ecs.DeleteCluster: with a task""",
    ),
    Difference(
        "starts any number of tasks at once; AWS up to 10",
        ECS + "API_RunTask.html",
        "ecs.RunTask: eleven tasks",
    ),
    Difference(
        "lists the tasks of a service that is not there, and says nothing of a task that is not there or breaks off",
        ECS + "API_DescribeTasks.html",
        """ecs.ListTasks: tasks of no service
        ecs.DescribeTasks: a task that is not there
        ecs.StopTask: a task of nobody""",
    ),
    Difference(
        "ends a task once it is looked at, and says not who stopped it",
        ECS + "API_Task.html",
        """ecs.DescribeTasks: a task and its interface
        ecs.StopTask: with a reason""",
    ),
    # CloudWatch Logs
    Difference(
        "takes any name and any key of a group",
        LOGS + "API_CreateLogGroup.html",
        """logs.CreateLogGroup: a name with a colon
        logs.CreateLogGroup: with a key that is none""",
    ),
    Difference(
        "does not know patterns of names",
        LOGS + "API_DescribeLogGroups.html",
        """logs.DescribeLogGroups: by prefix or pattern
        logs.DescribeLogGroups: by prefix and pattern""",
    ),
    Difference(
        "takes any number of days",
        LOGS + "API_PutRetentionPolicy.html",
        "logs.PutRetentionPolicy: two days",
    ),
    Difference(
        "does not know the operation",
        LOGS + "API_Operations.html",
        """logs.AssociateKmsKey: a key
        logs.AssociateKmsKey: a key for no group
        logs.DisassociateKmsKey: without the key
        logs.DisassociateKmsKey: the key of no group""",
    ),
    Difference(
        "searches by names and by a prefix of streams at once",
        LOGS + "API_FilterLogEvents.html",
        "logs.FilterLogEvents: by names and by a prefix",
    ),
    Difference(
        "says 0 where one event is too old: the index is exclusive",
        LOGS + "API_RejectedLogEventsInfo.html",
        "logs.PutLogEvents: an event of a fortnight ago",
    ),
    Difference(
        "keeps tags of groups that are not there",
        LOGS + "API_TagResource.html",
        """logs.TagResource: tags for no group
        logs.UntagResource: keys of no group
        logs.ListTagsForResource: tags of no group""",
    ),
    # ECR
    Difference(
        "leaves a tag on the image that it moves away from",
        "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html",
        "ecr.PutImage: a tag moves",
    ),
    Difference(
        "says that the image is there where it is the tag",
        ECR + "API_PutImage.html",
        "ecr.PutImage: a tag that is immutable",
    ),
    Difference(
        "breaks off without the repository",
        ECR + "API_PutImage.html",
        "ecr.PutImage: an image without a repository",
    ),
]
