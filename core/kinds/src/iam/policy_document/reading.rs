//! From IAM's spelling of a document to ours.

use std::collections::BTreeMap;

use deploy_model::Input;
use serde::Deserialize;
use serde_json::Value;

use super::{Effect, NotADocument, PolicyDocument, Statement, Texts};

/// The version that a document has which names none.
const FIRST_VERSION: &str = "2008-10-17";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RawDocument {
    version: Option<String>,
    id: Option<String>,
    statement: OneOrMany<RawStatement>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct RawStatement {
    sid: Option<String>,
    effect: Effect,
    principal: Option<RawPrincipal>,
    not_principal: Option<RawPrincipal>,
    action: Option<RawTexts>,
    not_action: Option<RawTexts>,
    resource: Option<RawTexts>,
    not_resource: Option<RawTexts>,
    #[serde(default)]
    condition: BTreeMap<String, BTreeMap<String, RawTexts>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RawPrincipal {
    Everyone(String),
    Sorts(BTreeMap<String, RawTexts>),
}

/// Conditions may hold numbers and booleans where they mean texts.
type RawTexts = OneOrMany<Value>;

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany<T> {
    Many(Vec<T>),
    One(T),
}

impl<T> OneOrMany<T> {
    fn into_vec(self) -> Vec<T> {
        match self {
            Self::Many(many) => many,
            Self::One(one) => vec![one],
        }
    }
}

impl PolicyDocument {
    /// Reads a document in IAM's own spelling, which is JSON.
    ///
    /// # Errors
    /// Where it is no policy document.
    pub fn read(text: &str) -> Result<Self, NotADocument> {
        let raw: RawDocument = serde_json::from_str(text).map_err(|_| NotADocument)?;
        let mut statements = BTreeMap::new();
        for (position, raw) in raw.statement.into_vec().into_iter().enumerate() {
            let sid = raw.sid.clone().filter(|sid| !sid.is_empty());
            let mut key = sid.unwrap_or_else(|| position.to_string());
            if statements.contains_key(&key) {
                key = format!("{key}#{position}");
            }
            statements.insert(key, statement(raw));
        }
        Ok(Self { version: raw.version.unwrap_or_else(|| FIRST_VERSION.to_owned()), id: raw.id, statements })
    }
}

fn statement(raw: RawStatement) -> Statement {
    let conditions = raw.condition.into_iter().map(|(operator, keys)| (operator, by_key(keys)));
    Statement {
        effect: raw.effect,
        principals: principals(raw.principal),
        not_principals: principals(raw.not_principal),
        actions: texts(raw.action),
        not_actions: texts(raw.not_action),
        resources: texts(raw.resource),
        not_resources: texts(raw.not_resource),
        conditions: conditions.collect(),
    }
}

fn principals(raw: Option<RawPrincipal>) -> BTreeMap<String, Texts> {
    match raw {
        None => BTreeMap::new(),
        Some(RawPrincipal::Everyone(star)) => BTreeMap::from([(star.clone(), Texts::from([star]))]),
        Some(RawPrincipal::Sorts(sorts)) => by_key(sorts),
    }
}

fn by_key(raw: BTreeMap<String, RawTexts>) -> BTreeMap<String, Texts> {
    raw.into_iter().map(|(key, values)| (key, texts(Some(values)))).collect()
}

fn texts(raw: Option<RawTexts>) -> Texts {
    let plain = |value: Value| match value {
        Value::String(text) => Input::Value(text),
        other => Input::Value(other.to_string()),
    };
    raw.map(|raw| raw.into_vec().into_iter().map(plain).collect()).unwrap_or_default()
}
