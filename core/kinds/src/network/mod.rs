//! The kinds of the stage `network`: one VPC with its subnets, its internet gateway and its route tables.

mod internet_gateway;
mod route_table;
mod subnet;
mod vpc;

pub use internet_gateway::{InternetGateway, InternetGatewayOutputs};
pub use route_table::{RouteTable, RouteTableOutputs};
pub use subnet::{Subnet, SubnetOutputs};
pub use vpc::{Vpc, VpcOutputs};
