//! The kinds of value that TOML and JSON Schema have in common.

use std::fmt;

use serde_json::Value;

/// What a value is, as its author would say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    String,
    Integer,
    Number,
    Boolean,
    Array,
    Table,
}

impl Kind {
    /// The kind of a value; `None` for null, which TOML does not have.
    pub(crate) fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Null => None,
            Value::Bool(_) => Some(Self::Boolean),
            Value::Number(number) if number.is_f64() => Some(Self::Number),
            Value::Number(_) => Some(Self::Integer),
            Value::String(_) => Some(Self::String),
            Value::Array(_) => Some(Self::Array),
            Value::Object(_) => Some(Self::Table),
        }
    }

    /// The kind that JSON Schema calls `name`.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "string" => Some(Self::String),
            "integer" => Some(Self::Integer),
            "number" => Some(Self::Number),
            "boolean" => Some(Self::Boolean),
            "array" => Some(Self::Array),
            "object" => Some(Self::Table),
            _ => None,
        }
    }

    /// Whether a value of this kind may stand where one of `allowed` is asked for. None asks for nothing.
    pub(crate) fn fits(self, allowed: &[Kind]) -> bool {
        allowed.is_empty() || allowed.contains(&self) || (self == Self::Integer && allowed.contains(&Self::Number))
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::String => "a string",
            Self::Integer => "an integer",
            Self::Number => "a number",
            Self::Boolean => "a boolean",
            Self::Array => "an array",
            Self::Table => "a table",
        })
    }
}
