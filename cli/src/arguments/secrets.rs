//! What can be typed behind `deploy secrets`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{Format, Shown};

#[derive(Debug, Subcommand)]
pub enum Secrets {
    /// Give a secret its value: from a hidden prompt, from standard input, or from a file
    Set(SecretsSet),
    /// Show that a secret has a value; with --reveal, the value
    Get(SecretsGet),
    /// List the declared secrets: which have a value, and which services read them
    List(Shown),
    /// Delete a secret's value and all of its versions, after asking
    Rm(SecretsRemove),
    /// List the versions of a secret
    History(SecretsHistory),
    /// Make an earlier value the current one, after asking
    Rollback(SecretsRollback),
    /// Compare the secrets of two environments, without showing any
    Diff(SecretsDiff),
    /// Give a secret the value that it has in another environment, after asking
    Copy(SecretsCopy),
    /// Give many secrets their values, from a file or standard input
    Import(SecretsImport),
    /// Write all values in plain text
    Export(SecretsExport),
    /// Run a command with the variables and secrets of a container
    Exec(SecretsExec),
}

#[derive(Debug, Args)]
pub struct SecretsSet {
    /// The secret: a key of [secrets.parameters]
    pub name: String,
    /// What is no argument, caught so that no message repeats it
    #[arg(hide = true, allow_hyphen_values = true)]
    pub value: Vec<OsString>,
    /// Take the value from this file
    #[arg(long, value_name = "FILE")]
    pub from_file: Option<PathBuf>,
    /// Store the base64 text of the bytes, which the application must decode: for what is no text
    #[arg(long)]
    pub base64: bool,
    /// Keep the newline at the end of what is piped in or read from a file; one is taken off otherwise
    #[arg(long)]
    pub keep_newline: bool,
    /// Make no new version where the value is the same
    #[arg(long)]
    pub skip_unchanged: bool,
    /// Do not ask before a value makes an advanced parameter, or is set in production
    #[arg(long)]
    pub yes: bool,
}

#[derive(Debug, Args)]
pub struct SecretsGet {
    /// The secret: a key of [secrets.parameters]
    pub name: String,
    /// Print the value
    #[arg(long)]
    pub reveal: bool,
    /// This version instead of the current one: a number, in Secrets Manager an id
    #[arg(long, value_name = "VERSION")]
    pub version: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

#[derive(Debug, Args)]
pub struct SecretsRemove {
    /// The secret: a key of [secrets.parameters]
    pub name: String,
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
}

#[derive(Debug, Args)]
pub struct SecretsHistory {
    /// The secret: a key of [secrets.parameters]
    pub name: String,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

#[derive(Debug, Args)]
pub struct SecretsRollback {
    /// The secret: a key of [secrets.parameters]
    pub name: String,
    /// The version whose value comes back; the one before the current where it is absent
    #[arg(long, value_name = "VERSION")]
    pub to: Option<String>,
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
}

#[derive(Debug, Args)]
pub struct SecretsDiff {
    /// One environment
    #[arg(value_name = "ENV")]
    pub one: String,
    /// The other
    #[arg(value_name = "ENV")]
    pub other: String,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

#[derive(Debug, Args)]
pub struct SecretsCopy {
    /// The secret: a key of [secrets.parameters] in both environments
    pub name: String,
    /// The environment that has the value
    #[arg(long, value_name = "ENV")]
    pub from: String,
    /// The environment that gets it
    #[arg(long, value_name = "ENV")]
    pub to: String,
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
}

#[derive(Debug, Args)]
pub struct SecretsImport {
    /// The file; standard input where it is absent or `-`
    pub file: Option<PathBuf>,
    /// What it is written in; guessed from the file's name where it is absent
    #[arg(long, value_enum)]
    pub format: Option<ImportFormat>,
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
}

impl SecretsImport {
    /// The format that was named, or that the file's name says.
    pub fn format(&self) -> ImportFormat {
        let extension = self.file.as_ref().and_then(|file| file.extension()).and_then(|extension| extension.to_str());
        self.format.unwrap_or(match extension {
            Some("json") => ImportFormat::Json,
            Some("toml") => ImportFormat::Toml,
            _ => ImportFormat::Dotenv,
        })
    }
}

/// What many secrets are read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ImportFormat {
    /// NAME=value, a line each
    Dotenv,
    /// One object of texts
    Json,
    /// One key a line
    Toml,
}

#[derive(Debug, Args)]
pub struct SecretsExport {
    /// How to write them
    #[arg(long, value_enum, default_value = "dotenv")]
    pub format: ExportFormat,
    /// Write them even to a screen
    #[arg(long)]
    pub reveal: bool,
}

/// What many secrets are written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    /// NAME='value', a line each, which a shell can read too: `set -a; . ./FILE`
    Dotenv,
    /// One object of texts
    Json,
}

#[derive(Debug, Args)]
pub struct SecretsExec {
    /// The service; not needed where there is one only
    #[arg(long)]
    pub service: Option<String>,
    /// The container; not needed where there is one only
    #[arg(long)]
    pub container: Option<String>,
    /// The command, behind `--`
    #[arg(last = true, required = true)]
    pub command: Vec<OsString>,
}
