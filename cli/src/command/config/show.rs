//! `deploy config show`: every value, and with `--origin` where it was set.

use deploy_config::Entry;
use serde_json::{Value, json};

use crate::arguments::{ConfigShow, Format};
use crate::command::Session;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::workspace::Workspace;

/// Where origins begin at the latest.
const LATEST_ORIGIN: usize = 78;

pub fn run(session: &Session, arguments: &ConfigShow) -> Result<Exit, CommandError> {
    let workspace = Workspace::open(&session.global, session.terminal)?;
    let intended = workspace.intended(arguments.environment.as_deref())?;
    let entries = intended.configuration.entries();
    match arguments.format {
        Format::Text => session.terminal.print(&text(&entries, arguments.origin))?,
        Format::Json => session.terminal.print_json(&json(&entries))?,
    }
    Ok(Exit::Done)
}

fn text(entries: &[Entry], with_origin: bool) -> String {
    let lines: Vec<String> = entries.iter().map(|entry| format!("{} = {}", entry.path, toml(&entry.value))).collect();
    let widest = lines.iter().map(|line| line.chars().count()).max().unwrap_or_default().min(LATEST_ORIGIN);
    let line = |(line, entry): (&String, &Entry)| match with_origin {
        true => format!("{line:widest$}  # {}\n", entry.origin),
        false => format!("{line}\n"),
    };
    lines.iter().zip(entries).map(line).collect()
}

/// A value as TOML writes it.
fn toml(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(toml).collect::<Vec<_>>().join(", ")),
        Value::Object(fields) if fields.is_empty() => "{}".to_owned(),
        Value::Object(fields) => {
            let fields: Vec<String> = fields.iter().map(|(key, value)| format!("{key} = {}", toml(value))).collect();
            format!("{{ {} }}", fields.join(", "))
        }
        // A JSON string is a TOML basic string: the escapes that JSON writes are those that TOML reads.
        scalar => scalar.to_string(),
    }
}

fn json(entries: &[Entry]) -> Value {
    let entry = |entry: &Entry| json!({ "key": entry.path, "value": entry.value, "origin": entry.origin });
    entries.iter().map(entry).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use deploy_model::Origin;

    #[test]
    fn every_value_is_toml_and_says_where_it_was_set() {
        let entry =
            |key: &str, value: Value, origin: Origin| Entry { path: key.parse().expect("a key"), value, origin };
        let entries = [
            entry("app", json!("sh\"op"), Origin::at("environments/default.toml", 3, 1)),
            entry("ecs.ports", json!([80, {"container": 81}]), Origin::at("environments/dev.toml", 12, 1)),
            entry("production", json!(false), Origin::named("built-in default")),
        ];
        insta::assert_snapshot!(text(&entries, true));
    }
}
