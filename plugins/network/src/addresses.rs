//! Address ranges: what EC2 accepts, and what fits into what.

use std::collections::BTreeMap;

use deploy_model::{KeyPath, Problem};
use ipnet::Ipv4Net;

use crate::config::Config;

/// Everything that is wrong with the address ranges of a section.
pub fn problems(config: &Config) -> Vec<Problem> {
    let mut problems = Vec::new();
    let network = config
        .cidr
        .as_deref()
        .and_then(|cidr| range(cidr, KeyPath::of(["network", "cidr"])).map_err(|problem| problems.push(problem)).ok());
    let mut ranges: BTreeMap<&str, Ipv4Net> = BTreeMap::new();
    for (name, subnet) in &config.subnets {
        let path = KeyPath::of(["network", "subnets", name, "cidr"]);
        let cidr = match range(&subnet.cidr, path.clone()) {
            Ok(cidr) => cidr,
            Err(problem) => {
                problems.push(problem);
                continue;
            }
        };
        if let Some(network) = network.filter(|network| !network.contains(&cidr)) {
            let message = format!("subnet `{name}` ({cidr}) lies outside the network's {network}");
            problems.push(Problem::new(path.clone(), message).help(format!("choose a range within {network}")));
        }
        if let Some((other, taken)) = ranges.iter().find(|(_, other)| overlap(other, &cidr)) {
            let message = format!("subnets `{other}` ({taken}) and `{name}` ({cidr}) overlap");
            problems.push(Problem::new(path, message).help("give each subnet a range of its own"));
        }
        ranges.insert(name, cidr);
    }
    problems
}

fn overlap(one: &Ipv4Net, other: &Ipv4Net) -> bool {
    one.contains(other) || other.contains(one)
}

/// A range that EC2 takes for a VPC or a subnet: a network address with 16 to 28 bits.
///
/// Source: <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html>
fn range(text: &str, path: KeyPath) -> Result<Ipv4Net, Problem> {
    let Ok(range) = text.parse::<Ipv4Net>() else {
        let message = format!("`{text}` is not an IPv4 address range");
        return Err(Problem::new(path, message).help("write it as 10.0.0.0/16"));
    };
    if range.trunc() != range {
        let message = format!("`{text}` has bits set behind its prefix");
        return Err(Problem::new(path, message).help(format!("the network address is {}", range.trunc())));
    }
    if !(16..=28).contains(&range.prefix_len()) {
        let message = format!("`{text}` has a prefix of {} bits", range.prefix_len());
        return Err(Problem::new(path, message).help("EC2 takes prefixes of 16 to 28 bits"));
    }
    Ok(range)
}
