//! What a rule says: a protocol, its ports and one peer. AWS knows a rule by exactly this.
//!
//! It is written `tcp 80 0.0.0.0/0`, `tcp 8000-8080 group web`, `all self`, so that a plan names one
//! rule at a time by its meaning.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use ipnet::IpNet;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// What a rule says, apart from its description: read from and written as `tcp 80 0.0.0.0/0`, `tcp 8000-8080 group web` or
/// `all self`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Permission {
    /// The protocol.
    pub protocol: Protocol,
    /// The ports of TCP and UDP, or type and code of ICMP; absent where all are meant.
    pub ports: Option<PortRange>,
    /// Who is on the other side.
    pub peer: Peer,
}

/// A protocol as AWS tells them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Protocol {
    /// Every protocol.
    All,
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// ICMP.
    Icmp,
    /// ICMP for IPv6.
    Icmpv6,
    /// Another one, by its number.
    Number(u8),
}

/// The first and the last port. For ICMP the type and the code, of which -1 is any.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PortRange {
    /// The first port, or the type.
    pub from: i32,
    /// The last port, or the code.
    pub to: i32,
}

/// Who is on the other side.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Peer {
    /// A range of addresses.
    Range(IpNet),
    /// A prefix list, by its id.
    PrefixList(String),
    /// A security group of this environment, by its name in its address.
    Group(String),
    /// Any other security group, by its id.
    Stranger(String),
    /// The members of the group that has the rule.
    Itself,
}

/// A text that is no permission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAPermission(String);

impl Protocol {
    /// The name or number by which AWS's API knows it. `-1` stands for all.
    ///
    /// Source: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html>
    pub fn code(self) -> String {
        match self {
            Self::All => "-1".to_owned(),
            other => other.to_string(),
        }
    }

    /// Whether its ports are numbers from 0 to 65535.
    pub fn has_ports(self) -> bool {
        matches!(self, Self::Tcp | Self::Udp)
    }

    /// Whether it has types and codes in place of ports.
    pub fn has_types(self) -> bool {
        matches!(self, Self::Icmp | Self::Icmpv6)
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Tcp => f.write_str("tcp"),
            Self::Udp => f.write_str("udp"),
            Self::Icmp => f.write_str("icmp"),
            Self::Icmpv6 => f.write_str("icmpv6"),
            Self::Number(number) => number.fmt(f),
        }
    }
}

impl FromStr for Protocol {
    type Err = NotAPermission;

    /// Reads a name or number as AWS writes it.
    fn from_str(text: &str) -> Result<Self, NotAPermission> {
        Ok(match text {
            "all" | "-1" => Self::All,
            "tcp" | "6" => Self::Tcp,
            "udp" | "17" => Self::Udp,
            "icmp" | "1" => Self::Icmp,
            "icmpv6" | "58" => Self::Icmpv6,
            other => Self::Number(other.parse().map_err(|_| NotAPermission(text.to_owned()))?),
        })
    }
}

impl fmt::Display for PortRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.from == self.to { self.from.fmt(f) } else { write!(f, "{}-{}", self.from, self.to) }
    }
}

impl FromStr for PortRange {
    type Err = NotAPermission;

    fn from_str(text: &str) -> Result<Self, NotAPermission> {
        let number = |text: &str| text.parse().map_err(|_| NotAPermission(text.to_owned()));
        // The first character may be the sign of a number, and so may the one behind the dash.
        match text.char_indices().skip(1).find(|(_, character)| *character == '-') {
            Some((dash, _)) => Ok(Self { from: number(&text[..dash])?, to: number(&text[dash + 1..])? }),
            None => number(text).map(|port| Self { from: port, to: port }),
        }
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Range(range) => range.fmt(f),
            Self::PrefixList(id) | Self::Stranger(id) => f.write_str(id),
            Self::Group(name) => write!(f, "group {name}"),
            Self::Itself => f.write_str("self"),
        }
    }
}

impl FromStr for Peer {
    type Err = NotAPermission;

    fn from_str(text: &str) -> Result<Self, NotAPermission> {
        Ok(match text.strip_prefix("group ") {
            Some(name) => Self::Group(name.to_owned()),
            None if text == "self" => Self::Itself,
            None if text.starts_with("sg-") => Self::Stranger(text.to_owned()),
            None if text.starts_with("pl-") => Self::PrefixList(text.to_owned()),
            None => Self::Range(text.parse().map_err(|_| NotAPermission(text.to_owned()))?),
        })
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.protocol)?;
        if let Some(ports) = self.ports {
            write!(f, "{ports} ")?;
        }
        self.peer.fmt(f)
    }
}

impl FromStr for Permission {
    type Err = NotAPermission;

    fn from_str(text: &str) -> Result<Self, NotAPermission> {
        let (protocol, rest) = text.split_once(' ').ok_or_else(|| NotAPermission(text.to_owned()))?;
        let protocol = protocol.parse()?;
        let ports = rest.split_once(' ').and_then(|(ports, peer)| Some((ports.parse().ok()?, peer)));
        match ports {
            Some((ports, peer)) => Ok(Self { protocol, ports: Some(ports), peer: peer.parse()? }),
            None => Ok(Self { protocol, ports: None, peer: rest.parse()? }),
        }
    }
}

impl fmt::Display for NotAPermission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not of the form `tcp 80 0.0.0.0/0`", self.0)
    }
}

impl std::error::Error for NotAPermission {}

impl Serialize for Permission {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Permission {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for Permission {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Permission".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        String::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permission_reads_as_it_is_written() {
        for text in [
            "all self",
            "all 0.0.0.0/0",
            "tcp 80 0.0.0.0/0",
            "tcp 0-65535 ::/0",
            "udp 53 pl-0123",
            "tcp 5432 group database",
            "tcp 5432 sg-0123",
            "all group 80",
            "icmp 10.0.0.0/8",
            "icmp 8--1 10.0.0.0/8",
            "icmp -1-3 10.0.0.0/8",
            "50 self",
        ] {
            assert_eq!(text.parse::<Permission>().map(|permission| permission.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn a_protocol_has_one_name() {
        for (code, name) in [("-1", "all"), ("6", "tcp"), ("17", "udp"), ("1", "icmp"), ("58", "icmpv6"), ("50", "50")]
        {
            assert_eq!(code.parse::<Protocol>().map(|protocol| protocol.to_string()), Ok(name.to_owned()));
        }
        assert_eq!(Protocol::All.code(), "-1");
    }

    #[test]
    fn what_is_no_permission_is_refused() {
        for text in ["", "tcp", "tcp 80", "tcp x 0.0.0.0/0", "smtp 25 0.0.0.0/0", "tcp 80 everywhere"] {
            assert!(text.parse::<Permission>().is_err(), "{text}");
        }
    }
}
