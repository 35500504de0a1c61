//! How the versions of a value are called.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How a version of a value is called.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum VersionName {
    /// Parameter Store counts.
    Number(i64),
    /// Secrets Manager gives out ids.
    Id(String),
}

impl VersionName {
    /// What tells this version from every other that the name has had: `v3.1764072000`, the number and when it was
    /// set, for numbers begin again where a parameter was deleted. An id is enough by itself.
    pub fn edition(&self, modified: Option<i64>) -> String {
        match (self, modified) {
            (Self::Number(_), Some(modified)) => format!("{self}.{modified}"),
            // Whoever writes a value may choose its id, and editions stand in a tag with blanks between them.
            _ => self.to_string().replace(|character: char| character.is_whitespace() || character == '=', "_"),
        }
    }

    /// Whether a person who wrote `text` means this version.
    pub fn is_meant_by(&self, text: &str) -> bool {
        match self {
            Self::Number(number) => text.strip_prefix('v').unwrap_or(text) == number.to_string(),
            Self::Id(id) => text == id || text == self.to_string(),
        }
    }
}

/// A number as `v3`, a UUID by its first eight characters.
impl fmt::Display for VersionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "v{number}"),
            Self::Id(id) => f.write_str(short(id)),
        }
    }
}

/// The beginning of a UUID. Ids that whoever wrote the value chose may all begin alike, and stay whole.
fn short(id: &str) -> &str {
    const LENGTHS: [usize; 5] = [8, 4, 4, 4, 12];
    let is_hex = |part: &str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_uuid = id.split('-').map(str::len).eq(LENGTHS) && id.split('-').all(is_hex);
    if is_uuid { &id[..LENGTHS[0]] } else { id }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_shown_shortly_and_found_by_what_is_shown() {
        let number = VersionName::Number(3);
        assert_eq!((number.to_string(), number.edition(Some(17))), ("v3".to_owned(), "v3.17".to_owned()));
        assert!(number.is_meant_by("3") && number.is_meant_by("v3") && !number.is_meant_by("33"));
        let uuid = "8f3c21d0-a0a1-4b2b-9c3c-000000000000";
        let id = VersionName::Id(uuid.to_owned());
        assert_eq!((id.to_string(), id.edition(Some(17))), ("8f3c21d0".to_owned(), "8f3c21d0".to_owned()));
        assert!(id.is_meant_by(uuid) && id.is_meant_by("8f3c21d0") && !id.is_meant_by("8f3c"));
        let chosen = VersionName::Id("release-2026-11-29-0000000000000001".to_owned());
        assert_eq!(chosen.to_string(), "release-2026-11-29-0000000000000001");
    }
}
