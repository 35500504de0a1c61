//! `deploy plugin new`: a plugin that builds, passes its tests and shows in a plan, with nothing to be edited.

use std::path::{Path, PathBuf};

use deploy_aws::Clients;
use deploy_config::is_setting;
use deploy_plugin::manifest::is_plugin_name;

use super::folder::{self, File};
use super::{sdk, shipped};
use crate::arguments::{Language, PluginNew};
use crate::command::Session;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::plugins::built_in;

macro_rules! template {
    ($folder:literal: $($file:literal),* $(,)?) => {
        &[$(($file, include_str!(concat!("../../../../templates/", $folder, "/", $file)))),*]
    };
}

/// The files of a plugin in Rust, and what they begin as.
const RUST: &[(&str, &str)] = template![
    "plugin-rust": "README.md", ".gitignore", "plugin.toml", "conformance.toml", "Cargo.toml", "src/lib.rs",
];

/// The files of a plugin in Python.
const PYTHON: &[(&str, &str)] = template!["plugin-python": "README.md", "plugin.toml", "conformance.toml", "main.py"];

/// What the templates say where the plugin's name belongs, and where a type is called like it.
const NAME: &str = "{{name}}";
const TYPE: &str = "{{Name}}";

pub fn run(session: &Session, arguments: &PluginNew) -> Result<Exit, CommandError> {
    let folder = arguments.folder.as_path();
    let name = name_of(folder)?;
    must_be_free(&name)?;
    if folder.symlink_metadata().is_ok() {
        let message = format!("`{}` exists already, and nothing was written", folder.display());
        return Err(CommandError::bad_input(message, "choose a folder that does not exist"));
    }
    let own = match arguments.from {
        Some(plugin) => shipped::files(plugin, &name),
        None => template(arguments.language, &name),
    };
    let is_rust = arguments.language == Language::Rust;
    let sdk = if is_rust { sdk::files() } else { Vec::new() };
    let shown: Vec<PathBuf> = own.iter().map(|(file, _)| folder.join(file)).collect();
    folder::make(folder, &own.into_iter().chain(sdk).collect::<Vec<_>>())?;
    shown.iter().for_each(|file| session.terminal.say(&format!("  + {}\n", file.display())));
    if is_rust {
        session.terminal.say(&format!("  + {}, the crates that it is written against\n", folder.join("sdk").display()));
    }
    let shown = folder.display();
    let build = if is_rust { format!("  deploy plugin build {shown}\n") } else { String::new() };
    session.terminal.say(&format!(
        "\n{name} is a plugin now:\n\n{build}  deploy plugin test {shown}\n  deploy plugin add {shown}\n"
    ));
    Ok(Exit::Done)
}

/// The files of a template, with the plugin's name in them.
fn template(language: Language, name: &str) -> Vec<File> {
    let files = match language {
        Language::Rust => RUST,
        Language::Python => PYTHON,
    };
    let named = |text: &str| text.replace(NAME, name).replace(TYPE, &type_name(name)).into_bytes();
    files.iter().map(|(file, text)| (PathBuf::from(file), named(text))).collect()
}

fn name_of(folder: &Path) -> Result<String, CommandError> {
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if is_plugin_name(&name) {
        return Ok(name);
    }
    let message = format!("`{name}` cannot name a plugin");
    Err(CommandError::bad_input(message, "use lower-case letters, digits, `_` and `-`, at most 32, a letter first"))
}

/// A section that is there already cannot be a plugin's: one of a stage, or a setting.
fn must_be_free(name: &str) -> Result<(), CommandError> {
    let is_stage = built_in(&Clients::detached()).iter().any(|plugin| plugin.name == *name);
    if !is_stage && !is_setting(name) {
        return Ok(());
    }
    let message = format!("`{name}` is a section or a setting that every project has");
    Err(CommandError::bad_input(message, "give the folder another name"))
}

/// `audit-trail` as a type of Rust: `AuditTrail`.
fn type_name(name: &str) -> String {
    let word = |word: &str| word[..1].to_ascii_uppercase() + &word[1..];
    name.split(['-', '_']).filter(|part| !part.is_empty()).map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plugin_is_called_like_its_folder() {
        assert_eq!(name_of(Path::new("plugins/audit-trail")).expect("a name"), "audit-trail");
        assert_eq!(type_name("audit-trail_2"), "AuditTrail2");
        for folder in ["plugins/Audit", "1st", "..", "a b"] {
            assert!(name_of(Path::new(folder)).is_err(), "{folder}");
        }
    }
}
