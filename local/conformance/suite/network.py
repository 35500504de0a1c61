"""EC2: VPCs, subnets and gateways."""

from cases import gives, pick, refused, tags
from suite.made import NOBODY, by, gateway, group, listed, route_table, subnet, tagged, vpc

# VPCs


@gives("ec2.CreateVpc", {"CidrBlock": "10.0.0.0/16", "InstanceTenancy": "default", "Tags": {"application": "shop"}})
def it_comes_back_with_its_tags(aws):
    made = aws.ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=tagged("vpc"))["Vpc"]
    return pick(made, "CidrBlock", "InstanceTenancy") | {"Tags": tags(made["Tags"])}


@gives("ec2.CreateVpc", "pending")
def it_is_pending_at_first(aws):
    return aws.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["State"]


@gives("ec2.CreateVpc", "10.0.0.0/16")
def host_bits_are_cut_off(aws):
    return aws.ec2.create_vpc(CidrBlock="10.0.3.4/16")["Vpc"]["CidrBlock"]


@gives("ec2.CreateVpc", {"groups": ["default"], "tables": [True], "acls": [True], "options": 1})
def it_brings_a_group_a_table_an_acl_and_options(aws):
    made = aws.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]
    inside = by("vpc-id", made["VpcId"])
    tables = aws.ec2.describe_route_tables(Filters=inside)["RouteTables"]
    options = aws.ec2.describe_dhcp_options(DhcpOptionsIds=[made["DhcpOptionsId"]])["DhcpOptions"]
    return {
        "groups": [found["GroupName"] for found in aws.ec2.describe_security_groups(Filters=inside)["SecurityGroups"]],
        "tables": [table["Associations"][0]["Main"] for table in tables],
        "acls": [acl["IsDefault"] for acl in aws.ec2.describe_network_acls(Filters=inside)["NetworkAcls"]],
        "options": len(options),
    }


@refused("ec2.CreateVpc", "InvalidVpc.Range")
def a_range_above_16(aws):
    aws.ec2.create_vpc(CidrBlock="10.0.0.0/15")


@refused("ec2.CreateVpc", "InvalidVpc.Range")
def a_range_below_28(aws):
    aws.ec2.create_vpc(CidrBlock="10.0.0.0/29")


@refused("ec2.CreateVpc", "InvalidParameterValue")
def a_range_that_is_none(aws):
    aws.ec2.create_vpc(CidrBlock="10.0.0.0")


@refused("ec2.CreateVpc", "MissingParameter")
def no_range(aws):
    aws.ec2.create_vpc()


@refused("ec2.CreateVpc", "DryRunOperation")
def a_dry_run(aws):
    aws.ec2.create_vpc(CidrBlock="10.0.0.0/16", DryRun=True)


@refused("ec2.CreateVpc", "InvalidParameterValue")
def a_tag_of_aws(aws):
    aws.ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=tagged("vpc", {"Key": "aws:x", "Value": ""}))


@gives("ec2.DescribeVpcs", {"State": "available", "IsDefault": False, "states": ["associated"]})
def what_was_made(aws):
    made = aws.ec2.describe_vpcs(VpcIds=[vpc(aws)])["Vpcs"][0]
    states = [part["CidrBlockState"]["State"] for part in made["CidrBlockAssociationSet"]]
    return pick(made, "State", "IsDefault") | {"states": states}


@gives("ec2.DescribeVpcs", [1, 0, 1, 1])
def by_tag_and_wildcard(aws):
    aws.ec2.create_vpc(CidrBlock="10.7.0.0/16", TagSpecifications=tagged("vpc"))
    vpc(aws)
    filters = [
        by("tag:application", "shop"),
        by("tag:application", "shop") + by("cidr", "10.0.0.0/16"),
        by("tag:application", "sh*"),
        by("tag-key", "application"),
    ]
    return [len(aws.ec2.describe_vpcs(Filters=wanted)["Vpcs"]) for wanted in filters]


@gives("ec2.DescribeVpcs", [1, 1, 1])
def by_its_range(aws):
    vpc(aws)
    vpc(aws, "10.7.0.0/16")
    names = ("cidr", "cidr-block", "cidr-block-association.cidr-block")
    return [len(aws.ec2.describe_vpcs(Filters=by(name, "10.7.0.0/16"))["Vpcs"]) for name in names]


@gives("ec2.DescribeVpcs", 6)
def page_by_page(aws):
    made = {vpc(aws) for _ in range(6)}
    found = listed(
        aws.ec2, "describe_vpcs", "Vpcs", PaginationConfig={"PageSize": 5}, Filters=by("cidr", "10.0.0.0/16")
    )
    return len(made & {one["VpcId"] for one in found})


@refused("ec2.DescribeVpcs", "InvalidParameterValue")
def a_filter_that_nobody_knows(aws):
    aws.ec2.describe_vpcs(Filters=by("colour", "red"))


@refused("ec2.DescribeVpcs", "InvalidParameterValue")
def a_page_of_4(aws):
    aws.ec2.describe_vpcs(MaxResults=4)


@refused("ec2.DescribeVpcs", "InvalidVpcID.NotFound")
def an_id_that_nobody_has(aws):
    aws.ec2.describe_vpcs(VpcIds=[f"vpc-{NOBODY}"])


@refused("ec2.DescribeVpcs", "InvalidNextToken")
def a_token_that_was_made_up(aws):
    aws.ec2.describe_vpcs(NextToken="made-up", MaxResults=5)


@gives("ec2.DescribeVpcAttribute", {"EnableDnsSupport": True, "EnableDnsHostnames": False})
def what_a_new_vpc_has(aws):
    made = vpc(aws)
    names = {"EnableDnsSupport": "enableDnsSupport", "EnableDnsHostnames": "enableDnsHostnames"}
    return {
        member: aws.ec2.describe_vpc_attribute(VpcId=made, Attribute=name)[member]["Value"]
        for member, name in names.items()
    }


@refused("ec2.DescribeVpcAttribute", "InvalidVpcID.NotFound")
def of_a_vpc_that_is_not_there(aws):
    aws.ec2.describe_vpc_attribute(VpcId=f"vpc-{NOBODY}", Attribute="enableDnsSupport")


@gives("ec2.ModifyVpcAttribute", True)
def host_names_are_switched_on(aws):
    made = vpc(aws)
    aws.ec2.modify_vpc_attribute(VpcId=made, EnableDnsHostnames={"Value": True})
    return aws.ec2.describe_vpc_attribute(VpcId=made, Attribute="enableDnsHostnames")["EnableDnsHostnames"]["Value"]


@refused("ec2.ModifyVpcAttribute", "InvalidParameterCombination")
def two_attributes_at_once(aws):
    on = {"Value": True}
    aws.ec2.modify_vpc_attribute(VpcId=vpc(aws), EnableDnsHostnames=on, EnableDnsSupport=on)


@gives("ec2.DeleteVpc", [[], [], []])
def what_came_with_it_goes_with_it(aws):
    made = vpc(aws)
    aws.ec2.delete_vpc(VpcId=made)
    inside = by("vpc-id", made)
    return [
        aws.ec2.describe_security_groups(Filters=inside)["SecurityGroups"],
        aws.ec2.describe_route_tables(Filters=inside)["RouteTables"],
        aws.ec2.describe_network_acls(Filters=inside)["NetworkAcls"],
    ]


@refused("ec2.DeleteVpc", "DependencyViolation")
def with_a_subnet_in_it(aws):
    made = vpc(aws)
    subnet(aws, made)
    aws.ec2.delete_vpc(VpcId=made)


@refused("ec2.DeleteVpc", "DependencyViolation")
def with_a_gateway(aws):
    made = vpc(aws)
    gateway(aws, made)
    aws.ec2.delete_vpc(VpcId=made)


@refused("ec2.DeleteVpc", "DependencyViolation")
def with_a_group_in_it(aws):
    made = vpc(aws)
    group(aws, made)
    aws.ec2.delete_vpc(VpcId=made)


@refused("ec2.DeleteVpc", "InvalidVpcID.NotFound")
def a_second_time(aws):
    made = vpc(aws)
    aws.ec2.delete_vpc(VpcId=made)
    aws.ec2.delete_vpc(VpcId=made)


# Subnets


@gives("ec2.CreateSubnet", {"AvailableIpAddressCount": 251, "MapPublicIpOnLaunch": False, "State": "available"})
def five_addresses_are_reserved(aws):
    made = aws.ec2.create_subnet(VpcId=vpc(aws), CidrBlock="10.0.1.0/24")["Subnet"]
    return pick(made, "AvailableIpAddressCount", "MapPublicIpOnLaunch", "State")


@gives("ec2.CreateSubnet", {"zone": "eu-west-1a", "tags": {"application": "shop"}})
def zone_and_tags(aws):
    made = aws.ec2.create_subnet(
        VpcId=vpc(aws), CidrBlock="10.0.1.0/24", AvailabilityZone="eu-west-1a", TagSpecifications=tagged("subnet")
    )["Subnet"]
    return {"zone": made["AvailabilityZone"], "tags": tags(made["Tags"])}


@refused("ec2.CreateSubnet", "InvalidSubnet.Range")
def outside_the_vpc(aws):
    subnet(aws, vpc(aws), "10.1.0.0/24")


@refused("ec2.CreateSubnet", "InvalidSubnet.Range")
def a_subnet_below_28(aws):
    subnet(aws, vpc(aws), "10.0.1.0/29")


@refused("ec2.CreateSubnet", "InvalidSubnet.Conflict")
def where_another_one_is(aws):
    made = vpc(aws)
    subnet(aws, made, "10.0.0.0/20")
    subnet(aws, made, "10.0.1.0/24")


@refused("ec2.CreateSubnet", "InvalidParameterValue")
def in_a_zone_of_another_region(aws):
    aws.ec2.create_subnet(VpcId=vpc(aws), CidrBlock="10.0.1.0/24", AvailabilityZone="us-east-1a")


@refused("ec2.CreateSubnet", "InvalidVpcID.NotFound")
def in_a_vpc_that_is_not_there(aws):
    subnet(aws, f"vpc-{NOBODY}")


@gives("ec2.DescribeSubnets", ["10.0.1.0/24", "10.0.2.0/24"])
def of_one_vpc(aws):
    made = vpc(aws)
    for cidr in ("10.0.1.0/24", "10.0.2.0/24"):
        subnet(aws, made, cidr)
    subnet(aws, vpc(aws))
    found = aws.ec2.describe_subnets(Filters=by("vpc-id", made))["Subnets"]
    return sorted(one["CidrBlock"] for one in found)


@refused("ec2.DescribeSubnets", "InvalidSubnetID.NotFound")
def a_subnet_that_is_not_there(aws):
    aws.ec2.describe_subnets(SubnetIds=[f"subnet-{NOBODY}"])


@gives("ec2.ModifySubnetAttribute", True)
def public_addresses_are_switched_on(aws):
    made = subnet(aws, vpc(aws))
    aws.ec2.modify_subnet_attribute(SubnetId=made, MapPublicIpOnLaunch={"Value": True})
    return aws.ec2.describe_subnets(SubnetIds=[made])["Subnets"][0]["MapPublicIpOnLaunch"]


@refused("ec2.ModifySubnetAttribute", "InvalidSubnetID.NotFound")
def of_a_subnet_that_is_not_there(aws):
    aws.ec2.modify_subnet_attribute(SubnetId=f"subnet-{NOBODY}", MapPublicIpOnLaunch={"Value": True})


@gives("ec2.DeleteSubnet", 0)
def its_association_goes_with_it(aws):
    made = vpc(aws)
    inside, table = subnet(aws, made), route_table(aws, made)
    aws.ec2.associate_route_table(RouteTableId=table, SubnetId=inside)
    aws.ec2.delete_subnet(SubnetId=inside)
    return len(aws.ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Associations"])


@refused("ec2.DeleteSubnet", "InvalidSubnetID.NotFound")
def a_subnet_twice(aws):
    made = subnet(aws, vpc(aws))
    aws.ec2.delete_subnet(SubnetId=made)
    aws.ec2.delete_subnet(SubnetId=made)


# Internet gateways


@gives("ec2.CreateInternetGateway", {"Attachments": [], "Tags": {"application": "shop"}})
def it_is_attached_to_nothing(aws):
    made = aws.ec2.create_internet_gateway(TagSpecifications=tagged("internet-gateway"))["InternetGateway"]
    return {"Attachments": made["Attachments"], "Tags": tags(made["Tags"])}


@gives("ec2.AttachInternetGateway", "available")
def the_attachment_is_shown(aws):
    made = gateway(aws, vpc(aws))
    shown = aws.ec2.describe_internet_gateways(InternetGatewayIds=[made])["InternetGateways"][0]
    return shown["Attachments"][0]["State"]


@refused("ec2.AttachInternetGateway", "Resource.AlreadyAssociated")
def to_a_second_vpc(aws):
    made = gateway(aws, vpc(aws))
    aws.ec2.attach_internet_gateway(InternetGatewayId=made, VpcId=vpc(aws, "10.1.0.0/16"))


@refused("ec2.AttachInternetGateway", "InvalidParameterValue")
def a_second_gateway(aws):
    made = vpc(aws)
    gateway(aws, made)
    gateway(aws, made)


@gives("ec2.DescribeInternetGateways", 1)
def by_its_vpc(aws):
    made = vpc(aws)
    gateway(aws, made)
    gateway(aws)
    return len(aws.ec2.describe_internet_gateways(Filters=by("attachment.vpc-id", made))["InternetGateways"])


@refused("ec2.DescribeInternetGateways", "InvalidInternetGatewayID.NotFound")
def a_gateway_that_is_not_there(aws):
    aws.ec2.describe_internet_gateways(InternetGatewayIds=[f"igw-{NOBODY}"])


@gives("ec2.DetachInternetGateway")
def it_is_free_again(aws):
    made = vpc(aws)
    aws.ec2.detach_internet_gateway(InternetGatewayId=gateway(aws, made), VpcId=made)
    gateway(aws, made)


@refused("ec2.DetachInternetGateway", "Gateway.NotAttached")
def what_is_not_attached(aws):
    aws.ec2.detach_internet_gateway(InternetGatewayId=gateway(aws), VpcId=vpc(aws))


@gives("ec2.DeleteInternetGateway")
def a_loose_gateway(aws):
    aws.ec2.delete_internet_gateway(InternetGatewayId=gateway(aws))


@refused("ec2.DeleteInternetGateway", "DependencyViolation")
def an_attached_gateway(aws):
    aws.ec2.delete_internet_gateway(InternetGatewayId=gateway(aws, vpc(aws)))
