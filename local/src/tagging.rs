//! The rules for tags that the JSON services share, and the requests in which they agree. Each service words its own
//! refusal.
//!
//! Sources: <https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html#tag-conventions>, and the pages of
//! each service that are named where it uses this.

use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The tags of one resource, by key.
pub(crate) type Tags = BTreeMap<String, String>;

/// Tags of one resource.
const MAX_TAGS: usize = 50;
/// Characters of a key: from one.
const MAX_KEY: usize = 128;
/// Characters of a value.
const MAX_VALUE: usize = 256;

/// Why tags are refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// More than 50.
    TooMany,
    /// A key that begins with `aws:`.
    Reserved,
    /// A key or a value that is too long, or a key that is empty.
    Length,
    /// A character that no tag may hold.
    Characters,
    /// This key stands there twice.
    Twice(String),
}

/// The request to remove tags.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct UntagResource {
    pub(crate) resource_arn: String,
    pub(crate) tag_keys: Vec<String>,
}

/// The request to list tags.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ListTagsForResource {
    pub(crate) resource_arn: String,
}

/// The tags of a request, checked.
pub(crate) fn checked<'a>(tags: impl ExactSizeIterator<Item = (&'a str, &'a str)>) -> Result<Tags, Refusal> {
    if tags.len() > MAX_TAGS {
        return Err(Refusal::TooMany);
    }
    let mut checked = Tags::new();
    for (key, value) in tags {
        if key.to_ascii_lowercase().starts_with("aws:") {
            return Err(Refusal::Reserved);
        }
        if !(1..=MAX_KEY).contains(&key.chars().count()) || value.chars().count() > MAX_VALUE {
            return Err(Refusal::Length);
        }
        if !key.chars().chain(value.chars()).all(is_allowed) {
            return Err(Refusal::Characters);
        }
        if checked.insert(key.to_owned(), value.to_owned()).is_some() {
            return Err(Refusal::Twice(key.to_owned()));
        }
    }
    Ok(checked)
}

/// Adds tags to those that a resource has, or changes their values: all of them or none.
pub(crate) fn add(tags: &mut Tags, added: Tags) -> Result<(), Refusal> {
    let keys: BTreeSet<&String> = tags.keys().chain(added.keys()).collect();
    if keys.len() > MAX_TAGS {
        return Err(Refusal::TooMany);
    }
    tags.extend(added);
    Ok(())
}

/// Removes tags; keys that are not there are passed over.
pub(crate) fn remove(tags: &mut Tags, keys: &[String]) {
    tags.retain(|key, _| !keys.contains(key));
}

fn is_allowed(character: char) -> bool {
    character.is_alphanumeric() || character.is_whitespace() || "_.:/=+-@".contains(character)
}

impl Refusal {
    /// The words of it, where a service has none of its own that are known.
    pub(crate) fn words(&self) -> &'static str {
        match self {
            Self::TooMany => "A resource can have no more than 50 tags.",
            Self::Reserved => "Tag keys must not begin with aws:.",
            Self::Length => "Tag keys have 1 to 128 characters, tag values up to 256.",
            Self::Characters => "Tags consist of letters, digits, white space and _ . : / = + - @.",
            Self::Twice(_) => "Tag keys must be unique.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_refuses_what_breaks_it() {
        let one = |key: &str, value: &str| checked([(key, value)].into_iter()).err();
        assert_eq!(one("team", "a b_1.:/=+-@é"), None);
        assert_eq!(one("AWS:x", ""), Some(Refusal::Reserved));
        assert_eq!(one("", ""), Some(Refusal::Length));
        assert_eq!(one(&"k".repeat(129), ""), Some(Refusal::Length));
        assert_eq!(one("k", &"v".repeat(257)), Some(Refusal::Length));
        assert_eq!(one(&"é".repeat(128), &"é".repeat(256)), None, "characters count, not bytes");
        assert_eq!(one("k", "<"), Some(Refusal::Characters));
        assert_eq!(checked([("k", "1"), ("k", "2")].into_iter()), Err(Refusal::Twice("k".to_owned())));
    }

    #[test]
    fn the_fifty_first_tag_is_refused_and_none_is_added() {
        let keys: Vec<String> = (0..51).map(|number| format!("k{number}")).collect();
        let tags = |count: usize| checked(keys[..count].iter().map(|key| (key.as_str(), "")));
        assert_eq!(tags(51), Err(Refusal::TooMany));
        let mut held = tags(50).expect("fifty");
        assert_eq!(add(&mut held, checked([("k1", "new")].into_iter()).expect("one")), Ok(()));
        let before = held.clone();
        assert_eq!(
            add(&mut held, checked([("k2", "new"), ("more", "")].into_iter()).expect("two")),
            Err(Refusal::TooMany)
        );
        assert_eq!(held, before);
    }
}
