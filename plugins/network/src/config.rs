//! The section `[network]` of an environment file.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The network that everything else stands in: one VPC, made here or already there.
///
/// Without `cidr` and without `existing` there is no network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The VPC's IPv4 address range, such as `10.0.0.0/16`. AWS allows /16 to /28.
    pub cidr: Option<String>,
    /// The `Name` tag of the VPC and of the internet gateway. May hold `{app}`, `{env}` and `{prefix}`.
    pub name: String,
    /// Whether Amazon's DNS server answers within the VPC.
    pub dns_support: bool,
    /// Whether instances with a public address get a public DNS name. Needs `dns_support`.
    pub dns_hostnames: bool,
    /// Whether the VPC has an internet gateway. By default it has one if some subnet is public.
    pub internet_gateway: Option<bool>,
    /// The subnets, each under a name of your choice.
    pub subnets: BTreeMap<String, SubnetConfig>,
    /// The route tables, each under a name of your choice. Where there are public subnets, a table
    /// `public` that leads to the internet gateway exists without being written here.
    pub route_tables: BTreeMap<String, RouteTableConfig>,
    /// A network that exists already and belongs to others. It is used as it is and never changed.
    pub existing: Option<Existing>,
}

/// A subnet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SubnetConfig {
    /// Its IPv4 address range, within that of the VPC.
    pub cidr: String,
    /// Its availability zone: the letter (`a`), or the whole name (`ap-northeast-1a`).
    pub zone: String,
    /// Whether it is reached from the internet: it is then associated with the route table `public`,
    /// unless `route_table` says otherwise.
    #[serde(default)]
    pub public: bool,
    /// Whether instances that are launched in it get a public address unless they say otherwise.
    #[serde(default)]
    pub map_public_ip: bool,
    /// The route table that it is associated with. A subnet that is not public and names none uses the
    /// VPC's main table.
    pub route_table: Option<String>,
}

/// A route table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RouteTableConfig {
    /// Where traffic goes, by destination: an address range or a prefix list (`pl-…`) on the left; on the
    /// right `internet_gateway` for this network's own, or the id of another target, such as `nat-…`.
    pub routes: BTreeMap<String, String>,
}

/// A network that exists already.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Existing {
    /// The id of the VPC, `vpc-…`.
    pub vpc: String,
    /// The ids of its subnets, `subnet-…`, each under the name by which other sections know it.
    #[serde(default)]
    pub subnets: BTreeMap<String, String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            cidr: None,
            name: "{prefix}".to_owned(),
            dns_support: true,
            dns_hostnames: true,
            internet_gateway: None,
            subnets: BTreeMap::new(),
            route_tables: BTreeMap::new(),
            existing: None,
        }
    }
}

impl Config {
    /// Whether the VPC is to have an internet gateway.
    pub fn has_internet_gateway(&self) -> bool {
        self.internet_gateway.unwrap_or_else(|| self.subnets.values().any(|subnet| subnet.public))
    }
}
