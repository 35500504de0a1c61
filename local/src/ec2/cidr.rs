//! IPv4 ranges as EC2 reads them.

use crate::error::ApiError;
use ipnet::Ipv4Net;

/// Reads a CIDR block. Bits beyond the prefix are cut off, as EC2 does: "if you specify 100.68.0.18/18, we modify it to
/// 100.68.0.0/18".
///
/// Source: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpc.html>
pub(super) fn parse(parameter: &str, text: &str) -> Result<Ipv4Net, ApiError> {
    let malformed = || {
        let message = format!("Value ({text}) for parameter {parameter} is invalid. This is not a valid CIDR block.");
        ApiError::client("InvalidParameterValue", message)
    };
    let network: Ipv4Net = text.parse().map_err(|_| malformed())?;
    Ok(network.trunc())
}

/// Whether a VPC or a subnet may have this size: "between a /28 netmask and /16 netmask".
///
/// Source: <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html>
pub(super) fn has_allowed_size(network: Ipv4Net) -> bool {
    (16..=28).contains(&network.prefix_len())
}

/// Whether two ranges share an address. Ranges are nested or apart, there is no third way.
pub(super) fn overlap(left: Ipv4Net, right: Ipv4Net) -> bool {
    left.contains(&right) || right.contains(&left)
}

#[cfg(test)]
mod tests {
    use super::{has_allowed_size, overlap, parse};

    #[test]
    fn host_bits_are_cut_off() {
        assert_eq!(parse("cidrBlock", "100.68.0.18/18").expect("a range").to_string(), "100.68.0.0/18");
    }

    #[test]
    fn text_is_refused() {
        for text in ["", "10.0.0.0", "10.0.0.0/33", "10.0.0/8", "::/0"] {
            assert_eq!(parse("cidrBlock", text).expect_err(text).code, "InvalidParameterValue");
        }
    }

    #[test]
    fn ranges_nest_or_stand_apart() {
        let range = |text| parse("cidrBlock", text).expect("a range");
        assert!(overlap(range("10.0.0.0/16"), range("10.0.1.0/24")));
        assert!(overlap(range("10.0.1.0/24"), range("10.0.0.0/16")));
        assert!(!overlap(range("10.0.1.0/24"), range("10.0.2.0/24")));
        assert!(!has_allowed_size(range("10.0.0.0/8")) && !has_allowed_size(range("10.0.0.0/29")));
    }
}
