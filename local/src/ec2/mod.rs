//! EC2, as far as containers on Fargate need it: networks, firewalls and the interfaces of running tasks.
//!
//! Query protocol in, XML out, API version 2016-11-15. Source of shapes, codes and messages unless a file says otherwise:
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/>. There is no default VPC, as in an account whose owner
//! deleted it. Parameters of features that are not in here are refused (`UnknownParameter`), never ignored.

mod availability_zone;
mod cidr;
mod client_token;
mod describe;
mod dhcp_options;
mod dispatch;
mod filter;
mod internet_gateway;
mod kind;
mod network_acl;
pub mod network_interface;
mod route_table;
mod security_group;
mod state;
mod subnet;
mod tag;
#[cfg(test)]
mod testing;
mod vpc;

pub use dispatch::handle;
pub use route_table::reaches_internet;
pub use security_group::{SecurityGroup, default_group};
pub use state::State;
pub use subnet::Subnet;
pub use vpc::Vpc;
