//! Pairs as `NAME=value`, a line each: read as people write them, written so that a shell can read them.
//!
//! An error names the line and never quotes it: the line may hold a value.

use std::collections::BTreeMap;

use super::document::wrong;
use crate::error::CommandError;

/// `NAME=value`, with or without quotes and a leading `export`. Within double quotes `\\`, `\"`, `\$`, `\n`, `\r` and `\t`
/// stand for what they say; nothing is expanded, for a value with a `$` in it is a value.
///
/// # Errors
/// Where a line is none of these, or a name stands there twice.
pub fn read(text: &str, name: &str) -> Result<BTreeMap<String, String>, CommandError> {
    let mut pairs = BTreeMap::new();
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    while !rest.is_empty() {
        let number = text.len() - rest.len();
        let place = format!("line {}", text[..number].matches('\n').count() + 1);
        let fail = |message: &str, help: &str| Err(wrong(name, &place, message, help));
        let line = rest.lines().next().unwrap_or_default();
        if line.trim().is_empty() || line.trim_start().starts_with('#') {
            rest = after_line(rest);
            continue;
        }
        let Some((key, _)) = line.split_once('=') else {
            return fail("there is no `=`", "write `NAME=value`");
        };
        let value = rest[key.len() + 1..].trim_start_matches([' ', '\t']);
        let key = key.trim().strip_prefix("export ").unwrap_or(key).trim();
        if key.is_empty() || key.contains(char::is_whitespace) {
            return fail("what stands before `=` is no name", "write `NAME=value`");
        }
        let Some((value, behind)) = dotenv_value(value) else {
            return fail("a quote is opened and not closed", "close it, and write a quote within it as `\\\"`");
        };
        let end = behind.lines().next().unwrap_or_default().trim();
        if !end.is_empty() && !end.starts_with('#') {
            return fail("more stands behind the closing quote", "put the whole value into the quotes");
        }
        rest = after_line(behind);
        if pairs.insert(key.to_owned(), value).is_some() {
            return fail(&format!("`{key}` stands here a second time"), "leave one of them");
        }
    }
    Ok(pairs)
}

/// The value at the beginning of a text, and what stands behind it.
fn dotenv_value(text: &str) -> Option<(String, &str)> {
    if let Some(inner) = text.strip_prefix('\'') {
        return single_quoted(inner);
    }
    let Some(inner) = text.strip_prefix('"') else {
        let line = text.lines().next().unwrap_or_default();
        let value = line.split(" #").next().unwrap_or_default().trim_end();
        return Some((value.to_owned(), &text[line.len()..]));
    };
    let mut value = String::new();
    let mut characters = inner.char_indices();
    while let Some((index, character)) = characters.next() {
        match character {
            '"' => return Some((value, &inner[index + 1..])),
            '\\' => match characters.next()?.1 {
                'n' => value.push('\n'),
                'r' => value.push('\r'),
                't' => value.push('\t'),
                escaped @ ('\\' | '"' | '$' | '`') => value.push(escaped),
                other => value.extend(['\\', other]),
            },
            other => value.push(other),
        }
    }
    None
}

fn after_line(text: &str) -> &str {
    text.split_once('\n').map_or("", |(_, rest)| rest)
}

/// What stands in single quotes, as a shell takes it: nothing in it is special, and a quote is written `'\''`.
fn single_quoted(mut inner: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    loop {
        let (part, rest) = inner.split_once('\'')?;
        value.push_str(part);
        match rest.strip_prefix("\\''") {
            Some(more) => {
                value.push('\'');
                inner = more;
            }
            None => return Some((value, rest)),
        }
    }
}

/// The pairs, a line each, as `sh` and the readers of dotenv files take them.
pub fn write(pairs: &[(&str, &str)]) -> String {
    pairs.iter().map(|(name, value)| format!("{name}={}\n", quoted(value))).collect()
}

/// Whether a shell can have a variable of this name.
///
/// Source: <https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap03.html#tag_03_216>
pub fn is_variable(name: &str) -> bool {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || character == '_';
    !name.starts_with(|first: char| first.is_ascii_digit()) && name.chars().all(is_plain)
}

/// In single quotes nothing is special, to a shell as to others. A value with such a quote goes into double quotes if
/// nothing in it is special there either, and else as a shell alone writes it: `'it'\''s'`.
fn quoted(value: &str) -> String {
    let is_special = |character: char| matches!(character, '"' | '$' | '`' | '\\');
    match (value.contains('\''), value.contains(is_special)) {
        (false, _) => format!("'{value}'"),
        (true, false) => format!("\"{value}\""),
        (true, true) => format!("'{}'", value.replace('\'', r"'\''")),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::process::{Command, Stdio};

    use proptest::prelude::*;

    use super::*;

    /// Values of what needs care in one notation or the other, and of everything else but NUL, which no variable holds.
    fn values() -> impl Strategy<Value = Vec<String>> {
        proptest::collection::vec("([^\u{0}]|['\"$`\\\\\n\r# =!]|\\PC){0,24}", 1..8)
    }

    fn written(values: &[String]) -> (BTreeMap<String, String>, String) {
        let pairs: BTreeMap<String, String> =
            values.iter().enumerate().map(|(index, value)| (format!("N{index}"), value.clone())).collect();
        let borrowed: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let text = write(&borrowed);
        (pairs, text)
    }

    /// The variables that `set -a; . FILE` leaves behind.
    fn sourced(text: &str) -> BTreeMap<String, String> {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(text.as_bytes()).expect("written");
        let mut shell = Command::new("/bin/sh");
        shell.env_clear().args(["-c", "set -a; . \"$1\"; exec /usr/bin/env -0", "sh"]).arg(file.path());
        let output = shell.stderr(Stdio::inherit()).output().expect("a shell");
        let text = String::from_utf8(output.stdout).expect("text");
        let pairs = text.split('\0').filter_map(|pair| pair.split_once('='));
        pairs
            .filter(|(name, _)| name.starts_with('N'))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn a_shell_reads_what_is_written(values in values()) {
            let (pairs, text) = written(&values);
            prop_assert_eq!(sourced(&text), pairs, "{}", text);
        }

        #[test]
        fn an_import_reads_what_is_written(values in values()) {
            let (pairs, text) = written(&values);
            prop_assert_eq!(read(&text, "f").expect("readable"), pairs, "{}", text);
        }
    }

    #[test]
    fn the_plainest_quotes_are_taken() {
        for (value, expected) in
            [("a $b", "'a $b'"), ("two\nlines", "'two\nlines'"), ("it's", "\"it's\""), ("it's $1", r"'it'\''s $1'")]
        {
            assert_eq!(quoted(value), expected);
        }
    }
}
