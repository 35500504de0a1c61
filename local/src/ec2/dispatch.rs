//! From an action's name to the function that does it, and what holds for all of them.

use super::{
    availability_zone, dhcp_options, internet_gateway, network_acl, network_interface, route_table, security_group,
    subnet, tag, vpc,
};
use crate::call::Call;
use crate::codec::query::Params;
use crate::codec::xml::Element;
use crate::error::ApiError;

/// What does one action.
pub(super) type Operation = fn(&mut Call<'_>, &Params) -> Result<Element, ApiError>;

/// Runs one action. On an error the caller must forget what it changed: a parameter that nobody knows and a dry run are
/// found out after the action itself.
///
/// # Errors
/// What EC2 answers when it refuses.
pub fn handle(call: &mut Call<'_>, action: &str, params: &Params) -> Result<Element, ApiError> {
    let Some(operation) = find(action) else {
        let message = format!("The action {action} is not valid for this web service.");
        return Err(ApiError::client("InvalidAction", message));
    };
    let dry_run = params.boolean("DryRun")?.unwrap_or(false);
    let reply = operation(call, params)?;
    if let Some(name) = params.unread() {
        return Err(ApiError::client("UnknownParameter", format!("The parameter {name} is not recognized")));
    }
    if dry_run {
        let message = "Request would have succeeded, but DryRun flag is set.";
        return Err(ApiError::new(412, "DryRunOperation", message));
    }
    Ok(reply)
}

fn find(action: &str) -> Option<Operation> {
    let resources = [
        availability_zone::operation,
        dhcp_options::operation,
        internet_gateway::operation,
        network_acl::operation,
        network_interface::operation,
        route_table::operation,
        security_group::operation,
        subnet::operation,
        tag::operation,
        vpc::operation,
    ];
    resources.iter().find_map(|operation| operation(action))
}

#[cfg(test)]
mod tests {
    use crate::codec::xml::Element;
    use crate::ec2::testing::Cloud;

    #[test]
    fn what_is_unknown_is_refused() {
        let mut cloud = Cloud::new();
        assert_eq!(cloud.code("RunInstances", &[]), "InvalidAction");
        let unknown = cloud.fail("CreateVpc", &[("CidrBlock", "10.0.0.0/16"), ("Ipv6Pool", "x")]);
        assert_eq!(
            (unknown.code.as_str(), unknown.message.as_str()),
            ("UnknownParameter", "The parameter Ipv6Pool is not recognized")
        );
    }

    /// The parameters of a call.
    type Given = Vec<(&'static str, String)>;

    fn given<const N: usize>(params: [(&'static str, &str); N]) -> Given {
        params.into_iter().map(|(name, value)| (name, value.to_owned())).collect()
    }

    /// The ids of a world with one of everything, and some to spare.
    struct Things {
        vpc: String,
        other_vpc: String,
        subnet: String,
        free_subnet: String,
        table: String,
        spare_table: String,
        gateway: String,
        loose_gateway: String,
        group: String,
        unused_group: String,
        association: String,
        rule: String,
    }

    fn ssh(group: &str, port: &str) -> Given {
        given([
            ("GroupId", group),
            ("IpPermissions.1.IpProtocol", "tcp"),
            ("IpPermissions.1.FromPort", port),
            ("IpPermissions.1.ToPort", port),
            ("IpPermissions.1.IpRanges.1.CidrIp", "10.0.0.0/8"),
        ])
    }

    fn done(cloud: &mut Cloud, action: &str, params: &Given) -> Element {
        let params: Vec<(&str, &str)> = params.iter().map(|(name, value)| (*name, value.as_str())).collect();
        cloud.done(action, &params)
    }

    fn things(cloud: &mut Cloud) -> Things {
        let (vpc, other_vpc) = (cloud.vpc("10.0.0.0/16"), cloud.vpc("10.1.0.0/16"));
        let (subnet, table, gateway) =
            (cloud.subnet(&vpc, "10.0.1.0/24"), cloud.route_table(&vpc), cloud.internet_gateway());
        let group = cloud.security_group(&vpc, "app");
        done(cloud, "AttachInternetGateway", &given([("InternetGatewayId", &gateway), ("VpcId", &vpc)]));
        let route = [("RouteTableId", table.as_str()), ("DestinationCidrBlock", "0.0.0.0/0"), ("GatewayId", &gateway)];
        cloud.done("CreateRoute", &route);
        let associated = cloud.done("AssociateRouteTable", &[("RouteTableId", &table), ("SubnetId", &subnet)]);
        let rules = done(cloud, "AuthorizeSecurityGroupIngress", &ssh(&group, "22"));
        done(cloud, "AuthorizeSecurityGroupEgress", &ssh(&group, "22"));
        let rule = &rules.get("securityGroupRuleSet").expect("rules").children[0];
        Things {
            free_subnet: cloud.subnet(&vpc, "10.0.2.0/24"),
            spare_table: cloud.route_table(&vpc),
            loose_gateway: cloud.internet_gateway(),
            unused_group: cloud.security_group(&vpc, "unused"),
            association: associated.text_of("associationId").to_owned(),
            rule: rule.text_of("securityGroupRuleId").to_owned(),
            vpc,
            other_vpc,
            subnet,
            table,
            gateway,
            group,
        }
    }

    /// A call of every action on networks that changes something, and would succeed.
    fn network_writes(it: &Things) -> Vec<(&'static str, Given)> {
        let route =
            |to: &str| given([("RouteTableId", &it.table), ("DestinationCidrBlock", to), ("GatewayId", &it.gateway)]);
        vec![
            ("CreateVpc", given([("CidrBlock", "10.2.0.0/16")])),
            ("CreateSubnet", given([("VpcId", &it.vpc), ("CidrBlock", "10.0.3.0/24")])),
            ("CreateInternetGateway", Vec::new()),
            ("CreateRouteTable", given([("VpcId", &it.vpc)])),
            ("AttachInternetGateway", given([("InternetGatewayId", &it.loose_gateway), ("VpcId", &it.other_vpc)])),
            ("CreateRoute", route("198.51.100.0/24")),
            ("ReplaceRoute", route("0.0.0.0/0")),
            ("DeleteRoute", given([("RouteTableId", &it.table), ("DestinationCidrBlock", "0.0.0.0/0")])),
            ("AssociateRouteTable", given([("RouteTableId", &it.table), ("SubnetId", &it.free_subnet)])),
            (
                "ReplaceRouteTableAssociation",
                given([("AssociationId", &it.association), ("RouteTableId", &it.spare_table)]),
            ),
            ("DisassociateRouteTable", given([("AssociationId", &it.association)])),
            ("ModifyVpcAttribute", given([("VpcId", &it.vpc), ("EnableDnsHostnames.Value", "true")])),
            ("ModifySubnetAttribute", given([("SubnetId", &it.subnet), ("MapPublicIpOnLaunch.Value", "true")])),
            ("CreateTags", given([("ResourceId.1", &it.vpc), ("Tag.1.Key", "a")])),
            ("DeleteTags", given([("ResourceId.1", &it.vpc)])),
            ("DeleteRouteTable", given([("RouteTableId", &it.spare_table)])),
            ("DeleteSubnet", given([("SubnetId", &it.free_subnet)])),
            ("DetachInternetGateway", given([("InternetGatewayId", &it.gateway), ("VpcId", &it.vpc)])),
            ("DeleteInternetGateway", given([("InternetGatewayId", &it.loose_gateway)])),
            ("DeleteVpc", given([("VpcId", &it.other_vpc)])),
        ]
    }

    /// The same for security groups.
    fn security_writes(it: &Things) -> Vec<(&'static str, Given)> {
        let described = [ssh(&it.group, "22"), given([("IpPermissions.1.IpRanges.1.Description", "ssh")])].concat();
        let changed = given([
            ("GroupId", &it.group),
            ("SecurityGroupRule.1.SecurityGroupRuleId", &it.rule),
            ("SecurityGroupRule.1.SecurityGroupRule.IpProtocol", "tcp"),
            ("SecurityGroupRule.1.SecurityGroupRule.CidrIpv4", "10.0.0.0/8"),
            ("SecurityGroupRule.1.SecurityGroupRule.FromPort", "23"),
            ("SecurityGroupRule.1.SecurityGroupRule.ToPort", "23"),
        ]);
        vec![
            ("CreateSecurityGroup", given([("VpcId", &it.vpc), ("GroupName", "third"), ("GroupDescription", "text")])),
            ("AuthorizeSecurityGroupIngress", ssh(&it.group, "80")),
            ("AuthorizeSecurityGroupEgress", ssh(&it.group, "80")),
            ("UpdateSecurityGroupRuleDescriptionsIngress", described.clone()),
            ("UpdateSecurityGroupRuleDescriptionsEgress", described),
            ("ModifySecurityGroupRules", changed),
            ("RevokeSecurityGroupIngress", ssh(&it.group, "22")),
            ("RevokeSecurityGroupEgress", ssh(&it.group, "22")),
            ("DeleteSecurityGroup", given([("GroupId", &it.unused_group)])),
        ]
    }

    /// A call of every action that looks.
    fn reads(it: &Things) -> Vec<(&'static str, Given)> {
        let listings = [
            "DescribeVpcs",
            "DescribeSubnets",
            "DescribeInternetGateways",
            "DescribeRouteTables",
            "DescribeSecurityGroups",
            "DescribeSecurityGroupRules",
            "DescribeNetworkAcls",
            "DescribeNetworkInterfaces",
            "DescribeDhcpOptions",
            "DescribeTags",
            "DescribeRegions",
            "DescribeAvailabilityZones",
            "DescribeAccountAttributes",
        ];
        let attribute = given([("VpcId", &it.vpc), ("Attribute", "enableDnsSupport")]);
        let listings = listings.into_iter().map(|action| (action, Vec::new()));
        listings.chain([("DescribeVpcAttribute", attribute)]).collect()
    }

    #[test]
    fn every_action_knows_the_dry_run_and_refuses_what_it_does_not_know() {
        let mut cloud = Cloud::new();
        let it = things(&mut cloud);
        for (action, params) in [network_writes(&it), security_writes(&it), reads(&it)].concat() {
            let before = serde_json::to_vec(&cloud.world).expect("plain data");
            let params: Vec<(&str, &str)> = params.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let with = |name: &'static str, value: &'static str| [params.as_slice(), &[(name, value)]].concat();
            let dry = cloud.fail(action, &with("DryRun", "true"));
            assert_eq!((dry.status, dry.code.as_str()), (412, "DryRunOperation"), "{action}: {}", dry.message);
            assert_eq!(cloud.code(action, &with("Unheard", "of")), "UnknownParameter", "{action}");
            assert_eq!(cloud.code(action, &with("DryRun", "maybe")), "InvalidParameterValue", "{action}");
            assert_eq!(serde_json::to_vec(&cloud.world).expect("plain data"), before, "{action} changed something");
            if action.starts_with("Describe") {
                cloud.done(action, &with("DryRun", "false"));
            }
        }
    }

    #[test]
    fn a_dry_run_says_so() {
        let mut cloud = Cloud::new();
        let error = cloud.fail("CreateVpc", &[("CidrBlock", "10.0.0.0/16"), ("DryRun", "true")]);
        assert_eq!((error.status, error.code.as_str()), (412, "DryRunOperation"));
        assert_eq!(cloud.code("CreateVpc", &[("CidrBlock", "10.0.0.0/8"), ("DryRun", "true")]), "InvalidVpc.Range");
    }
}
