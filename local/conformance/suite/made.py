"""What many cases make before their own call."""

import json
import time

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)
POLICY = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"}]}
)
EXECUTION_POLICY = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
TAG = {"Key": "application", "Value": "shop"}
# Well formed, and nobody's.
NOBODY = "0123456789abcdef0"


def tagged(kind, *tags):
    return [{"ResourceType": kind, "Tags": list(tags or [TAG])}]


def vpc(aws, cidr="10.0.0.0/16"):
    return aws.ec2.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"]


def subnet(aws, vpc_id, cidr="10.0.1.0/24"):
    return aws.ec2.create_subnet(VpcId=vpc_id, CidrBlock=cidr)["Subnet"]["SubnetId"]


def gateway(aws, vpc_id=None):
    made = aws.ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    if vpc_id:
        aws.ec2.attach_internet_gateway(InternetGatewayId=made, VpcId=vpc_id)
    return made


def route_table(aws, vpc_id):
    return aws.ec2.create_route_table(VpcId=vpc_id)["RouteTable"]["RouteTableId"]


def group(aws, vpc_id, name="app"):
    return aws.ec2.create_security_group(GroupName=name, Description="text", VpcId=vpc_id)["GroupId"]


def tcp(port, cidr="0.0.0.0/0", **more):
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": cidr, **more}]}


def role(aws, name="app"):
    return aws.iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]


def by(name, *values):
    return [{"Name": name, "Values": list(values)}]


def listed(client, operation, member, **params):
    """Everything that an operation lists, page by page."""
    pages = client.get_paginator(operation).paginate(**params)
    return [item for page in pages for item in page[member]]


def until(what, look, seconds=10):
    """Looks until there is something to see."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if seen := look():
            return seen
        time.sleep(0.05)
    raise TimeoutError(what)
