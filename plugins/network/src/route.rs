//! Routes: where one leads, and what of a route table's routes the user has chosen.

use deploy_aws::ec2::types::{Route, RouteOrigin};
use ipnet::IpNet;

use crate::existing::is_id;

/// What a route can lead to, by the beginning of its id.
///
/// Source: the target parameters of
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// An internet gateway, or a virtual private gateway.
    Gateway,
    /// A NAT gateway.
    NatGateway,
    /// An internet gateway for IPv6 that lets nothing in.
    EgressOnlyGateway,
    /// A transit gateway.
    TransitGateway,
    /// A peering connection to another VPC.
    PeeringConnection,
    /// A network interface.
    NetworkInterface,
    /// A Gateway Load Balancer endpoint.
    Endpoint,
}

const TARGETS: [(&str, Target); 8] = [
    ("igw-", Target::Gateway),
    ("vgw-", Target::Gateway),
    ("nat-", Target::NatGateway),
    ("eigw-", Target::EgressOnlyGateway),
    ("tgw-", Target::TransitGateway),
    ("pcx-", Target::PeeringConnection),
    ("eni-", Target::NetworkInterface),
    ("vpce-", Target::Endpoint),
];

impl Target {
    /// What the thing with this id is; `None` where no route can lead there.
    pub fn of(id: &str) -> Option<Self> {
        TARGETS.iter().find(|(prefix, _)| is_id(id, prefix)).map(|(_, target)| *target)
    }

    /// The beginnings of the ids that a route can lead to: `igw-…, nat-…`.
    pub fn forms() -> String {
        TARGETS.map(|(prefix, _)| format!("`{prefix}…`")).join(", ")
    }
}

/// Where traffic is bound for, as EC2 writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// A range of IPv4 or IPv6 addresses.
    Range(IpNet),
    /// A prefix list.
    PrefixList(String),
}

/// A text that is no destination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotADestination {
    /// Neither a range nor a prefix list.
    Form,
    /// An address within a network; this is the network.
    HostBits(IpNet),
}

impl Destination {
    /// Reads a range such as `0.0.0.0/0`, or the id of a prefix list.
    pub fn parse(text: &str) -> Result<Self, NotADestination> {
        match text.parse::<IpNet>() {
            Ok(range) if range != range.trunc() => Err(NotADestination::HostBits(range.trunc())),
            Ok(range) => Ok(Self::Range(range)),
            Err(_) if is_id(text, "pl-") => Ok(Self::PrefixList(text.to_owned())),
            Err(_) => Err(NotADestination::Form),
        }
    }
}

impl std::fmt::Display for Destination {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Range(range) => range.fmt(f),
            Self::PrefixList(id) => f.write_str(id),
        }
    }
}

/// The destination and the target of a route, if somebody chose it.
///
/// Every table has a route to its own VPC, a virtual private gateway adds what it learns, and a gateway
/// endpoint manages its own: those are not choices.
pub fn chosen(route: Route) -> Option<(String, String)> {
    if route.origin.as_ref().is_some_and(|origin| *origin != RouteOrigin::CreateRoute) {
        return None;
    }
    let gateway = route.gateway_id.filter(|id| id != "local");
    if gateway.as_ref().is_some_and(|id| id.starts_with("vpce-")) && route.destination_prefix_list_id.is_some() {
        return None;
    }
    let destination =
        route.destination_cidr_block.or(route.destination_ipv6_cidr_block).or(route.destination_prefix_list_id)?;
    let target = gateway
        .or(route.nat_gateway_id)
        .or(route.egress_only_internet_gateway_id)
        .or(route.transit_gateway_id)
        .or(route.vpc_peering_connection_id)
        .or(route.network_interface_id)
        .or(route.local_gateway_id)
        .or(route.carrier_gateway_id)
        .or(route.core_network_arn)?;
    Some((destination, target))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route() -> deploy_aws::ec2::types::builders::RouteBuilder {
        Route::builder().destination_cidr_block("0.0.0.0/0").origin(RouteOrigin::CreateRoute)
    }

    #[test]
    fn a_chosen_route_has_a_destination_and_a_target() {
        let expected = |target: &str| Some(("0.0.0.0/0".to_owned(), target.to_owned()));
        assert_eq!(chosen(route().gateway_id("igw-1").build()), expected("igw-1"));
        assert_eq!(chosen(route().nat_gateway_id("nat-1").build()), expected("nat-1"));
        assert_eq!(chosen(route().instance_id("i-1").network_interface_id("eni-1").build()), expected("eni-1"));
    }

    #[test]
    fn what_the_service_added_is_no_choice() {
        let local = route().gateway_id("local").origin(RouteOrigin::CreateRouteTable);
        let learnt = route().gateway_id("vgw-1").origin(RouteOrigin::EnableVgwRoutePropagation);
        let endpoint =
            Route::builder().destination_prefix_list_id("pl-1").gateway_id("vpce-1").origin(RouteOrigin::CreateRoute);
        for route in [local, learnt, endpoint] {
            assert_eq!(chosen(route.build()), None);
        }
    }

    #[test]
    fn a_destination_is_written_in_one_way() {
        let written = |text: &str| Destination::parse(text).map(|destination| destination.to_string());
        assert_eq!(written("0:0::/0"), Ok("::/0".to_owned()));
        assert_eq!(written("pl-0123456789"), Ok("pl-0123456789".to_owned()));
        assert_eq!(written("everywhere"), Err(NotADestination::Form));
        assert_eq!(written("10.1.2.3/8"), Err(NotADestination::HostBits("10.0.0.0/8".parse().expect("a range"))));
    }

    #[test]
    fn an_id_says_what_a_route_leads_to() {
        assert_eq!(Target::of("nat-0123456789abcdef0"), Some(Target::NatGateway));
        assert_eq!(Target::of("eigw-0123456789abcdef0"), Some(Target::EgressOnlyGateway));
        assert_eq!(Target::of("subnet-0123456789abcdef0"), None);
        assert_eq!(Target::of("nat-"), None);
    }
}
