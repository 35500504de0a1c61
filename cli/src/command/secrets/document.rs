//! Many secrets in one text: dotenv, JSON or TOML.
//!
//! An error names the line and never quotes it: the line may hold a value.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::dotenv;
use crate::arguments::{ExportFormat, ImportFormat};
use crate::error::CommandError;

/// The pairs of a text. `name` is what errors call it.
///
/// # Errors
/// Where it is not in that format, or a name stands there twice.
pub fn read(text: &str, format: ImportFormat, name: &str) -> Result<BTreeMap<String, String>, CommandError> {
    match format {
        ImportFormat::Dotenv => dotenv::read(text, name),
        ImportFormat::Json => {
            let text = text.strip_prefix('\u{feff}').unwrap_or(text);
            let pairs: Pairs = serde_json::from_str(text).map_err(|error| {
                let place = format!("line {}", error.line().max(1));
                let help = "write one object of texts, each name once: `{\"NAME\": \"value\"}`";
                wrong(name, &place, "this is no JSON object of texts", help)
            })?;
            Ok(pairs.0)
        }
        ImportFormat::Toml => {
            let parsed: toml::Table = toml::from_str(text).map_err(|error| {
                let line = error.span().map_or(1, |span| text[..span.start].lines().count().max(1));
                wrong(name, &format!("line {line}"), "this is no TOML", "write one key a line: `NAME = \"value\"`")
            })?;
            flat(serde_json::to_value(parsed).expect("TOML is plain data"), name)
        }
    }
}

/// The pairs as a text in `format`.
pub fn write(pairs: &[(&str, &str)], format: ExportFormat) -> String {
    match format {
        ExportFormat::Dotenv => dotenv::write(pairs),
        ExportFormat::Json => {
            let object: Map<String, Value> =
                pairs.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect();
            serde_json::to_string_pretty(&object).expect("texts are plain data") + "\n"
        }
    }
}

/// An object of texts in which no name stands twice.
struct Pairs(BTreeMap<String, String>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Pairs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of texts")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = BTreeMap::new();
                while let Some((key, value)) = map.next_entry::<String, String>()? {
                    if pairs.insert(key, value).is_some() {
                        return Err(serde::de::Error::custom("a name stands twice"));
                    }
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

fn flat(parsed: Value, name: &str) -> Result<BTreeMap<String, String>, CommandError> {
    let help = "write one level of texts, numbers in quotes";
    let Value::Object(fields) = parsed else {
        return Err(wrong(name, "the whole", "this is no table of names and values", help));
    };
    let pair = |(key, value): (String, Value)| match value {
        Value::String(text) => Ok((key, text)),
        _ => Err(wrong(name, &format!("`{key}`"), "the value is no text", help)),
    };
    fields.into_iter().map(pair).collect()
}

/// An error of the document `name`, at a place of it.
pub fn wrong(name: &str, place: &str, message: &str, help: &str) -> CommandError {
    CommandError::bad_input(format!("{name}, {place}: {message}; nothing was set"), help)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Style;

    fn dotenv(text: &str) -> Result<Vec<(String, String)>, String> {
        let read = read(text, ImportFormat::Dotenv, "standard input");
        read.map(|pairs| pairs.into_iter().collect()).map_err(|error| error.text(Style::Plain))
    }

    #[test]
    fn dotenv_is_read_as_people_write_it() {
        let text = "\u{feff}# comment\n\nA=1\nexport B = two words # not this\nC=\"a\\n\\\"b\\\" $x\"\r\nD='raw\\n $x'\nE=\nF=a#b\n\
                    G=\"two\nlines\" # comment\nH=last";
        let expected = [
            ("A", "1"),
            ("B", "two words"),
            ("C", "a\n\"b\" $x"),
            ("D", "raw\\n $x"),
            ("E", ""),
            ("F", "a#b"),
            ("G", "two\nlines"),
            ("H", "last"),
        ];
        assert_eq!(dotenv(text), Ok(expected.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()));
    }

    #[test]
    fn what_is_wrong_is_named_by_its_line_and_not_shown() {
        for (text, word) in [
            ("A=1\nhunter2\n", "line 2: there is no `=`"),
            ("A=1\nB=\"hunter2\n", "line 2: a quote"),
            ("A='x' hunter2\n", "line 1: more stands"),
            ("A=hunter2\nA=hunter2\n", "line 2: `A` stands here"),
            ("a b=hunter2", "line 1: what stands before"),
        ] {
            let error = dotenv(text).expect_err(text);
            assert!(error.contains(word) && !error.contains("hunter2"), "{error}");
        }
        for (format, text) in [
            (ImportFormat::Json, "{\"A\": \"hunter2\""),
            (ImportFormat::Json, "[\"hunter2\"]"),
            (ImportFormat::Json, "{\"A\": \"hunter2\", \"A\": \"hunter2\"}"),
            (ImportFormat::Json, "{\"A\": {\"B\": \"hunter2\"}}"),
            (ImportFormat::Toml, "A = hunter2"),
            (ImportFormat::Toml, "[a]\nb = \"hunter2\""),
        ] {
            let error = read(text, format, "f").expect_err(text).text(Style::Plain);
            assert!(!error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let values = ["", "a", " a ", "a\nb\r\n\t", "\"'`$\\", "it's", "'", "''", "ключ 鍵", "a#b # c", "=", "\\n"];
        let names: Vec<String> = (0..values.len()).map(|index| format!("N{index}")).collect();
        let pairs: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(values).collect();
        let expected: BTreeMap<String, String> =
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        for (written, format) in [
            (write(&pairs, ExportFormat::Dotenv), ImportFormat::Dotenv),
            (write(&pairs, ExportFormat::Json), ImportFormat::Json),
        ] {
            assert_eq!(read(&written, format, "f").expect("readable"), expected, "{written}");
        }
    }
}
