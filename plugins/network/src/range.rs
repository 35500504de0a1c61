//! The rules of AWS for the address ranges of VPCs and subnets.

use deploy_plugin::model::{KeyPath, Problem};
use ipnet::Ipv4Net;

/// The sizes that AWS allows for a VPC and for a subnet.
///
/// Source: <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html> and
/// <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html>
const SIZES: std::ops::RangeInclusive<u8> = 16..=28;

/// The range that `text` says, which is the value of the configuration key `path`.
///
/// # Errors
/// Where it is no range, not the address of a network, or of a size that AWS does not allow.
pub fn parse(text: &str, path: &KeyPath) -> Result<Ipv4Net, Problem> {
    let refuse = |message: String, help: String| Err(Problem::new(path.clone(), message).help(help));
    let Ok(range) = text.parse::<Ipv4Net>() else {
        return refuse(format!("`{text}` is not an IPv4 address range"), "write it like `10.0.0.0/16`".to_owned());
    };
    if range != range.trunc() {
        let message = format!("`{text}` is an address within a network, not a network");
        return refuse(message, format!("the network is `{}`", range.trunc()));
    }
    if !SIZES.contains(&range.prefix_len()) {
        let message = format!("AWS allows no range of the size /{}", range.prefix_len());
        return refuse(message, format!("use a size between /{} and /{}", SIZES.start(), SIZES.end()));
    }
    Ok(range)
}

/// A subnet's range, with the name of the subnet.
pub type Named<'a> = (&'a str, Ipv4Net);

/// Every pair of subnets that share addresses, the one with the later name first.
pub fn overlaps<'a>(subnets: &[Named<'a>]) -> Vec<(Named<'a>, Named<'a>)> {
    let share = |a: &Ipv4Net, b: &Ipv4Net| a.contains(b) || b.contains(a);
    let earlier = |index: usize| subnets[..index].iter();
    let pairs = subnets.iter().enumerate().flat_map(|(index, later)| {
        earlier(index).filter(|earlier| share(&earlier.1, &later.1)).map(|earlier| (*later, *earlier))
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        let problem = parse(text, &KeyPath::of(["cidr"])).expect_err("a problem");
        format!("{} / {}", problem.message, problem.help.expect("help"))
    }

    #[test]
    fn a_range_is_a_network_of_an_allowed_size() {
        assert!(parse("10.0.0.0/16", &KeyPath::root()).is_ok());
        assert!(parse("10.0.0.16/28", &KeyPath::root()).is_ok());
        assert_eq!(told("10.0.0.0"), "`10.0.0.0` is not an IPv4 address range / write it like `10.0.0.0/16`");
        assert_eq!(
            told("10.0.1.5/24"),
            "`10.0.1.5/24` is an address within a network, not a network / the network is `10.0.1.0/24`"
        );
        assert_eq!(told("10.0.0.0/8"), "AWS allows no range of the size /8 / use a size between /16 and /28");
        assert_eq!(told("10.0.0.0/29"), "AWS allows no range of the size /29 / use a size between /16 and /28");
    }

    #[test]
    fn overlapping_subnets_are_found_in_pairs() {
        let range = |text: &str| text.parse().expect("a range");
        let subnets = [("a", range("10.0.0.0/24")), ("b", range("10.0.1.0/24")), ("c", range("10.0.0.0/23"))];
        let names: Vec<_> = overlaps(&subnets).iter().map(|(later, earlier)| (later.0, earlier.0)).collect();
        assert_eq!(names, [("c", "a"), ("c", "b")]);
    }
}
