"""EC2: tags, and what is only described."""

from cases import gives, pick, refused
from suite.made import NOBODY, TAG, by, subnet, vpc


def tags_of(aws, resource):
    found = aws.ec2.describe_tags(Filters=by("resource-id", resource))["Tags"]
    return {tag["Key"]: tag["Value"] for tag in found}


@gives("ec2.CreateTags", {"application": "store", "team": "a"})
def a_new_value_replaces_the_old_one(aws):
    made = vpc(aws)
    aws.ec2.create_tags(Resources=[made], Tags=[TAG])
    aws.ec2.create_tags(Resources=[made], Tags=[TAG | {"Value": "store"}, {"Key": "team", "Value": "a"}])
    return tags_of(aws, made)


@refused("ec2.CreateTags", "InvalidVpcID.NotFound")
def of_what_is_not_there(aws):
    aws.ec2.create_tags(Resources=[f"vpc-{NOBODY}"], Tags=[TAG])


@refused("ec2.CreateTags", "TagLimitExceeded")
def fifty_one(aws):
    aws.ec2.create_tags(Resources=[vpc(aws)], Tags=[{"Key": f"k{number}", "Value": ""} for number in range(51)])


@refused("ec2.CreateTags", "InvalidParameterValue")
def a_key_of_129(aws):
    aws.ec2.create_tags(Resources=[vpc(aws)], Tags=[{"Key": "k" * 129, "Value": ""}])


@gives("ec2.CreateTags", {"k": "<a&b> \"c' é 漢 x+y%20"})
def whatever_a_value_holds(aws):
    made = vpc(aws)
    aws.ec2.create_tags(Resources=[made], Tags=[{"Key": "k", "Value": "<a&b> \"c' é 漢 x+y%20"}])
    return tags_of(aws, made)


@gives("ec2.DeleteTags", {"b": "2", "c": "3"})
def by_key_and_value(aws):
    made = vpc(aws)
    aws.ec2.create_tags(Resources=[made], Tags=[{"Key": key, "Value": value} for key, value in ("a1", "b2", "c3")])
    aws.ec2.delete_tags(Resources=[made], Tags=[{"Key": "a"}, {"Key": "b", "Value": "1"}])
    return tags_of(aws, made)


@gives("ec2.DeleteTags", {})
def all_of_them(aws):
    made = vpc(aws)
    aws.ec2.create_tags(Resources=[made], Tags=[TAG])
    aws.ec2.delete_tags(Resources=[made])
    return tags_of(aws, made)


@gives("ec2.DescribeTags", [{"Key": "application", "ResourceType": "vpc", "Value": "shop"}])
def by_resource_and_key(aws):
    made = vpc(aws)
    aws.ec2.create_tags(Resources=[made], Tags=[TAG, {"Key": "team", "Value": "a"}])
    found = aws.ec2.describe_tags(Filters=by("resource-id", made) + by("key", "application"))["Tags"]
    return [pick(tag, "Key", "ResourceType", "Value") for tag in found]


@refused("ec2.DescribeTags", "InvalidParameterValue")
def tags_by_a_filter_that_nobody_knows(aws):
    aws.ec2.describe_tags(Filters=by("colour", "red"))


@gives("ec2.DescribeRegions", [{"Endpoint": "ec2.eu-west-1.amazonaws.com", "RegionName": "eu-west-1"}])
def one_region(aws):
    found = aws.ec2.describe_regions(RegionNames=["eu-west-1"])["Regions"]
    return [pick(region, "Endpoint", "RegionName") for region in found]


@refused("ec2.DescribeRegions", "InvalidParameterValue")
def a_region_that_is_none(aws):
    aws.ec2.describe_regions(RegionNames=["atlantis-1"])


@gives("ec2.DescribeAvailabilityZones", [["eu-west-1a", "available", "availability-zone"]])
def one_zone(aws):
    found = aws.ec2.describe_availability_zones(ZoneNames=["eu-west-1a"])["AvailabilityZones"]
    return [[zone["ZoneName"], zone["State"], zone["ZoneType"]] for zone in found]


@gives("ec2.DescribeAvailabilityZones", ["ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d"])
def tokyo_has_no_b(aws):
    found = aws.client("ec2", "ap-northeast-1").describe_availability_zones()["AvailabilityZones"]
    return sorted(zone["ZoneName"] for zone in found)


@refused("ec2.DescribeAvailabilityZones", "InvalidParameterValue")
def a_zone_that_is_none(aws):
    aws.ec2.describe_availability_zones(ZoneNames=["eu-west-1x"])


@gives("ec2.DescribeAccountAttributes", ["VPC"])
def the_platforms(aws):
    found = aws.ec2.describe_account_attributes(AttributeNames=["supported-platforms"])["AccountAttributes"]
    return [value["AttributeValue"] for value in found[0]["AttributeValues"]]


@refused("ec2.DescribeAccountAttributes", "InvalidParameterValue")
def an_attribute_that_is_none(aws):
    aws.ec2.describe_account_attributes(AttributeNames=["colour"])


@gives("ec2.DescribeNetworkAcls", [[100, "allow"], [32767, "deny"]])
def the_rules_of_the_default_acl(aws):
    found = aws.ec2.describe_network_acls(Filters=by("vpc-id", vpc(aws)))["NetworkAcls"]
    return sorted([entry["RuleNumber"], entry["RuleAction"]] for entry in found[0]["Entries"] if entry["Egress"])


@gives("ec2.DescribeNetworkAcls", 1)
def every_subnet_has_the_default_acl(aws):
    inside = subnet(aws, vpc(aws))
    return len(aws.ec2.describe_network_acls(Filters=by("association.subnet-id", inside))["NetworkAcls"])


@refused("ec2.DescribeNetworkAcls", "InvalidNetworkAclID.NotFound")
def an_acl_that_is_not_there(aws):
    aws.ec2.describe_network_acls(NetworkAclIds=[f"acl-{NOBODY}"])


@gives(
    "ec2.DescribeDhcpOptions",
    {"domain-name": "eu-west-1.compute.internal", "domain-name-servers": "AmazonProvidedDNS"},
)
def the_set_of_the_region(aws):
    used = aws.ec2.describe_vpcs(VpcIds=[vpc(aws)])["Vpcs"][0]["DhcpOptionsId"]
    found = aws.ec2.describe_dhcp_options(DhcpOptionsIds=[used])["DhcpOptions"][0]
    return {option["Key"]: option["Values"][0]["Value"] for option in found["DhcpConfigurations"]}


@refused("ec2.DescribeDhcpOptions", "InvalidDhcpOptionID.NotFound")
def a_set_that_is_not_there(aws):
    aws.ec2.describe_dhcp_options(DhcpOptionsIds=[f"dopt-{NOBODY}"])


@gives("ec2.DescribeNetworkInterfaces", [])
def an_empty_subnet_has_none(aws):
    inside = subnet(aws, vpc(aws))
    return aws.ec2.describe_network_interfaces(Filters=by("subnet-id", inside))["NetworkInterfaces"]


@refused("ec2.DescribeNetworkInterfaces", "InvalidNetworkInterfaceID.NotFound")
def an_interface_that_is_not_there(aws):
    aws.ec2.describe_network_interfaces(NetworkInterfaceIds=[f"eni-{NOBODY}"])
