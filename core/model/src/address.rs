//! The name by which a resource is known for its whole life: `network.subnet.public_1`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A kind of resource: the stage that owns it and its name there (`network.subnet`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct KindName {
    stage: String,
    kind: String,
}

/// A resource's address: `stage.kind.name`.
///
/// It is the key of the plan and the value of the `deploy:address` tag by which the resource is found
/// again. A resource that is being replaced is *retired* first: its address gets a suffix behind `@`,
/// so that old and new can live side by side and a run that stops between them is understood by the next.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Address {
    kind: KindName,
    name: String,
    retired: Option<String>,
}

/// A text that is not an address or the name of a kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAnAddress {
    /// Not of the form `stage.kind.name`.
    #[error("`{0}` is not of the form stage.kind.name")]
    Shape(String),
    /// Not of the form `stage.kind`.
    #[error("`{0}` is not of the form stage.kind")]
    Kind(String),
}

/// Whether `text` can be one part of an address.
///
/// Letters, digits, `_` and `-`: the characters that every AWS service accepts in a tag's value and
/// that TOML accepts in a bare key.
pub fn is_address_part(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

impl KindName {
    /// A kind's name from its two parts.
    pub fn new(stage: &str, kind: &str) -> Result<Self, NotAnAddress> {
        if is_address_part(stage) && is_address_part(kind) {
            Ok(Self { stage: stage.to_owned(), kind: kind.to_owned() })
        } else {
            Err(NotAnAddress::Kind(format!("{stage}.{kind}")))
        }
    }

    /// The stage that owns the kind.
    pub fn stage(&self) -> &str {
        &self.stage
    }

    /// The kind's name within its stage.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The kind in words: `security group`, `task definition`.
    pub fn words(&self) -> String {
        self.kind.replace('_', " ")
    }
}

impl Address {
    /// The address of `name` among the resources of `kind`.
    pub fn new(kind: KindName, name: &str) -> Result<Self, NotAnAddress> {
        if is_address_part(name) {
            Ok(Self { kind, name: name.to_owned(), retired: None })
        } else {
            Err(NotAnAddress::Shape(format!("{kind}.{name}")))
        }
    }

    /// The kind of the resource.
    pub fn kind(&self) -> &KindName {
        &self.kind
    }

    /// The stage that owns the resource.
    pub fn stage(&self) -> &str {
        self.kind.stage()
    }

    /// The resource's own name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The address that the resource with this id gets when a successor takes its place. Several can be
    /// retired from one address.
    #[must_use]
    pub fn retire(&self, id: &str) -> Self {
        Self { retired: Some(format!("{:08x}", fnv(id))), ..self.clone() }
    }

    /// Whether a successor has taken, or is taking, this resource's place.
    pub fn is_retired(&self) -> bool {
        self.retired.is_some()
    }

    /// The address without the mark of retirement.
    #[must_use]
    pub fn successor(&self) -> Self {
        Self { retired: None, ..self.clone() }
    }
}

/// FNV-1a, which stays the same from release to release: <https://datatracker.ietf.org/doc/html/draft-eastlake-fnv>
fn fnv(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

impl fmt::Display for KindName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.stage, self.kind)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.kind, self.name)?;
        match &self.retired {
            Some(mark) => write!(f, "@{mark}"),
            None => Ok(()),
        }
    }
}

impl FromStr for KindName {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        let (stage, kind) = text.split_once('.').ok_or_else(|| NotAnAddress::Kind(text.to_owned()))?;
        Self::new(stage, kind)
    }
}

impl FromStr for Address {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        let shape = || NotAnAddress::Shape(text.to_owned());
        let (plain, retired) = match text.split_once('@') {
            Some((plain, mark)) if is_address_part(mark) => (plain, Some(mark.to_owned())),
            Some(_) => return Err(shape()),
            None => (text, None),
        };
        let (kind, name) = plain.rsplit_once('.').ok_or_else(shape)?;
        let kind = kind.parse().map_err(|_| shape())?;
        let address = Self::new(kind, name).map_err(|_| shape())?;
        Ok(Self { retired, ..address })
    }
}

impl From<KindName> for String {
    fn from(kind: KindName) -> Self {
        kind.to_string()
    }
}

impl TryFrom<String> for KindName {
    type Error = NotAnAddress;

    fn try_from(text: String) -> Result<Self, NotAnAddress> {
        text.parse()
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.to_string()
    }
}

impl TryFrom<String> for Address {
    type Error = NotAnAddress;

    fn try_from(text: String) -> Result<Self, NotAnAddress> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_reads_as_it_is_written() {
        for text in ["network.subnet.public_1", "ecs.service.web@1a2b", "iam.role.ecs-task"] {
            assert_eq!(text.parse::<Address>().map(|a| a.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn what_is_not_an_address_is_refused() {
        for text in ["", "network", "network.vpc", "a.b.c.d", "a..c", "a.b.c@", "a.b.c d", "a.b.c@x@y"] {
            assert!(text.parse::<Address>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_retired_resource_remembers_whom_it_made_room_for() {
        let address: Address = "network.vpc.main".parse().expect("an address");
        let retired = address.retire("7f");
        assert!(retired.is_retired());
        assert_eq!(retired.successor(), address);
    }
}
