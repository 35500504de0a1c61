//! The kinds of resources, and how EC2 names each of them: in ids, in messages, in tags.

use super::State;
use crate::error::ApiError;
use std::collections::BTreeMap;

/// A kind of resource that can carry tags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    DhcpOptions,
    InternetGateway,
    NetworkAcl,
    NetworkInterface,
    RouteTable,
    SecurityGroup,
    SecurityGroupRule,
    Subnet,
    Vpc,
}

/// How EC2 names a kind.
struct Names {
    /// What its ids begin with.
    prefix: &'static str,
    /// Its name in tag specifications and ARNs.
    resource_type: &'static str,
    /// Its name in messages.
    noun: &'static str,
    /// The codes of an id that nobody has, and of one that nobody can have.
    not_found: &'static str,
    malformed: &'static str,
}

impl Kind {
    const ALL: [Kind; 9] = [
        Kind::DhcpOptions,
        Kind::InternetGateway,
        Kind::NetworkAcl,
        Kind::NetworkInterface,
        Kind::RouteTable,
        Kind::SecurityGroup,
        Kind::SecurityGroupRule,
        Kind::Subnet,
        Kind::Vpc,
    ];

    /// The kind that an id belongs to, by its prefix.
    pub(super) fn of(id: &str) -> Option<Kind> {
        let (prefix, _) = id.split_once('-')?;
        Self::ALL.into_iter().find(|kind| kind.prefix() == prefix)
    }

    pub(super) fn prefix(self) -> &'static str {
        self.names().prefix
    }

    pub(super) fn resource_type(self) -> &'static str {
        self.names().resource_type
    }

    /// The error for an id that no resource has.
    pub(super) fn not_found(self, id: &str) -> ApiError {
        let names = self.names();
        let well_formed = id
            .strip_prefix(names.prefix)
            .and_then(|rest| rest.strip_prefix('-'))
            .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        if well_formed {
            return ApiError::client(names.not_found, format!("The {} '{id}' does not exist", names.noun));
        }
        ApiError::client(names.malformed, format!("Invalid id: \"{id}\" (expecting \"{}-...\")", names.prefix))
    }

    /// The error for the deletion of a resource that another one stands on.
    pub(super) fn in_use(self, id: &str) -> ApiError {
        let noun = self.names().noun.trim_end_matches(" ID");
        ApiError::client("DependencyViolation", format!("The {noun} '{id}' has dependencies and cannot be deleted."))
    }

    /// Whether a resource of this kind has this id.
    pub(super) fn has(self, state: &State, id: &str) -> bool {
        match self {
            Kind::DhcpOptions => state.dhcp_options.contains_key(id),
            Kind::InternetGateway => state.internet_gateways.contains_key(id),
            Kind::NetworkAcl => state.network_acls.contains_key(id),
            Kind::NetworkInterface => state.network_interfaces.contains_key(id),
            Kind::RouteTable => state.route_tables.contains_key(id),
            Kind::SecurityGroup => state.security_groups.contains_key(id),
            Kind::SecurityGroupRule => state.security_group_rules.contains_key(id),
            Kind::Subnet => state.subnets.contains_key(id),
            Kind::Vpc => state.vpcs.contains_key(id),
        }
    }

    /// Source of the codes: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html>
    fn names(self) -> Names {
        let (prefix, resource_type, noun, not_found, malformed) = match self {
            Kind::DhcpOptions => (
                "dopt",
                "dhcp-options",
                "dhcpOption ID",
                "InvalidDhcpOptionID.NotFound",
                "InvalidDhcpOptionsId.Malformed",
            ),
            Kind::InternetGateway => (
                "igw",
                "internet-gateway",
                "internetGateway ID",
                "InvalidInternetGatewayID.NotFound",
                "InvalidInternetGatewayId.Malformed",
            ),
            Kind::NetworkAcl => {
                ("acl", "network-acl", "networkAcl ID", "InvalidNetworkAclID.NotFound", "InvalidNetworkAclId.Malformed")
            }
            Kind::NetworkInterface => (
                "eni",
                "network-interface",
                "networkInterface ID",
                "InvalidNetworkInterfaceID.NotFound",
                "InvalidNetworkInterfaceId.Malformed",
            ),
            Kind::RouteTable => {
                ("rtb", "route-table", "routeTable ID", "InvalidRouteTableID.NotFound", "InvalidRouteTableId.Malformed")
            }
            Kind::SecurityGroup => {
                ("sg", "security-group", "security group", "InvalidGroup.NotFound", "InvalidGroupId.Malformed")
            }
            Kind::SecurityGroupRule => (
                "sgr",
                "security-group-rule",
                "security group rule ID",
                "InvalidSecurityGroupRuleId.NotFound",
                "InvalidSecurityGroupRuleId.Malformed",
            ),
            Kind::Subnet => ("subnet", "subnet", "subnet ID", "InvalidSubnetID.NotFound", "InvalidSubnetID.Malformed"),
            Kind::Vpc => ("vpc", "vpc", "vpc ID", "InvalidVpcID.NotFound", "InvalidVpcId.Malformed"),
        };
        Names { prefix, resource_type, noun, not_found, malformed }
    }
}

/// The resource with this id.
pub(super) fn find<'a, T>(resources: &'a BTreeMap<String, T>, kind: Kind, id: &str) -> Result<&'a T, ApiError> {
    resources.get(id).ok_or_else(|| kind.not_found(id))
}

/// The resource with this id, to be changed.
pub(super) fn find_mut<'a, T>(
    resources: &'a mut BTreeMap<String, T>,
    kind: Kind,
    id: &str,
) -> Result<&'a mut T, ApiError> {
    resources.get_mut(id).ok_or_else(|| kind.not_found(id))
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn ids_tell_their_kind() {
        assert_eq!(Kind::of("sgr-012"), Some(Kind::SecurityGroupRule));
        assert_eq!(Kind::of("i-012"), None);
    }

    #[test]
    fn an_id_is_missing_or_malformed() {
        let missing = Kind::Vpc.not_found("vpc-0123");
        assert_eq!(missing.to_string(), "InvalidVpcID.NotFound: The vpc ID 'vpc-0123' does not exist");
        assert_eq!(Kind::Vpc.not_found("subnet-0123").code, "InvalidVpcId.Malformed");
        assert_eq!(Kind::SecurityGroup.not_found("app").code, "InvalidGroupId.Malformed");
    }
}
