//! `conformance.toml`: what the plugin's section is given, one after the other.

use serde::Deserialize;
use toml::{Table, Value};

/// The file's name, beside the manifest.
pub const SCRIPT: &str = "conformance.toml";

/// The contents of the section. Each is laid over the one before: it holds what differs.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// What the resources are made from; where it is absent, the section's defaults.
    #[serde(default)]
    pub first: Table,
    /// What changes them where they stand.
    pub then: Option<Table>,
    /// What they cannot become without being replaced.
    pub replaced: Option<Table>,
}

impl Script {
    /// Reads the file.
    ///
    /// # Errors
    /// Where it is not of this form, with the reason in one line.
    pub fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.message().lines().next().unwrap_or_default().to_owned())
    }

    /// The section with `then`.
    pub(crate) fn after_then(&self) -> Option<Table> {
        Some(laid(self.first.clone(), self.then.as_ref()?))
    }

    /// The section with `replaced`.
    pub(crate) fn after_replaced(&self) -> Option<Table> {
        let before = self.after_then().unwrap_or_else(|| self.first.clone());
        Some(laid(before, self.replaced.as_ref()?))
    }
}

/// `upper` over `lower`, as the files of an environment are: tables merge, everything else replaces.
pub fn laid(mut lower: Table, upper: &Table) -> Table {
    for (key, value) in upper {
        let value = match (lower.remove(key), value) {
            (Some(Value::Table(below)), Value::Table(above)) => Value::Table(laid(below, above)),
            _ => value.clone(),
        };
        lower.insert(key.clone(), value);
    }
    lower
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_holds_what_differs() {
        let text = "[first]\na = 1\n[first.t]\nx = [1]\n[then.t]\nx = [2, 3]\n[replaced]\nb = 1";
        let script = Script::parse(text).expect("a script");
        let table = |text: &str| text.parse::<Table>().expect("a table");
        assert_eq!(script.after_then(), Some(table("a = 1\nt = { x = [2, 3] }")));
        assert_eq!(script.after_replaced(), Some(table("a = 1\nb = 1\nt = { x = [2, 3] }")));
        assert!(Script::parse("[than]\n").is_err_and(|error| error.contains("than")));
    }
}
