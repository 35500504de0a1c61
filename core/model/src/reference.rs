//! Typed references: how one resource's input names another resource's output.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::{Address, Fault};

const REFERENCE: &str = "$ref";
const TEXT: &str = "$text";

/// An output of another resource: `network.vpc.main#id`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Reference {
    /// The resource.
    pub address: Address,
    /// The name of its output.
    pub output: String,
}

/// A text that is not a reference.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not of the form stage.kind.name#output")]
pub struct NotAReference(pub String);

impl Reference {
    /// The output `output` of the resource at `address`.
    pub fn new(address: Address, output: impl Into<String>) -> Self {
        Self { address, output: output.into() }
    }

    /// The reference as it stands in a resource's inputs: `{"$ref": "network.vpc.main#id"}`.
    pub fn to_value(&self) -> Value {
        Value::Object(Map::from_iter([(REFERENCE.to_owned(), Value::String(self.to_string()))]))
    }

    /// The reference that a value in a resource's inputs is, if it is one.
    pub fn in_value(value: &Value) -> Option<Self> {
        let object = value.as_object().filter(|object| object.len() == 1)?;
        object.get(REFERENCE)?.as_str()?.parse().ok()
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}", self.address, self.output)
    }
}

impl FromStr for Reference {
    type Err = NotAReference;

    fn from_str(text: &str) -> Result<Self, NotAReference> {
        let refuse = || NotAReference(text.to_owned());
        let (address, output) = text.split_once('#').ok_or_else(refuse)?;
        Ok(Self::new(address.parse().map_err(|_| refuse())?, output))
    }
}

impl From<Reference> for String {
    fn from(reference: Reference) -> Self {
        reference.to_string()
    }
}

impl TryFrom<String> for Reference {
    type Error = NotAReference;

    fn try_from(text: String) -> Result<Self, NotAReference> {
        text.parse()
    }
}

/// One input of a resource: a value, another resource's output, or a text around such outputs.
///
/// The engine resolves it before a kind creates or updates anything, so a kind always finds a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Input<T> {
    /// A value that is known.
    Value(T),
    /// The output of another resource.
    Reference(Reference),
    /// A text with outputs of other resources in it, such as an ARN.
    Text(Vec<Part>),
}

/// A piece of [`Input::Text`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Fixed text.
    Fixed(String),
    /// The output of another resource.
    Reference(Reference),
}

impl<T> Input<T> {
    /// The value, once the engine has resolved it.
    ///
    /// # Errors
    /// An internal fault where a reference is still open, which is a defect of the engine.
    pub fn known(&self) -> Result<&T, Fault> {
        match self {
            Self::Value(value) => Ok(value),
            Self::Reference(open) => Err(Fault::internal(format!("{open} was not resolved"))),
            Self::Text(_) => Err(Fault::internal("a text with open references was not resolved")),
        }
    }
}

impl<T> From<T> for Input<T> {
    fn from(value: T) -> Self {
        Self::Value(value)
    }
}

impl From<&str> for Input<String> {
    fn from(value: &str) -> Self {
        Self::Value(value.to_owned())
    }
}

impl From<Reference> for Part {
    fn from(reference: Reference) -> Self {
        Self::Reference(reference)
    }
}

impl From<&str> for Part {
    fn from(text: &str) -> Self {
        Self::Fixed(text.to_owned())
    }
}

impl From<String> for Part {
    fn from(text: String) -> Self {
        Self::Fixed(text)
    }
}

/// The pieces of a text that stands in a resource's inputs as `{"$text": [..]}`, if `value` is one.
pub fn text_parts(value: &Value) -> Option<&Vec<Value>> {
    value.as_object().filter(|object| object.len() == 1)?.get(TEXT)?.as_array()
}

impl<T: Serialize> Serialize for Input<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => value.serialize(serializer),
            Self::Reference(reference) => reference.to_value().serialize(serializer),
            Self::Text(parts) => {
                let parts = parts.iter().map(|part| match part {
                    Part::Fixed(text) => Value::String(text.clone()),
                    Part::Reference(reference) => reference.to_value(),
                });
                Map::from_iter([(TEXT.to_owned(), Value::Array(parts.collect()))]).serialize(serializer)
            }
        }
    }
}

impl<'de, T: serde::de::DeserializeOwned> Deserialize<'de> for Input<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        if let Some(reference) = Reference::in_value(&value) {
            return Ok(Self::Reference(reference));
        }
        if let Some(parts) = text_parts(&value) {
            let part = |part: &Value| match Reference::in_value(part) {
                Some(reference) => Part::Reference(reference),
                None => Part::Fixed(part.as_str().unwrap_or_default().to_owned()),
            };
            return Ok(Self::Text(parts.iter().map(part).collect()));
        }
        T::deserialize(value).map(Self::Value).map_err(serde::de::Error::custom)
    }
}

/// An input has the schema of its value: that it may also be a reference holds for every field alike.
impl<T: JsonSchema> JsonSchema for Input<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn vpc() -> Reference {
        "network.vpc.main#id".parse().expect("a reference")
    }

    #[test]
    fn every_form_of_an_input_survives_json() {
        let text = Input::Text(vec!["arn:aws:ssm:".into(), vpc().into(), ":x".into()]);
        for input in [Input::Value("vpc-1".to_owned()), Input::Reference(vpc()), text] {
            let value = serde_json::to_value(&input).expect("json");
            assert_eq!(serde_json::from_value::<Input<String>>(value).expect("input"), input);
        }
    }

    #[test]
    fn an_open_reference_is_no_value() {
        let fault = Input::<String>::Reference(vpc()).known().expect_err("open");
        assert_eq!(fault.message, "network.vpc.main#id was not resolved");
        assert_eq!(Reference::in_value(&json!({"$ref": "nonsense"})), None);
    }
}
