//! The text of an environment file with one more secret in it: everything else stays as it stands there, comments,
//! order and line ends included.

use toml::{Table, Value};

/// The line that declares a secret.
pub fn line(name: &str) -> String {
    format!("[secrets.parameters.{name}]")
}

/// Whether the file takes away, for its environment, what others declare of this secret.
pub fn unsets(text: &str, name: &str) -> bool {
    let parsed: Table = toml::from_str(text).unwrap_or_default();
    let unset = parsed.get("unset").and_then(Value::as_array).cloned().unwrap_or_default();
    let hides = ["secrets".to_owned(), "secrets.parameters".to_owned(), format!("secrets.parameters.{name}")];
    unset.iter().filter_map(Value::as_str).any(|entry| hides.iter().any(|hiding| hiding == entry))
}

/// The text with the secret declared behind the last one that is, or else at the end; nothing where neither would declare
/// exactly this, as where all of them stand in one inline table.
pub fn with_declared(text: &str, name: &str) -> Option<String> {
    let wanted = declared_in(toml::from_str(text).ok()?, name)?;
    let candidates = [behind_the_last(text, name), Some(at_the_end(text, name))];
    candidates.into_iter().flatten().find(|candidate| toml::from_str::<Table>(candidate).ok().as_ref() == Some(&wanted))
}

/// What the file says, and that there is this secret.
fn declared_in(mut parsed: Table, name: &str) -> Option<Table> {
    let secrets = parsed.entry("secrets").or_insert_with(|| Value::Table(Table::new())).as_table_mut()?;
    let parameters = secrets.entry("parameters").or_insert_with(|| Value::Table(Table::new())).as_table_mut()?;
    parameters.entry(name).or_insert_with(|| Value::Table(Table::new()));
    Some(parsed)
}

fn behind_the_last(text: &str, name: &str) -> Option<String> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let last = lines.iter().rposition(|line| line.trim_start().starts_with("[secrets.parameters."))?;
    let is_body = |line: &&&str| !line.trim().is_empty() && !line.trim_start().starts_with('[');
    let body = lines[last + 1..].iter().take_while(is_body).count();
    let (before, after) = lines.split_at(last + 1 + body);
    let end = line_end(text);
    let before = ended(&before.concat(), end);
    let space = if body > 0 { end } else { "" };
    Some(format!("{before}{space}{}{end}{}", line(name), after.concat()))
}

fn at_the_end(text: &str, name: &str) -> String {
    let end = line_end(text);
    let before = ended(text, end);
    let space = if before.is_empty() { "" } else { end };
    format!("{before}{space}{}{end}", line(name))
}

fn ended(text: &str, end: &str) -> String {
    if text.is_empty() || text.ends_with('\n') { text.to_owned() } else { format!("{text}{end}") }
}

fn line_end(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_declared_beside_the_others_and_nothing_else_moves() {
        for (text, expected) in [
            ("", "[secrets.parameters.NEW]\n"),
            ("app = \"a\"", "app = \"a\"\n\n[secrets.parameters.NEW]\n"),
            ("# c\r\napp = \"a\"\r\n", "# c\r\napp = \"a\"\r\n\r\n[secrets.parameters.NEW]\r\n"),
            (
                "[secrets.parameters.A]\n[secrets.parameters.B] # b\n\n# next\n[x]\n",
                "[secrets.parameters.A]\n[secrets.parameters.B] # b\n[secrets.parameters.NEW]\n\n# next\n[x]\n",
            ),
            (
                "[secrets.parameters.A]\ngenerate = 8\n\n[x]\ny = 1",
                "[secrets.parameters.A]\ngenerate = 8\n\n[secrets.parameters.NEW]\n\n[x]\ny = 1",
            ),
            (
                "[secrets]\npath = \"\"\n[secrets.parameters]\nA = {}\n",
                "[secrets]\npath = \"\"\n[secrets.parameters]\nA = {}\n\n[secrets.parameters.NEW]\n",
            ),
            // What looks like a table in a text is none.
            (
                "a = \"\"\"\n[secrets.parameters.A]\n\"\"\"\n",
                "a = \"\"\"\n[secrets.parameters.A]\n\"\"\"\n\n[secrets.parameters.NEW]\n",
            ),
        ] {
            assert_eq!(with_declared(text, "NEW").as_deref(), Some(expected), "{text}");
        }
        for text in ["[secrets]\nparameters = { A = {} }\n", "secrets = { path = \"\" }\n", "secrets = 1\n", "a = \n"] {
            assert_eq!(with_declared(text, "NEW"), None, "{text}");
        }
    }

    #[test]
    fn a_file_may_take_away_what_another_declares() {
        for (entry, hides) in [("secrets", true), ("secrets.parameters", true), ("secrets.parameters.A", false)] {
            assert_eq!(unsets(&format!("unset = [\"{entry}\"]\n"), "NEW"), hides, "{entry}");
        }
    }
}
