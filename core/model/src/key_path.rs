//! The path of a key in the configuration: `ecs.services.web.desired_count`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The segments of a configuration key, from the top of the file inwards.
///
/// Displayed as TOML writes it: bare where TOML allows a bare key, quoted otherwise. Array elements
/// are segments too, written as their index.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct KeyPath(Vec<String>);

/// How the only segment begins where a plugin stands in the place of a key.
const PLUGIN: &str = "plugin ";

/// A text that is not a dotted TOML key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a dotted key")]
pub struct NotAKeyPath(pub String);

impl KeyPath {
    /// The path of the whole configuration.
    pub fn root() -> Self {
        Self::default()
    }

    /// A path from its segments, taken literally.
    pub fn of<S: Into<String>>(segments: impl IntoIterator<Item = S>) -> Self {
        Self(segments.into_iter().map(Into::into).collect())
    }

    /// What stands in the place of a key where a plugin has changed something and names none of its own: no file can hold
    /// a key of this form, because no section and no setting has a space in its name.
    pub fn of_plugin(name: &str) -> Self {
        Self::of([format!("{PLUGIN}{name}")])
    }

    /// The plugin whose name stands in the place of a key.
    pub fn plugin(&self) -> Option<&str> {
        self.0.first()?.strip_prefix(PLUGIN)
    }

    /// This path with one more segment.
    pub fn child(&self, segment: impl Into<String>) -> Self {
        let mut segments = self.0.clone();
        segments.push(segment.into());
        Self(segments)
    }

    /// This path followed by every segment of `other`.
    pub fn join(&self, other: &KeyPath) -> Self {
        Self(self.0.iter().chain(&other.0).cloned().collect())
    }

    /// The path without its last segment; `None` at the root.
    pub fn parent(&self) -> Option<Self> {
        let (_, init) = self.0.split_last()?;
        Some(Self(init.to_vec()))
    }

    /// The last segment; `None` at the root.
    pub fn last(&self) -> Option<&str> {
        self.0.last().map(String::as_str)
    }

    /// The segments, outermost first.
    pub fn segments(&self) -> &[String] {
        &self.0
    }

    /// Whether `self` is `other` or lies inside it.
    pub fn starts_with(&self, other: &KeyPath) -> bool {
        self.0.starts_with(&other.0)
    }
}

fn is_bare(segment: &str) -> bool {
    !segment.is_empty() && segment.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, segment) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(".")?;
            }
            if is_bare(segment) {
                f.write_str(segment)?;
            } else {
                write!(f, "\"{}\"", segment.replace('\\', "\\\\").replace('"', "\\\""))?;
            }
        }
        Ok(())
    }
}

impl FromStr for KeyPath {
    type Err = NotAKeyPath;

    /// Reads a dotted key as TOML does: bare segments, or quoted ones with `\"` and `\\`.
    fn from_str(text: &str) -> Result<Self, NotAKeyPath> {
        let refuse = || NotAKeyPath(text.to_owned());
        let mut segments = Vec::new();
        let mut rest = text.trim();
        if rest.is_empty() {
            return Ok(Self::root());
        }
        loop {
            let (segment, after) = take_segment(rest).ok_or_else(refuse)?;
            segments.push(segment);
            rest = after.trim_start();
            match rest.strip_prefix('.') {
                Some(next) => rest = next.trim_start(),
                None if rest.is_empty() => return Ok(Self(segments)),
                None => return Err(refuse()),
            }
        }
    }
}

fn take_segment(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(|c: char| c == '.' || c.is_whitespace()).unwrap_or(text.len());
        let (segment, rest) = text.split_at(end);
        return is_bare(segment).then(|| (segment.to_owned(), rest));
    };
    let mut segment = String::new();
    let mut characters = quoted.char_indices();
    while let Some((index, character)) = characters.next() {
        match character {
            '"' => return Some((segment, &quoted[index + 1..])),
            '\\' => segment.push(characters.next()?.1),
            other => segment.push(other),
        }
    }
    None
}

impl From<KeyPath> for String {
    fn from(path: KeyPath) -> Self {
        path.to_string()
    }
}

impl TryFrom<String> for KeyPath {
    type Error = NotAKeyPath;

    fn try_from(text: String) -> Result<Self, NotAKeyPath> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_dot_inside_a_segment_is_quoted() {
        let path = KeyPath::of(["tags", "team.name"]);
        assert_eq!(path.to_string(), "tags.\"team.name\"");
        assert_eq!("tags.\"team.name\"".parse(), Ok(path));
    }

    #[test]
    fn a_plugin_in_the_place_of_a_key_is_no_key_of_any_file() {
        let path = KeyPath::of_plugin("audit");
        assert_eq!((path.plugin(), path.child("image").plugin()), (Some("audit"), Some("audit")));
        assert_eq!(path.to_string().parse(), Ok(path.clone()));
        assert_eq!("plugin.audit".parse::<KeyPath>().expect("a path").plugin(), None);
        assert!(!crate::address::is_address_part(&path.segments()[0]));
    }

    #[test]
    fn what_is_not_a_key_is_refused() {
        for text in [".", "a.", ".a", "a..b", "a b", "\"open", "a=b"] {
            assert_eq!(text.parse::<KeyPath>(), Err(NotAKeyPath(text.to_owned())), "{text}");
        }
    }

    proptest! {
        #[test]
        fn display_then_parse_is_the_same_path(segments in prop::collection::vec(".*", 1..5)) {
            let path = KeyPath::of(segments);
            prop_assert_eq!(path.to_string().parse(), Ok(path));
        }
    }
}
