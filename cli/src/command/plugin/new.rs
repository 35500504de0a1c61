//! `deploy plugin new`: a plugin that builds, passes its tests and shows in a plan, with nothing to be edited.

use std::fs;
use std::path::Path;

use deploy_aws::Clients;
use deploy_config::is_setting;
use deploy_plugin::manifest::is_plugin_name;

use super::sdk;
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
    let folder = &arguments.folder;
    let name = name_of(folder)?;
    must_be_free(&name)?;
    if folder.symlink_metadata().is_ok() {
        let message = format!("`{}` exists already, and nothing was written", folder.display());
        return Err(CommandError::bad_input(message, "choose a folder that does not exist"));
    }
    let files = match arguments.language {
        Language::Rust => RUST,
        Language::Python => PYTHON,
    };
    for (file, text) in files {
        let text = text.replace(NAME, &name).replace(TYPE, &type_name(&name));
        write(&folder.join(file), text.as_bytes())?;
        session.terminal.say(&format!("  + {}\n", folder.join(file).display()));
    }
    if arguments.language == Language::Rust {
        for (file, bytes) in sdk::files() {
            write(&folder.join(&file), &bytes)?;
        }
        session.terminal.say(&format!("  + {}, the crates that it is written against\n", folder.join("sdk").display()));
    }
    let shown = folder.display();
    let build = match arguments.language {
        Language::Rust => format!("  deploy plugin build {shown}\n"),
        Language::Python => String::new(),
    };
    session.terminal.say(&format!(
        "\n{name} is a plugin now:\n\n{build}  deploy plugin test {shown}\n  deploy plugin add {shown}\n"
    ));
    Ok(Exit::Done)
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

fn write(path: &Path, bytes: &[u8]) -> Result<(), CommandError> {
    let failed = CommandError::io(format!("cannot write `{}`", path.display()));
    let folder = path.parent().unwrap_or(Path::new("."));
    let written = fs::create_dir_all(folder).and_then(|()| fs::write(path, bytes));
    #[cfg(unix)]
    let written = written.and_then(|()| {
        use std::os::unix::fs::PermissionsExt;
        // A script is run by its first line.
        let mode = if bytes.starts_with(b"#!") { 0o755 } else { 0o644 };
        fs::set_permissions(path, fs::Permissions::from_mode(mode))
    });
    written.map_err(failed)
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
