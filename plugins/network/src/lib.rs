//! The stage `network`: one VPC with its subnets, its internet gateway and its route tables.
//!
//! Attachments, routes and associations are attributes of the resource that carries them. This crate
//! decides nothing about order or retries, and never prints.

mod config;
mod existing;
mod internet_gateway;
mod obstacles;
mod range;
mod route;
mod route_table;
mod routing;
mod stage;
mod subnet;
mod tables;
mod vpc;
mod zone;

pub use config::{Config, Existing, RouteTableConfig, SubnetConfig};
pub use internet_gateway::InternetGatewayKind;
pub use route_table::RouteTableKind;
pub use stage::Network;
pub use subnet::SubnetKind;
pub use vpc::VpcKind;

use deploy_aws::Clients;
use deploy_plugin::Plugin;

/// The stage and its kinds.
pub fn plugin(clients: &Clients) -> Plugin {
    Plugin::new("network")
        .stage(Network)
        .kind(VpcKind::new(clients))
        .kind(InternetGatewayKind::new(clients))
        .kind(SubnetKind::new(clients))
        .kind(RouteTableKind::new(clients))
}
