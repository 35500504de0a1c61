//! Rules as a request writes them: `IpPermissions.1.IpProtocol=tcp&IpPermissions.1.IpRanges.1.CidrIp=0.0.0.0/0…`.
//!
//! Source: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html>

use super::rule::Peer;
use crate::codec::query::Params;
use crate::error::ApiError;
use ipnet::{Ipv4Net, Ipv6Net};
use serde::{Deserialize, Serialize};

/// What a rule is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(in crate::ec2) struct Traffic {
    /// `tcp`, `udp`, `icmp`, `icmpv6`, the number of another protocol, or `-1` for all.
    pub(super) protocol: String,
    /// The first port, or the ICMP type; -1 for all.
    pub(super) from_port: i32,
    /// The last port, or the ICMP code; -1 for all.
    pub(super) to_port: i32,
}

/// One rule that a request asks for.
#[derive(Clone, Debug)]
pub(super) struct Permission {
    pub(super) traffic: Traffic,
    pub(super) peer: Peer,
    pub(super) description: Option<String>,
}

/// The protocol that stands for all of them.
pub(super) const ALL_PROTOCOLS: &str = "-1";

/// Reads all rules of a request, one for each peer.
pub(super) fn read(params: &Params) -> Result<Vec<Permission>, ApiError> {
    let mut permissions: Vec<Permission> = Vec::new();
    for structure in params.structures("IpPermissions") {
        let traffic = Traffic::read(&structure)?;
        let mut peers = Vec::new();
        for range in structure.structures("IpRanges") {
            peers.push((Peer::ipv4(&range.required("CidrIp")?)?, description(&range)?));
        }
        for range in structure.structures("Ipv6Ranges") {
            peers.push((Peer::ipv6(&range.required("CidrIpv6")?)?, description(&range)?));
        }
        for group in structure.structures("Groups") {
            // The account of the group; groups of other accounts are looked for, and not found, among one's own.
            let _account = group.optional("UserId");
            peers.push((Peer::Group(group.required("GroupId")?), description(&group)?));
        }
        if peers.is_empty() {
            let message = "Missing source specification: include source security group or CIDR information";
            return Err(ApiError::client("MissingParameter", message));
        }
        for (peer, description) in peers {
            if permissions.iter().any(|known| known.traffic == traffic && known.peer == peer) {
                return Err(invalid("The same permission must not appear multiple times".to_owned()));
            }
            permissions.push(Permission { traffic: traffic.clone(), peer, description });
        }
    }
    Ok(permissions)
}

/// Reads the description of a rule; an empty one is none.
pub(super) fn description(params: &Params) -> Result<Option<String>, ApiError> {
    let Some(text) = params.optional("Description").filter(|text| !text.is_empty()) else { return Ok(None) };
    check_text("rule description", "descriptions", &text)?;
    Ok(Some(text))
}

/// Checks a name or a description: up to 255 characters of a set.
///
/// Source: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html>
pub(super) fn check_text(what: &str, plural: &str, text: &str) -> Result<(), ApiError> {
    let allowed = |character: char| character.is_ascii_alphanumeric() || " ._-:/()#,@[]+=&;{}!$*".contains(character);
    if text.len() <= 255 && text.chars().all(allowed) {
        return Ok(());
    }
    Err(invalid(format!(
        "Invalid {what}. Valid {plural} are strings less than 256 characters from the following set: \
         a-zA-Z0-9. _-:/()#,@[]+=&;{{}}!$*"
    )))
}

impl Traffic {
    /// All protocols, all ports.
    pub(super) fn all() -> Traffic {
        Traffic { protocol: ALL_PROTOCOLS.to_owned(), from_port: -1, to_port: -1 }
    }

    /// Reads protocol and ports. All protocols, or one that is neither TCP, UDP nor ICMP, stand for all ports, whatever the
    /// request says about them.
    pub(super) fn read(params: &Params) -> Result<Traffic, ApiError> {
        let protocol = normalize(&params.required("IpProtocol")?)?;
        let (from, to): (Option<i32>, Option<i32>) = (params.parsed("FromPort")?, params.parsed("ToPort")?);
        let (from_port, to_port) = match protocol.as_str() {
            "tcp" | "udp" => ports(from, to)?,
            "icmp" | "icmpv6" => icmp(from.unwrap_or(-1), to.unwrap_or(-1))?,
            _ => (-1, -1),
        };
        Ok(Traffic { protocol, from_port, to_port })
    }

    /// The traffic as `InvalidPermission.Duplicate` words it.
    pub(super) fn words(&self) -> String {
        let name = self.protocol.to_uppercase();
        let number = |number: i32| if number == -1 { "ALL".to_owned() } else { number.to_string() };
        match self.protocol.as_str() {
            "tcp" | "udp" => format!("{name}, from port: {}, to port: {}", self.from_port, self.to_port),
            "icmp" | "icmpv6" => format!("{name}, type: {}, code: {}", number(self.from_port), number(self.to_port)),
            ALL_PROTOCOLS => "ALL".to_owned(),
            _ => name,
        }
    }
}

fn normalize(text: &str) -> Result<String, ApiError> {
    let lower = text.to_lowercase();
    let protocol = match lower.as_str() {
        "-1" | "all" => ALL_PROTOCOLS,
        "tcp" | "6" => "tcp",
        "udp" | "17" => "udp",
        "icmp" | "1" => "icmp",
        "icmpv6" | "58" => "icmpv6",
        number if number.parse::<u8>().is_ok() => number,
        _ => return Err(invalid(format!("Invalid value '{text}' for IP protocol. Unknown protocol."))),
    };
    Ok(protocol.to_owned())
}

fn ports(from: Option<i32>, to: Option<i32>) -> Result<(i32, i32), ApiError> {
    let (Some(from), Some(to)) = (from, to) else {
        let message = "Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.";
        return Err(invalid(message.to_owned()));
    };
    if !(0..=65_535).contains(&from) || !(0..=65_535).contains(&to) || from > to {
        return Err(invalid(format!("Invalid TCP/UDP port range ({from}:{to})")));
    }
    Ok((from, to))
}

fn icmp(kind: i32, code: i32) -> Result<(i32, i32), ApiError> {
    // All types include all codes.
    if !(-1..=255).contains(&kind) || !(-1..=255).contains(&code) || (kind == -1 && code != -1) {
        return Err(invalid(format!("ICMP code ({code}) out of range or not allowed with ICMP type ({kind})")));
    }
    Ok((kind, code))
}

impl Peer {
    /// Reads an IPv4 range. Bits beyond the prefix are cut off.
    pub(super) fn ipv4(text: &str) -> Result<Peer, ApiError> {
        let network: Ipv4Net = text.parse().map_err(|_| malformed(text))?;
        Ok(Peer::Ipv4(network.trunc()))
    }

    /// Reads an IPv6 range. Bits beyond the prefix are cut off.
    pub(super) fn ipv6(text: &str) -> Result<Peer, ApiError> {
        let network: Ipv6Net = text.parse().map_err(|_| malformed(text))?;
        Ok(Peer::Ipv6(network.trunc()))
    }
}

fn malformed(text: &str) -> ApiError {
    invalid(format!("CIDR block {text} is malformed"))
}

fn invalid(message: String) -> ApiError {
    ApiError::client("InvalidParameterValue", message)
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::codec::query::Params;

    fn code(protocol: &str, from: &str, to: &str, cidr: &str) -> Result<(), String> {
        let params = Params::from([
            ("IpPermissions.1.IpProtocol", protocol),
            ("IpPermissions.1.FromPort", from),
            ("IpPermissions.1.ToPort", to),
            ("IpPermissions.1.IpRanges.1.CidrIp", cidr),
        ]);
        read(&params).map(|_| ()).map_err(|error| error.message)
    }

    #[test]
    fn protocols_ports_and_ranges_are_checked() {
        assert_eq!(code("tcp", "80", "80", "0.0.0.0/0"), Ok(()));
        assert_eq!(code("icmp", "8", "-1", "0.0.0.0/0"), Ok(()));
        assert_eq!(code("tcp", "80", "70", "0.0.0.0/0"), Err("Invalid TCP/UDP port range (80:70)".to_owned()));
        assert_eq!(code("tcp", "0", "65536", "0.0.0.0/0"), Err("Invalid TCP/UDP port range (0:65536)".to_owned()));
        assert_eq!(code("tcp", "80", "80", "0.0.0.0/33"), Err("CIDR block 0.0.0.0/33 is malformed".to_owned()));
        let unknown = "Invalid value 'tpc' for IP protocol. Unknown protocol.";
        assert_eq!(code("tpc", "80", "80", "0.0.0.0/0"), Err(unknown.to_owned()));
        assert!(code("icmp", "-1", "3", "0.0.0.0/0").is_err());
    }

    #[test]
    fn all_protocols_have_all_ports() {
        let params = Params::from([
            ("IpPermissions.1.IpProtocol", "-1"),
            ("IpPermissions.1.FromPort", "0"),
            ("IpPermissions.1.ToPort", "0"),
            ("IpPermissions.1.IpRanges.1.CidrIp", "100.68.0.18/18"),
        ]);
        let permission = read(&params).expect("a rule").remove(0);
        assert_eq!((permission.traffic.from_port, permission.traffic.to_port), (-1, -1));
        assert_eq!(permission.peer.to_string(), "100.68.0.0/18");
    }

    #[test]
    fn a_rule_needs_a_peer_and_stands_once() {
        let lone = Params::from([("IpPermissions.1.IpProtocol", "-1")]);
        assert_eq!(read(&lone).expect_err("no peer").code, "MissingParameter");
        let twice = Params::from([
            ("IpPermissions.1.IpProtocol", "-1"),
            ("IpPermissions.1.IpRanges.1.CidrIp", "0.0.0.0/0"),
            ("IpPermissions.1.IpRanges.2.CidrIp", "0.0.0.0/0"),
        ]);
        assert_eq!(read(&twice).expect_err("twice").code, "InvalidParameterValue");
    }
}
