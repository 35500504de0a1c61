//! Where a configuration value was written.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The place a value came from, as a person would name it: `environments/prod.toml:4:1`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Origin {
    /// The file relative to the project (`environments/prod.toml`), or `DEPLOY_AWS__REGION`, `--set`, `built-in default`, `plugin NAME`.
    pub source: String,
    /// Line, from 1; absent where the source has no lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Column in characters, from 1; absent where the source has no lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
}

impl Origin {
    /// A source without lines: a variable, `--set`, a built-in default.
    pub fn named(source: impl Into<String>) -> Self {
        Self { source: source.into(), line: None, column: None }
    }

    /// What is said where a plugin has put something that none of the user's lines asks for.
    pub fn of_plugin(name: &str) -> Self {
        Self::named(format!("plugin {name}"))
    }

    /// A place in a file.
    pub fn at(source: impl Into<String>, line: u32, column: u32) -> Self {
        Self { source: source.into(), line: Some(line), column: Some(column) }
    }

    /// The short form shown beside a plan's lines: the file's own name and the line (`prod.toml:4`).
    pub fn brief(&self) -> String {
        let name = self.source.rsplit('/').next().unwrap_or(&self.source);
        match self.line {
            Some(line) => format!("{name}:{line}"),
            None => name.to_owned(),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(column) = self.column {
            write!(f, ":{column}")?;
        }
        Ok(())
    }
}
