//! Reading a text from a variable or an option as the kind of value that the schema asks for.
//!
//! The schema decides, never the look of the text: where a string is asked for, `1.10` and `0012345`
//! are strings, and so is `"a"` with its quotes. Only where something else could stand as well, such as a table,
//! is a text read as TOML writes it.

use serde_json::Value;

use crate::diagnostic::shortened;
use crate::document::parse_value;
use crate::schema::Kind;

/// The value that `text` means where one of `kinds` is asked for (any, if empty).
///
/// # Errors
/// Why it means none, in one line.
pub(crate) fn read(text: &str, kinds: &[Kind]) -> Result<Value, String> {
    let bracketed = text.starts_with(['{', '[']);
    if kinds.is_empty() && bracketed {
        return parse_value(text);
    }
    if kinds.is_empty() || kinds == [Kind::String] {
        return Ok(text.into());
    }
    if kinds.contains(&Kind::String) {
        let is_written_out = bracketed || text.starts_with(['"', '\'']);
        let other = is_written_out.then(|| parse_value(text).ok()).flatten();
        let other = other.filter(|value| Kind::of(value).is_some_and(|kind| kind.fits(kinds)));
        return Ok(other.unwrap_or_else(|| text.into()));
    }
    let mut reason = None;
    for kind in kinds {
        match read_as(text, *kind) {
            Ok(value) => return Ok(value),
            Err(error) => reason = reason.or(error),
        }
    }
    let expected = kinds.iter().map(Kind::to_string).collect::<Vec<_>>().join(" or ");
    let reason = reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
    Err(format!("expected {expected}, found `{}`{reason}", shortened(text)))
}

/// The value, or the parser's reason where a parser was asked.
fn read_as(text: &str, kind: Kind) -> Result<Value, Option<String>> {
    match kind {
        Kind::String => Ok(text.into()),
        Kind::Boolean => text.parse::<bool>().map(Value::from).map_err(|_| None),
        Kind::Integer => integer(text).ok_or(None),
        Kind::Number => integer(text).or_else(|| number(text)).ok_or(None),
        Kind::Array | Kind::Table => {
            let value = parse_value(text).map_err(Some)?;
            if Kind::of(&value) == Some(kind) { Ok(value) } else { Err(None) }
        }
    }
}

/// A decimal integer in the only way to write it: no plus, no leading zero, no separators.
fn integer(text: &str) -> Option<Value> {
    let number: i64 = text.parse().ok()?;
    (number.to_string() == text).then(|| number.into())
}

fn number(text: &str) -> Option<Value> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    let number: f64 = text.parse().ok()?;
    (plain && number.is_finite()).then(|| number.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn the_schema_decides_what_a_text_means() {
        for text in ["1.10", "0012345", "true", "[1]", ""] {
            assert_eq!(read(text, &[Kind::String]), Ok(json!(text)));
        }
        for text in ["\"a\"", "'a'", "a"] {
            assert_eq!(read(text, &[Kind::String]), Ok(json!(text)));
            assert_eq!(read(text, &[Kind::String, Kind::Table]), Ok(json!("a")));
        }
        for text in ["\"", "\"a' b\" c", "\"a\"b\""] {
            assert_eq!(read(text, &[Kind::String]), Ok(json!(text)));
            assert_eq!(read(text, &[Kind::String, Kind::Table]), Ok(json!(text)));
        }
        assert_eq!(read("4", &[Kind::Integer]), Ok(json!(4)));
        assert_eq!(read("-4.5", &[Kind::Number]), Ok(json!(-4.5)));
        assert_eq!(read("[1, 2]", &[Kind::Array]), Ok(json!([1, 2])));
        assert_eq!(read("{ a = 1 }", &[Kind::String, Kind::Table]), Ok(json!({ "a": 1 })));
        assert_eq!(read("{ a = 1 ", &[Kind::String, Kind::Table]), Ok(json!("{ a = 1 ")));
        assert_eq!(read("4", &[Kind::String, Kind::Integer]), Ok(json!("4")));
    }

    #[test]
    fn numbers_and_booleans_are_strict() {
        for text in ["", " 4", "+4", "04", "4_000", "0x4", "4.0", "four"] {
            assert!(read(text, &[Kind::Integer]).is_err(), "{text:?}");
        }
        for text in ["", "yes", "1", "True"] {
            assert!(read(text, &[Kind::Boolean]).is_err(), "{text:?}");
        }
        for text in ["inf", "NaN", "1e999"] {
            assert!(read(text, &[Kind::Number]).is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_string_is_never_touched(text in ".*") {
            prop_assert_eq!(read(&text, &[Kind::String]), Ok(json!(text)));
        }
    }
}
