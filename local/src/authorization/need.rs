//! One thing that a call needs to be allowed.

use crate::call::Call;
use serde_json::Value;
use std::collections::BTreeMap;

/// An action on a resource, with what conditions may look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Need {
    /// `ec2:CreateVpc`
    pub(crate) action: String,
    /// An ARN; `*` for an action that knows no resources.
    pub(crate) resource: String,
    /// Values by key.
    pub(crate) context: BTreeMap<String, Vec<String>>,
}

impl Need {
    pub(super) fn new(action: impl Into<String>, resource: impl Into<String>) -> Need {
        Need { action: action.into(), resource: resource.into(), context: BTreeMap::new() }
    }

    /// The same with one more key.
    pub(super) fn with(mut self, key: &str, value: &str) -> Need {
        self.context.entry(key.to_owned()).or_default().push(value.to_owned());
        self
    }

    /// The same with a key, if there is something to hold.
    pub(super) fn with_some(self, key: &str, value: Option<&str>) -> Need {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// The same with the tags that the resource has: `aws:ResourceTag/…`, and as the service itself calls them.
    pub(super) fn with_resource_tags<'a>(
        self,
        own_key: &str,
        tags: impl IntoIterator<Item = (&'a String, &'a String)>,
    ) -> Need {
        tags.into_iter().fold(self, |need, (key, value)| {
            need.with(&format!("aws:ResourceTag/{key}"), value).with(&format!("{own_key}/{key}"), value)
        })
    }

    /// The same with the tags that the request gives: `aws:RequestTag/…` and `aws:TagKeys`.
    pub(super) fn with_request_tags(self, tags: &[(String, String)]) -> Need {
        tags.iter().fold(self, |need, (key, value)| {
            need.with(&format!("aws:RequestTag/{key}"), value).with("aws:TagKeys", key)
        })
    }

    /// The same with the keys of tags that the request removes.
    pub(super) fn with_tag_keys(self, keys: &[String]) -> Need {
        keys.iter().fold(self, |need, key| need.with("aws:TagKeys", key))
    }
}

/// `arn:aws:SERVICE:REGION:ACCOUNT:` with the resource behind it.
pub(super) fn arn(call: &Call<'_>, service: &str, resource: &str) -> String {
    format!("arn:aws:{service}:{}:{}:{resource}", call.region, call.account_id)
}

/// A text of a JSON request.
pub(super) fn text<'a>(body: &'a Value, member: &str) -> Option<&'a str> {
    body[member].as_str()
}

/// The texts of a list of a JSON request.
pub(super) fn texts(body: &Value, member: &str) -> Vec<String> {
    body[member].as_array().into_iter().flatten().filter_map(|item| item.as_str().map(str::to_owned)).collect()
}

/// The tags of a JSON request: a list of pairs in any case, or a table.
pub(super) fn tags(body: &Value, member: &str) -> Vec<(String, String)> {
    let of_pair = |pair: &Value| {
        let member = |lower: &str, upper: &str| text(pair, lower).or(text(pair, upper)).map(str::to_owned);
        Some((member("key", "Key")?, member("value", "Value").unwrap_or_default()))
    };
    match &body[member] {
        Value::Array(pairs) => pairs.iter().filter_map(of_pair).collect(),
        Value::Object(table) => {
            table.iter().map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned())).collect()
        }
        _ => Vec::new(),
    }
}
