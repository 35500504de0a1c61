//! Hides what somebody may have written where no value belongs.
//!
//! No value of a secret stands in a file, a variable or an option. Where one was put all the same, under a key
//! named `secrets` or under the name of a variable, the error about it must not carry it into a terminal, a log or a
//! pull request. Only what reads like such a name, or says where a secret is kept, is shown: most mistakes there are
//! misspelt names.

use deploy_model::KeyPath;
use serde_json::Value;

/// The name of the keys that are about secrets, in every section.
const SECRETS: &str = "secrets";
/// The name of the section whose variables are no secrets.
const VARIABLES: &str = "variables";
/// What stands for a text that is hidden.
const HIDDEN: &str = "…";

/// Whether a key is about secrets.
pub(crate) fn is_about_secrets(path: &KeyPath) -> bool {
    path.segments().iter().any(|segment| segment == SECRETS)
}

/// Whether a text is the name of a variable, or says where a secret is kept, and is hardly one: `DB_URL`, `/shared/*`,
/// `arn:aws:ssm:…`.
fn reads_like_a_name(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    let is_variable = text.contains('_') && text.bytes().all(fits);
    let is_path = text.starts_with('/') && text.ends_with("/*");
    let is_arn = text.starts_with("arn:") && text.matches(':').count() >= 5;
    is_variable || is_path || is_arn
}

/// What is said of the key at `path`, without the value that it has.
pub(crate) fn without_value(said: &str, path: &KeyPath, value: Option<&Value>) -> String {
    let Some(value) = value.filter(|_| is_about_secrets(path)) else { return said.to_owned() };
    let mut texts = Vec::new();
    collect(value, &mut texts);
    // A text within another one must not be what is left of it.
    texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
    texts.iter().fold(said.to_owned(), |said, text| match text.chars().count() {
        // So short a text stands in many words; only as a value it stands alone.
        0..=3 => ['`', '"', '\''].iter().fold(said, |said, quote| {
            said.replace(&format!("{quote}{text}{quote}"), &format!("{quote}{HIDDEN}{quote}"))
        }),
        _ => said.replace(text.as_str(), HIDDEN),
    })
}

fn collect(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::Object(fields) => fields.values().for_each(|value| collect(value, texts)),
        Value::Array(items) => items.iter().for_each(|value| collect(value, texts)),
        Value::String(text) if !text.is_empty() && !reads_like_a_name(text) => texts.push(text.clone()),
        _ => {}
    }
}

/// `text` with stars in place of every value of a key that is about secrets. Bytes keep their places.
pub(crate) fn veiled(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut section = "";
    for line in text.split_inclusive('\n') {
        if let Some(header) = line.trim_start().strip_prefix('[') {
            section = header.trim_start_matches('[').split(']').next().unwrap_or_default();
        }
        match value_in(line, section) {
            Some(value) => {
                shown.push_str(&line[..value]);
                veil(&line[value..], &mut shown);
            }
            None => shown.push_str(line),
        }
    }
    shown
}

/// Whether one part of a dotted key is that of the secrets.
fn names_secrets(key: &str) -> bool {
    has_part(key, SECRETS)
}

fn has_part(key: &str, wanted: &str) -> bool {
    key.split('.').any(|part| bare(part) == wanted)
}

fn bare(key: &str) -> &str {
    key.trim().trim_matches(['"', '\''])
}

/// Whether a line of a `.env` file was put here: `DB_URL=…`, `export DB_URL=…`.
fn is_of_dotenv(key: &str, section: &str) -> bool {
    let name = bare(key);
    reads_like_a_name(name.strip_prefix("export ").unwrap_or(name).trim()) && !has_part(section, VARIABLES)
}

/// Where the value of a line begins that may hold a secret.
fn value_in(line: &str, section: &str) -> Option<usize> {
    if line.trim_start().starts_with(['[', '#']) && line.find('=').is_none() {
        return None;
    }
    let key = line.split('=').next().unwrap_or_default();
    let equals = line.find('=');
    let is_about_secrets = names_secrets(key) || line.contains(SECRETS) || is_of_dotenv(key, section);
    let may_hold_one = names_secrets(section) || (equals.is_some() && is_about_secrets);
    // A line without `=` goes on with a text that began above.
    may_hold_one.then(|| equals.map_or(0, |equals| equals + 1))
}

/// Writes the value with stars in place of everything but names, blanks, quotes and brackets.
fn veil(value: &str, shown: &mut String) {
    let mut rest = value;
    while let Some(character) = rest.chars().next() {
        let closing = rest[character.len_utf8()..].find(character);
        let quoted = closing.filter(|_| matches!(character, '"' | '\'')).map(|end| &rest[1..=end]);
        if let Some(name) = quoted.filter(|text| reads_like_a_name(text)) {
            shown.push_str(&rest[..name.len() + 2]);
            rest = &rest[name.len() + 2..];
            continue;
        }
        let stays = character.is_whitespace() || matches!(character, '"' | '\'' | '{' | '}' | '[' | ']' | ',');
        let (star, count) = if stays { (character, 1) } else { ('*', character.len_utf8()) };
        shown.extend(std::iter::repeat_n(star, count));
        rest = &rest[character.len_utf8()..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn shown(text: &str, line: &str) -> String {
        let start = text.find(line).expect("the line");
        veiled(text)[start..start + line.len()].to_owned()
    }

    #[test]
    fn only_values_of_secrets_are_hidden() {
        let text = "app = \"shop\"\nsecrets.path = \"/a\"\n[secrets.parameters.X]\nvalue = \"hünter 2\"\n\
                    [secrets_of_mine]\nvalue = \"b\"\n[a.secrets]\nDB_URL = \"hunter2\"\n[network]\n\
                    secrets = [\"DB_URL\", \"/shared/*\", \"hunter2\"]\ncidr = \"10.0.0.0/16\"\n";
        assert_eq!(shown(text, "app = \"shop\""), "app = \"shop\"");
        assert_eq!(shown(text, "secrets.path = \"/a\""), "secrets.path = \"**\"");
        assert_eq!(shown(text, "value = \"hünter 2\""), "value = \"******* *\"");
        assert_eq!(shown(text, "value = \"b\""), "value = \"b\"");
        assert_eq!(shown(text, "DB_URL = \"hunter2\""), "DB_URL = \"*******\"");
        assert_eq!(
            shown(text, "secrets = [\"DB_URL\", \"/shared/*\", \"hunter2\"]"),
            "secrets = [\"DB_URL\", \"/shared/*\", \"*******\"]"
        );
        assert_eq!(shown(text, "cidr = \"10.0.0.0/16\""), "cidr = \"10.0.0.0/16\"");
    }

    #[test]
    fn what_was_meant_for_a_dotenv_file_is_hidden() {
        let text = "DB_URL=hunter2\nexport DB_KEY = hunter2\n[ecs.services.a.variables]\nLOG_LEVEL = \"debug\"\n";
        assert_eq!(shown(text, "DB_URL=hunter2"), "DB_URL=*******");
        assert_eq!(shown(text, "export DB_KEY = hunter2"), "export DB_KEY = *******");
        assert_eq!(shown(text, "LOG_LEVEL = \"debug\""), "LOG_LEVEL = \"debug\"");
    }

    #[test]
    fn a_text_over_several_lines_is_hidden_on_each() {
        let text = "[secrets.parameters.X]\nvalue = \"\"\"\nhunter2\n\"\"\"\n";
        assert_eq!(shown(text, "hunter2"), "*******");
    }

    #[test]
    fn what_is_said_of_a_secret_does_not_repeat_it() {
        let said = |path: &[&str], value: Value| {
            without_value("no `hunter2` and no `DB_URL`", &KeyPath::of(path.iter().copied()), Some(&value))
        };
        assert_eq!(said(&["ecs", "secrets", "A"], json!("hunter2")), "no `…` and no `DB_URL`");
        assert_eq!(said(&["ecs", "secrets"], json!(["hunter2", "DB_URL"])), "no `…` and no `DB_URL`");
        assert_eq!(said(&["ecs", "variables"], json!("hunter2")), "no `hunter2` and no `DB_URL`");
    }

    proptest! {
        #[test]
        fn bytes_keep_their_places(text in "(\\[secrets\\]\n)?([a-zäA_ =\"'.{}\\[\\]#]{0,12}\n){0,5}") {
            let shown = veiled(&text);
            prop_assert_eq!(shown.len(), text.len());
            prop_assert_eq!(shown.lines().count(), text.lines().count());
        }
    }
}
