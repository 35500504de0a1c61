"""EC2."""

from differences.model import NO_CODE, Difference

EC2 = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/"
ERRORS = EC2 + "errors-overview.html"

DIFFERENCES = [
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
        'says of a rule that stands twice in a call that it stands in the group; AWS: "the same permission must not '
        'appear multiple times"',
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
]
