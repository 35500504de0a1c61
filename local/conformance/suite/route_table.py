"""EC2: route tables, their routes and the subnets that they serve."""

from cases import gives, pick, refused
from suite.made import NOBODY, by, gateway, route_table, subnet, vpc


@gives("ec2.CreateRouteTable", {"routes": [["10.0.0.0/16", "local", "CreateRouteTable", "active"]], "Associations": []})
def it_begins_with_the_local_route(aws):
    made = aws.ec2.create_route_table(VpcId=vpc(aws))["RouteTable"]
    routes = [[r["DestinationCidrBlock"], r["GatewayId"], r["Origin"], r["State"]] for r in made["Routes"]]
    return {"routes": routes, "Associations": made["Associations"]}


@gives("ec2.CreateRouteTable", True)
def the_same_token_makes_the_same_table(aws):
    made = vpc(aws)
    first = aws.ec2.create_route_table(VpcId=made, ClientToken="once")["RouteTable"]["RouteTableId"]
    return first == aws.ec2.create_route_table(VpcId=made, ClientToken="once")["RouteTable"]["RouteTableId"]


@refused("ec2.CreateRouteTable", "InvalidVpcID.NotFound")
def a_table_of_a_vpc_that_is_not_there(aws):
    route_table(aws, f"vpc-{NOBODY}")


@gives("ec2.DescribeRouteTables", 1)
def by_subnet(aws):
    made = vpc(aws)
    inside, table = subnet(aws, made), route_table(aws, made)
    aws.ec2.associate_route_table(RouteTableId=table, SubnetId=inside)
    return len(aws.ec2.describe_route_tables(Filters=by("association.subnet-id", inside))["RouteTables"])


@refused("ec2.DescribeRouteTables", "InvalidParameterValue")
def a_page_of_101(aws):
    aws.ec2.describe_route_tables(MaxResults=101)


@refused("ec2.DescribeRouteTables", "InvalidRouteTableID.NotFound")
def a_table_that_is_not_there(aws):
    aws.ec2.describe_route_tables(RouteTableIds=[f"rtb-{NOBODY}"])


def way_out(aws):
    """A table of a VPC with a gateway, and the gateway."""
    made = vpc(aws)
    return route_table(aws, made), gateway(aws, made)


def routes_of(aws, table):
    found = aws.ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Routes"]
    return [route for route in found if route["Origin"] == "CreateRoute"]


@gives("ec2.CreateRoute", [{"DestinationCidrBlock": "0.0.0.0/0", "State": "active"}])
def a_way_out(aws):
    table, out = way_out(aws)
    aws.ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=out)
    return [pick(route, "DestinationCidrBlock", "State") for route in routes_of(aws, table)]


@refused("ec2.CreateRoute", "RouteAlreadyExists")
def a_destination_that_has_one(aws):
    table, out = way_out(aws)
    for _ in range(2):
        aws.ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=out)


@refused("ec2.CreateRoute", "InvalidInternetGatewayID.NotFound")
def a_gateway_that_nobody_has(aws):
    table, _ = way_out(aws)
    aws.ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=f"igw-{NOBODY}")


@refused("ec2.CreateRoute", "InvalidParameterValue")
def a_gateway_of_another_network(aws):
    aws.ec2.create_route(
        RouteTableId=route_table(aws, vpc(aws)), DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway(aws)
    )


@refused("ec2.CreateRoute", "InvalidParameterValue")
def a_destination_inside_the_vpc(aws):
    table, out = way_out(aws)
    aws.ec2.create_route(RouteTableId=table, DestinationCidrBlock="10.0.1.0/24", GatewayId=out)


@gives("ec2.ReplaceRoute", 1)
def a_route_by_another(aws):
    table, out = way_out(aws)
    aws.ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=out)
    aws.ec2.replace_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=out)
    return len(routes_of(aws, table))


@refused("ec2.ReplaceRoute", "InvalidParameterValue")
def a_route_that_is_not_there(aws):
    table, out = way_out(aws)
    aws.ec2.replace_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=out)


@gives("ec2.DeleteRoute", 0)
def a_route(aws):
    table, out = way_out(aws)
    aws.ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=out)
    aws.ec2.delete_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0")
    return len(routes_of(aws, table))


@refused("ec2.DeleteRoute", "InvalidRoute.NotFound")
def no_such_route(aws):
    table, _ = way_out(aws)
    aws.ec2.delete_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0")


@refused("ec2.DeleteRoute", "InvalidParameterValue")
def the_local_route(aws):
    table, _ = way_out(aws)
    aws.ec2.delete_route(RouteTableId=table, DestinationCidrBlock="10.0.0.0/16")


def associated(aws):
    """A VPC, its subnet, the table of that and their association."""
    made = vpc(aws)
    inside, table = subnet(aws, made), route_table(aws, made)
    return made, inside, table, aws.ec2.associate_route_table(RouteTableId=table, SubnetId=inside)["AssociationId"]


@gives("ec2.AssociateRouteTable", {"AssociationState": {"State": "associated"}, "AssociationId": "rtbassoc-*"})
def a_subnet_gets_a_table(aws):
    made = vpc(aws)
    reply = aws.ec2.associate_route_table(RouteTableId=route_table(aws, made), SubnetId=subnet(aws, made))
    return pick(reply, "AssociationState", "AssociationId")


@gives("ec2.AssociateRouteTable", True)
def the_same_again(aws):
    _, inside, table, association = associated(aws)
    return aws.ec2.associate_route_table(RouteTableId=table, SubnetId=inside)["AssociationId"] == association


@refused("ec2.AssociateRouteTable", "Resource.AlreadyAssociated")
def a_subnet_that_has_another_table(aws):
    made, inside, _, _ = associated(aws)
    aws.ec2.associate_route_table(RouteTableId=route_table(aws, made), SubnetId=inside)


@gives("ec2.ReplaceRouteTableAssociation", True)
def the_subnet_moves(aws):
    made, inside, _, association = associated(aws)
    other = route_table(aws, made)
    aws.ec2.replace_route_table_association(AssociationId=association, RouteTableId=other)
    found = aws.ec2.describe_route_tables(Filters=by("association.subnet-id", inside))["RouteTables"]
    return [table["RouteTableId"] for table in found] == [other]


@gives("ec2.ReplaceRouteTableAssociation", True)
def the_main_association_moves(aws):
    made = vpc(aws)
    main, other = by("vpc-id", made) + by("association.main", "true"), route_table(aws, made)
    association = aws.ec2.describe_route_tables(Filters=main)["RouteTables"][0]["Associations"][0]
    aws.ec2.replace_route_table_association(AssociationId=association["RouteTableAssociationId"], RouteTableId=other)
    return [table["RouteTableId"] for table in aws.ec2.describe_route_tables(Filters=main)["RouteTables"]] == [other]


@refused("ec2.ReplaceRouteTableAssociation", "InvalidAssociationID.NotFound")
def an_association_that_is_not_there(aws):
    table = route_table(aws, vpc(aws))
    aws.ec2.replace_route_table_association(AssociationId=f"rtbassoc-{NOBODY}", RouteTableId=table)


@gives("ec2.DisassociateRouteTable", 0)
def the_subnet_is_without(aws):
    _, _, table, association = associated(aws)
    aws.ec2.disassociate_route_table(AssociationId=association)
    return len(aws.ec2.describe_route_tables(RouteTableIds=[table])["RouteTables"][0]["Associations"])


@refused("ec2.DisassociateRouteTable", "InvalidAssociationID.NotFound")
def an_association_twice(aws):
    *_, association = associated(aws)
    aws.ec2.disassociate_route_table(AssociationId=association)
    aws.ec2.disassociate_route_table(AssociationId=association)


@refused("ec2.DisassociateRouteTable", "InvalidParameterValue")
def the_main_association(aws):
    tables = aws.ec2.describe_route_tables(Filters=by("vpc-id", vpc(aws)))["RouteTables"]
    aws.ec2.disassociate_route_table(AssociationId=tables[0]["Associations"][0]["RouteTableAssociationId"])


@gives("ec2.DeleteRouteTable")
def a_table_of_nobody(aws):
    aws.ec2.delete_route_table(RouteTableId=route_table(aws, vpc(aws)))


@refused("ec2.DeleteRouteTable", "DependencyViolation")
def a_table_in_use(aws):
    _, _, table, _ = associated(aws)
    aws.ec2.delete_route_table(RouteTableId=table)


@refused("ec2.DeleteRouteTable", "DependencyViolation")
def the_main_table(aws):
    tables = aws.ec2.describe_route_tables(Filters=by("vpc-id", vpc(aws)))["RouteTables"]
    aws.ec2.delete_route_table(RouteTableId=tables[0]["RouteTableId"])
