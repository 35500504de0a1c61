"""EC2: security groups and their rules."""

from cases import gives, pick, refused, tags
from suite.made import NOBODY, by, group, listed, tagged, tcp, vpc


@gives("ec2.CreateSecurityGroup", {"egress": [["-1", "0.0.0.0/0"]], "ingress": [], "tags": {"application": "shop"}})
def a_new_group_lets_everything_out(aws):
    made = aws.ec2.create_security_group(
        GroupName="app", Description="text", VpcId=vpc(aws), TagSpecifications=tagged("security-group")
    )["GroupId"]
    shown = shown_group(aws, made)
    out = [[rule["IpProtocol"], rule["IpRanges"][0]["CidrIp"]] for rule in shown["IpPermissionsEgress"]]
    return {"egress": out, "ingress": shown["IpPermissions"], "tags": tags(shown["Tags"])}


def shown_group(aws, group_id):
    return aws.ec2.describe_security_groups(GroupIds=[group_id])["SecurityGroups"][0]


@refused("ec2.CreateSecurityGroup", "InvalidGroup.Duplicate")
def a_name_that_is_taken(aws):
    made = vpc(aws)
    group(aws, made)
    group(aws, made)


@refused("ec2.CreateSecurityGroup", "InvalidParameterValue")
def the_name_default(aws):
    group(aws, vpc(aws), "default")


@refused("ec2.CreateSecurityGroup", "InvalidParameterValue")
def a_name_like_an_id(aws):
    group(aws, vpc(aws), "sg-app")


@refused("ec2.CreateSecurityGroup", "InvalidParameterValue")
def a_description_with_other_letters(aws):
    aws.ec2.create_security_group(GroupName="app", Description="für alle", VpcId=vpc(aws))


@refused("ec2.CreateSecurityGroup", "MissingParameter")
def no_description(aws):
    aws.ec2.create_security_group(GroupName="app", VpcId=vpc(aws))


@refused("ec2.CreateSecurityGroup", "InvalidVpcID.NotFound")
def a_group_in_a_vpc_that_is_not_there(aws):
    group(aws, f"vpc-{NOBODY}")


@gives("ec2.DescribeSecurityGroups", [1, 1, 1])
def by_name_and_rule(aws):
    made = vpc(aws)
    aws.ec2.authorize_security_group_ingress(GroupId=group(aws, made), IpPermissions=[tcp(443)])
    inside = by("vpc-id", made)
    filters = [by("group-name", "app"), by("ip-permission.to-port", "443"), by("description", "te?t")]
    return [len(aws.ec2.describe_security_groups(Filters=inside + wanted)["SecurityGroups"]) for wanted in filters]


@refused("ec2.DescribeSecurityGroups", "InvalidGroup.NotFound")
def a_group_that_is_not_there(aws):
    aws.ec2.describe_security_groups(GroupIds=[f"sg-{NOBODY}"])


@refused("ec2.DescribeSecurityGroups", "InvalidGroupId.Malformed")
def an_id_that_is_none(aws):
    aws.ec2.describe_security_groups(GroupIds=["app"])


@gives("ec2.DescribeSecurityGroups", 7)
def groups_page_by_page(aws):
    made = vpc(aws)
    for number in range(6):
        group(aws, made, f"app-{number}")
    params = {"PaginationConfig": {"PageSize": 5}, "Filters": by("vpc-id", made)}
    return len({one["GroupId"] for one in listed(aws.ec2, "describe_security_groups", "SecurityGroups", **params)})


# Rules


@gives("ec2.AuthorizeSecurityGroupIngress", {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "IsEgress": False})
def a_rule_has_an_id_and_tags(aws):
    made = group(aws, vpc(aws))
    specification = tagged("security-group-rule")
    reply = aws.ec2.authorize_security_group_ingress(
        GroupId=made, IpPermissions=[tcp(80)], TagSpecifications=specification
    )
    rule = reply["SecurityGroupRules"][0]
    if not rule["SecurityGroupRuleId"].startswith("sgr-") or tags(rule["Tags"]) != {"application": "shop"}:
        raise KeyError("id or tags")
    return pick(rule, "IpProtocol", "FromPort", "ToPort", "IsEgress")


@gives("ec2.AuthorizeSecurityGroupIngress", [["-1", True]])
def the_group_itself(aws):
    made = group(aws, vpc(aws))
    permission = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": made, "Description": "from this"}]}
    aws.ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=[permission])
    return [
        [p["IpProtocol"], p["UserIdGroupPairs"][0]["GroupId"] == made] for p in shown_group(aws, made)["IpPermissions"]
    ]


@gives("ec2.AuthorizeSecurityGroupIngress", "10.0.0.0/8")
def host_bits_of_a_rule_are_cut_off(aws):
    made = group(aws, vpc(aws))
    reply = aws.ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=[tcp(80, "10.1.2.3/8")])
    return reply["SecurityGroupRules"][0]["CidrIpv4"]


@gives("ec2.AuthorizeSecurityGroupIngress", "::/0")
def ipv6_ranges(aws):
    made = group(aws, vpc(aws))
    permission = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}
    reply = aws.ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=[permission])
    return reply["SecurityGroupRules"][0]["CidrIpv6"]


@refused("ec2.AuthorizeSecurityGroupIngress", "InvalidPermission.Duplicate")
def a_rule_that_stands(aws):
    made = group(aws, vpc(aws))
    for _ in range(2):
        aws.ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=[tcp(80)])


@refused("ec2.AuthorizeSecurityGroupIngress", "InvalidParameterValue")
def the_same_rule_twice_in_a_call(aws):
    aws.ec2.authorize_security_group_ingress(GroupId=group(aws, vpc(aws)), IpPermissions=[tcp(80), tcp(80)])


@refused("ec2.AuthorizeSecurityGroupIngress", "InvalidParameterValue")
def a_range_of_a_rule_that_is_none(aws):
    aws.ec2.authorize_security_group_ingress(GroupId=group(aws, vpc(aws)), IpPermissions=[tcp(80, "10.0.0.0/33")])


@refused("ec2.AuthorizeSecurityGroupIngress", "InvalidParameterValue")
def ports_the_wrong_way_round(aws):
    permission = tcp(80) | {"ToPort": 79}
    aws.ec2.authorize_security_group_ingress(GroupId=group(aws, vpc(aws)), IpPermissions=[permission])


@refused("ec2.AuthorizeSecurityGroupIngress", "InvalidParameterValue")
def a_protocol_that_is_none(aws):
    permission = {"IpProtocol": "http", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    aws.ec2.authorize_security_group_ingress(GroupId=group(aws, vpc(aws)), IpPermissions=[permission])


@refused("ec2.AuthorizeSecurityGroupIngress", "InvalidGroup.NotFound")
def a_source_that_is_not_there(aws):
    permission = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": f"sg-{NOBODY}"}]}
    aws.ec2.authorize_security_group_ingress(GroupId=group(aws, vpc(aws)), IpPermissions=[permission])


@refused("ec2.AuthorizeSecurityGroupIngress", "RulesPerSecurityGroupLimitExceeded")
def sixty_one_rules(aws):
    rules = [tcp(port) for port in range(1, 62)]
    aws.ec2.authorize_security_group_ingress(GroupId=group(aws, vpc(aws)), IpPermissions=rules)


@gives("ec2.AuthorizeSecurityGroupEgress", True)
def a_rule_out(aws):
    made = group(aws, vpc(aws))
    reply = aws.ec2.authorize_security_group_egress(GroupId=made, IpPermissions=[tcp(443)])
    return reply["SecurityGroupRules"][0]["IsEgress"]


@refused("ec2.AuthorizeSecurityGroupEgress", "InvalidPermission.Duplicate")
def the_rule_that_lets_everything_out(aws):
    everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    aws.ec2.authorize_security_group_egress(GroupId=group(aws, vpc(aws)), IpPermissions=[everything])


def with_rule(aws):
    """A group with one rule, and the id of the rule."""
    made = group(aws, vpc(aws))
    reply = aws.ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=[tcp(80, Description="web")])
    return made, reply["SecurityGroupRules"][0]["SecurityGroupRuleId"]


@gives("ec2.DescribeSecurityGroupRules", [["tcp", "0.0.0.0/0", "web", False], ["-1", "0.0.0.0/0", None, True]])
def the_rules_of_a_group(aws):
    made, _ = with_rule(aws)
    rules = aws.ec2.describe_security_group_rules(Filters=by("group-id", made))["SecurityGroupRules"]
    shown = [[r["IpProtocol"], r["CidrIpv4"], r.get("Description"), r["IsEgress"]] for r in rules]
    return sorted(shown, key=lambda rule: rule[3])


@refused("ec2.DescribeSecurityGroupRules", "InvalidSecurityGroupRuleId.NotFound")
def a_rule_that_is_not_there(aws):
    aws.ec2.describe_security_group_rules(SecurityGroupRuleIds=[f"sgr-{NOBODY}"])


@gives("ec2.RevokeSecurityGroupIngress", [])
def by_its_id(aws):
    made, rule = with_rule(aws)
    aws.ec2.revoke_security_group_ingress(GroupId=made, SecurityGroupRuleIds=[rule])
    return shown_group(aws, made)["IpPermissions"]


@gives("ec2.RevokeSecurityGroupIngress", [])
def by_what_it_says(aws):
    made, _ = with_rule(aws)
    aws.ec2.revoke_security_group_ingress(GroupId=made, IpPermissions=[tcp(80)])
    return shown_group(aws, made)["IpPermissions"]


@refused("ec2.RevokeSecurityGroupIngress", "InvalidPermission.NotFound")
def a_rule_that_does_not_stand(aws):
    aws.ec2.revoke_security_group_ingress(GroupId=group(aws, vpc(aws)), IpPermissions=[tcp(80)])


@gives("ec2.RevokeSecurityGroupEgress", [])
def what_lets_everything_out(aws):
    made = group(aws, vpc(aws))
    everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    aws.ec2.revoke_security_group_egress(GroupId=made, IpPermissions=[everything])
    return shown_group(aws, made)["IpPermissionsEgress"]


@refused("ec2.RevokeSecurityGroupEgress", "InvalidPermission.NotFound")
def a_rule_out_that_does_not_stand(aws):
    aws.ec2.revoke_security_group_egress(GroupId=group(aws, vpc(aws)), IpPermissions=[tcp(80)])


def change(port, **more):
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **more}


@gives("ec2.ModifySecurityGroupRules", {"FromPort": 8080, "CidrIpv4": "10.0.0.0/8"})
def a_rule_is_replaced_whole(aws):
    made, rule = with_rule(aws)
    changed = {"SecurityGroupRuleId": rule, "SecurityGroupRule": change(8080, CidrIpv4="10.0.0.0/8")}
    aws.ec2.modify_security_group_rules(GroupId=made, SecurityGroupRules=[changed])
    shown = aws.ec2.describe_security_group_rules(SecurityGroupRuleIds=[rule])["SecurityGroupRules"][0]
    return pick(shown, "FromPort", "CidrIpv4")


@refused("ec2.ModifySecurityGroupRules", "InvalidSecurityGroupRuleId.NotFound")
def a_rule_of_nobody(aws):
    changed = {"SecurityGroupRuleId": f"sgr-{NOBODY}", "SecurityGroupRule": change(80, CidrIpv4="10.0.0.0/8")}
    aws.ec2.modify_security_group_rules(GroupId=group(aws, vpc(aws)), SecurityGroupRules=[changed])


@gives("ec2.UpdateSecurityGroupRuleDescriptionsIngress", "site")
def a_description_by_id(aws):
    made, rule = with_rule(aws)
    described = [{"SecurityGroupRuleId": rule, "Description": "site"}]
    aws.ec2.update_security_group_rule_descriptions_ingress(GroupId=made, SecurityGroupRuleDescriptions=described)
    return aws.ec2.describe_security_group_rules(SecurityGroupRuleIds=[rule])["SecurityGroupRules"][0]["Description"]


@refused("ec2.UpdateSecurityGroupRuleDescriptionsIngress", "InvalidPermission.NotFound")
def of_a_rule_that_does_not_stand(aws):
    made = group(aws, vpc(aws))
    aws.ec2.update_security_group_rule_descriptions_ingress(GroupId=made, IpPermissions=[tcp(80, Description="site")])


@gives("ec2.UpdateSecurityGroupRuleDescriptionsEgress", "out")
def a_description_by_what_the_rule_says(aws):
    made = group(aws, vpc(aws))
    everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "out"}]}
    aws.ec2.update_security_group_rule_descriptions_egress(GroupId=made, IpPermissions=[everything])
    return shown_group(aws, made)["IpPermissionsEgress"][0]["IpRanges"][0]["Description"]


@gives("ec2.DeleteSecurityGroup", 0)
def its_rules_go_with_it(aws):
    made, _ = with_rule(aws)
    aws.ec2.delete_security_group(GroupId=made)
    return len(aws.ec2.describe_security_group_rules(Filters=by("group-id", made))["SecurityGroupRules"])


@refused("ec2.DeleteSecurityGroup", "DependencyViolation")
def a_group_that_a_rule_names(aws):
    made = vpc(aws)
    used, user = group(aws, made), group(aws, made, "user")
    permission = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": used}]}
    aws.ec2.authorize_security_group_ingress(GroupId=user, IpPermissions=[permission])
    aws.ec2.delete_security_group(GroupId=used)


@refused("ec2.DeleteSecurityGroup", "CannotDelete")
def the_default_group(aws):
    found = aws.ec2.describe_security_groups(Filters=by("vpc-id", vpc(aws)))["SecurityGroups"]
    aws.ec2.delete_security_group(GroupId=found[0]["GroupId"])


@refused("ec2.DeleteSecurityGroup", "InvalidGroup.NotFound")
def a_group_twice(aws):
    made = group(aws, vpc(aws))
    aws.ec2.delete_security_group(GroupId=made)
    aws.ec2.delete_security_group(GroupId=made)
