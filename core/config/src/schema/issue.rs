//! The words for what does not fit a schema.

use deploy_model::KeyPath;
use serde_json::Value;

use super::kind::Kind;
use crate::diagnostic::shortened;
use crate::mark::Spot;
use crate::nearest::nearest;

/// More values than these are not listed in a sentence. Of keys all are: the wanted one is among them.
const MOST_LISTED: usize = 12;

/// Where the walker is: the key, and the key's general form (`ecs.services.*`).
#[derive(Clone, Debug, Default)]
pub(crate) struct Place {
    pub(crate) path: KeyPath,
    shape: String,
}

impl Place {
    /// The key `key` of this table.
    pub(crate) fn key(&self, key: &str) -> Self {
        self.inner(key, &KeyPath::of([key]).to_string())
    }

    /// A key that the user has named, or an element of an array.
    pub(crate) fn any(&self, key: &str) -> Self {
        self.inner(key, "*")
    }

    fn inner(&self, key: &str, form: &str) -> Self {
        let dot = if self.shape.is_empty() { "" } else { "." };
        Self { path: self.path.child(key), shape: format!("{}{dot}{form}", self.shape) }
    }

    /// The table as its header would be written.
    fn header(&self) -> String {
        format!("[{}]", self.shape)
    }
}

/// Something that does not fit, not yet placed in a file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Issue {
    pub(crate) path: KeyPath,
    pub(crate) spot: Spot,
    pub(crate) message: String,
    pub(crate) label: Option<String>,
    pub(crate) help: Vec<String>,
    /// Whether nothing is known of the key, and so of what its value may be.
    pub(crate) is_unknown_key: bool,
    /// How much it speaks against the alternative it was found in.
    pub(crate) weight: u32,
}

impl Issue {
    /// A key that the table does not have.
    pub(crate) fn unknown_key(table: &Place, key: &str, known: &[&str]) -> Self {
        let at_top = table.path.segments().is_empty();
        let path = table.path.child(key);
        let label =
            if at_top { "no such section or setting".into() } else { format!("not a key of {}", table.header()) };
        let help = match nearest(key, known.iter().copied()) {
            Some(similar) => Some(format!("a similar key exists: `{similar}`")),
            None if known.is_empty() => None,
            None if at_top => Some(format!("sections and settings: {}", known.join(", "))),
            None => Some(format!("keys of {}: {}", table.header(), known.join(", "))),
        };
        let message = format!("unknown key `{}`", shortened(&path.to_string()));
        Self {
            path,
            spot: Spot::Key,
            message,
            label: Some(label),
            help: help.into_iter().collect(),
            is_unknown_key: true,
            weight: 20,
        }
    }

    /// A key that the table must have.
    pub(crate) fn missing_key(table: &Place, key: &str, about: Option<&str>) -> Self {
        let path = table.path.child(key);
        let about = about.and_then(|about| about.lines().next()).map(|about| format!(": {about}")).unwrap_or_default();
        let help = match table.path.segments() {
            [] => format!("add `{key}` to `environments/default.toml`{about}"),
            _ => format!("add `{key}`{about}"),
        };
        let message = format!("missing key `{path}`");
        let label = Some(format!("`{key}` is required here"));
        Self { path, spot: Spot::Key, message, label, help: vec![help], is_unknown_key: false, weight: 20 }
    }

    /// A value of another kind.
    pub(crate) fn wrong_kind(place: &Place, allowed: &[Kind], value: &Value) -> Self {
        let expected = alternatives(allowed.iter().map(Kind::to_string));
        let found = Kind::of(value).map_or_else(|| "nothing".to_owned(), |kind| kind.to_string());
        let mut issue = Self::about(place, format!("expected {expected}, found {found}"), 30);
        issue.label = Some(format!("expected {expected}"));
        if allowed.contains(&Kind::String) && (value.is_number() || value.is_boolean()) {
            issue.help.push(format!("write it in quotes: `\"{value}\"`"));
        }
        issue
    }

    /// A value that is none of those listed.
    pub(crate) fn not_allowed(place: &Place, allowed: &[&Value], value: &Value) -> Self {
        let mut words: Vec<String> = allowed.iter().filter(|word| !word.is_null()).map(|word| plain(word)).collect();
        words.dedup();
        let mut issue = Self::about(place, format!("`{}` is not allowed", shortened(&plain(value))), 15);
        let listed: Vec<&str> = words.iter().map(String::as_str).collect();
        if listed.len() <= 4 {
            issue.label = Some(format!("expected {}", alternatives(words.iter().map(|word| format!("`{word}`")))));
        } else {
            issue.label = Some("not one of the allowed values".to_owned());
            issue.help.push(format!("allowed values: {}", some_of(&listed)));
        }
        if let Some(similar) = nearest(&plain(value), listed) {
            issue.help.insert(0, format!("a similar value exists: `{similar}`"));
        }
        issue
    }

    /// A value outside its limits.
    pub(crate) fn out_of_range(place: &Place, found: &str, limit: String) -> Self {
        let mut issue = Self::about(place, format!("{found} is out of range, expected {limit}"), 5);
        issue.label = Some(limit);
        issue
    }

    fn about(place: &Place, what: String, weight: u32) -> Self {
        let message = format!("`{}`: {what}", shortened(&place.path.to_string()));
        Self {
            path: place.path.clone(),
            spot: Spot::Value,
            message,
            label: None,
            help: Vec::new(),
            is_unknown_key: false,
            weight,
        }
    }
}

/// "a string, an array or a table"
pub(crate) fn alternatives(words: impl IntoIterator<Item = String>) -> String {
    let mut words: Vec<String> = words.into_iter().collect();
    match words.pop() {
        None => "nothing".to_owned(),
        Some(last) if words.is_empty() => last,
        Some(last) => format!("{} or {last}", words.join(", ")),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn some_of(words: &[&str]) -> String {
    let shown = words.iter().take(MOST_LISTED).copied().collect::<Vec<_>>().join(", ");
    if words.len() > MOST_LISTED { format!("{shown}, …") } else { shown }
}
