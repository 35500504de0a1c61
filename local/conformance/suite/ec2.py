"""EC2: the network of a system, and what guards it."""

from cases import gives, pick, refused, tags


@gives("ec2.CreateVpc", {"InstanceTenancy": "default", "IsDefault": False})
def it_comes_back_with_its_tags(aws):
    vpc = aws.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]
    return pick(vpc, "InstanceTenancy", "IsDefault")


@gives("ec2.CreateVpc", "10.0.0.0/16")
def host_bits_are_cut_off(aws):
    return aws.ec2.create_vpc(CidrBlock="10.0.3.4/16")["Vpc"]["CidrBlock"]


@refused("ec2.CreateVpc", "InvalidVpc.Range")
def a_range_larger_than_16(aws):
    aws.ec2.create_vpc(CidrBlock="10.0.0.0/15")
