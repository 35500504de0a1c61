//! What can be typed behind `deploy plugin`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::Format;

#[derive(Debug, Subcommand)]
pub enum Plugin {
    /// Start a plugin
    New(PluginNew),
    /// Build a plugin
    Build(PluginBuild),
    /// Show that a built plugin holds to what every plugin must, against the embedded AWS
    Test(PluginTest),
    /// Show what a plugin offers
    Inspect(PluginInspect),
    /// Approve a plugin for this project, after asking
    Add(PluginAdd),
    /// List the plugins of this project
    List(PluginList),
    /// Take a plugin out of this project
    Remove(PluginRemove),
}

#[derive(Debug, Args)]
pub struct PluginNew {
    /// The folder, which is made; the plugin is called like it
    #[arg(value_name = "FOLDER")]
    pub folder: PathBuf,
    /// The language it is written in
    #[arg(long, value_enum, default_value_t)]
    pub language: Language,
    /// The plugin of this program that it begins as, in place of a template
    #[arg(long, value_enum, value_name = "PLUGIN", conflicts_with = "language")]
    pub from: Option<Shipped>,
}

/// A plugin whose sources are part of this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Shipped {
    /// Runs containers beside those of every service
    Sidecar,
    /// Blocks plans that break a rule
    Guardrails,
    /// Makes S3 buckets, and lets roles use them
    Bucket,
}

/// A language that there is a template for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// A dynamic library
    #[default]
    Rust,
    /// A program, with nothing but Python's own library
    Python,
}

#[derive(Debug, Args)]
pub struct PluginBuild {
    /// The plugin's folder
    #[arg(value_name = "FOLDER", default_value = ".")]
    pub folder: PathBuf,
}

#[derive(Debug, Args)]
pub struct PluginTest {
    /// The plugin's folder
    #[arg(value_name = "FOLDER", default_value = ".")]
    pub folder: PathBuf,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

#[derive(Debug, Args)]
pub struct PluginInspect {
    /// The name of a plugin that is built in or approved, or the folder of one
    #[arg(value_name = "NAME|FOLDER")]
    pub plugin: String,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

#[derive(Debug, Args)]
pub struct PluginAdd {
    /// The plugin's folder
    #[arg(value_name = "FOLDER")]
    pub folder: PathBuf,
    /// Do not ask
    #[arg(long, short)]
    pub yes: bool,
    /// With --yes: grant this scope; repeatable
    #[arg(long = "grant", value_name = "SCOPE")]
    pub grants: Vec<String>,
}

#[derive(Debug, Args)]
pub struct PluginList {
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

#[derive(Debug, Args)]
pub struct PluginRemove {
    /// The plugin's name
    #[arg(value_name = "NAME")]
    pub name: String,
}
