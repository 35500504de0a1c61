//! Policy documents, in a form in which the same meaning has one spelling.
//!
//! IAM lets `"Action": "s3:GetObject"` stand for a list of one, and gives order no meaning. Here lists
//! are always lists, and statements stand under their `Sid`, so that a plan names the one that differs.
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>

mod reading;
mod writing;

use std::collections::BTreeMap;
use std::fmt;

use deploy_model::Input;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The version of the policy language that is current.
const CURRENT_VERSION: &str = "2012-10-17";

/// A policy document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PolicyDocument {
    /// The version of the policy language.
    #[serde(default = "current_version", skip_serializing_if = "is_current")]
    pub version: String,
    /// The document's own id, which few have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The statements, by `Sid`; by position where they have none.
    pub statements: BTreeMap<String, Statement>,
}

/// One statement.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Statement {
    /// Whether it allows or denies.
    pub effect: Effect,
    /// Whom it is about, by sort: `Service`, `AWS`, `Federated`; `*` for everyone.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub principals: BTreeMap<String, Texts>,
    /// Whom it is not about.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub not_principals: BTreeMap<String, Texts>,
    /// The actions.
    #[serde(skip_serializing_if = "Texts::is_empty")]
    pub actions: Texts,
    /// All actions but these.
    #[serde(skip_serializing_if = "Texts::is_empty")]
    pub not_actions: Texts,
    /// What is acted on.
    #[serde(skip_serializing_if = "Texts::is_empty")]
    pub resources: Texts,
    /// Everything but this is acted on.
    #[serde(skip_serializing_if = "Texts::is_empty")]
    pub not_resources: Texts,
    /// Under which conditions: operator, key, values.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub conditions: BTreeMap<String, BTreeMap<String, Texts>>,
}

/// Whether a statement allows or denies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Effect {
    /// It allows.
    #[default]
    Allow,
    /// It denies, whatever else allows.
    Deny,
}

/// What was to be read is no policy document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotADocument;

/// Texts whose order means nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("x-unordered" = true))]
pub struct Texts(pub Vec<Input<String>>);

impl PolicyDocument {
    /// A document of these statements, in the current version of the language.
    pub fn of(statements: BTreeMap<String, Statement>) -> Self {
        Self { version: current_version(), id: None, statements }
    }

    /// The same without any `Sid`: statements stand under their positions, as they do when they are read.
    pub fn without_sids(self) -> Self {
        let by_position = self.statements.into_values().enumerate();
        let statements = by_position.map(|(position, statement)| (position.to_string(), statement)).collect();
        Self { statements, ..self }
    }
}

impl Texts {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The texts that are fixed, without those that hold references.
    pub fn fixed(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|text| match text {
            Input::Value(text) => Some(text.as_str()),
            Input::Reference(_) | Input::Text(_) => None,
        })
    }
}

impl<T: Into<Input<String>>> FromIterator<T> for Texts {
    /// Sorted, so that equal texts are equal in every comparison.
    fn from_iter<I: IntoIterator<Item = T>>(texts: I) -> Self {
        let mut texts: Vec<Input<String>> = texts.into_iter().map(Into::into).collect();
        texts.sort();
        texts.dedup();
        Self(texts)
    }
}

impl<T: Into<Input<String>>, const N: usize> From<[T; N]> for Texts {
    fn from(texts: [T; N]) -> Self {
        texts.into_iter().collect()
    }
}

impl fmt::Display for NotADocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a policy document")
    }
}

impl std::error::Error for NotADocument {}

fn current_version() -> String {
    CURRENT_VERSION.to_owned()
}

fn is_current(version: &str) -> bool {
    version == CURRENT_VERSION
}

#[cfg(test)]
mod tests;
