//! `deploy plugin inspect`: what a plugin offers. Runs nothing that is not approved.

use std::path::Path;

use deploy_aws::Clients;
use deploy_config::Project;
use deploy_host::{LockFile, LockedPlugin};
use deploy_model::KindDescription;
use deploy_plugin::wire::{Description, StageDescription};
use serde_json::json;

use super::scopes;
use super::source::Source;
use crate::arguments::{Format, PluginInspect};
use crate::command::Session;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::plugins::{built_in, locked, started};
use crate::view::schema_text;

pub fn run(session: &Session, arguments: &PluginInspect) -> Result<Exit, CommandError> {
    let name = &arguments.plugin;
    if let Some(plugin) = built_in(&Clients::detached()).iter().find(|plugin| plugin.name == *name) {
        let head = format!("{name} {}, built in", env!("CARGO_PKG_VERSION"));
        return show(session, arguments.format, &head, &Description::of(plugin));
    }
    let root = Project::find(Path::new(".")).ok().map(|project| project.root().to_owned());
    let lock = root.as_deref().map(locked).transpose()?.unwrap_or_default();
    match (lock.plugin(name).or_else(|| in_folder(&lock, root.as_deref()?, Path::new(name))), &root) {
        (Some(plugin), Some(root)) => approved(session, arguments.format, root, plugin),
        _ => not_approved(session, arguments, &lock),
    }
}

/// The approved plugin whose folder was typed.
fn in_folder<'a>(lock: &'a LockFile, root: &Path, typed: &Path) -> Option<&'a LockedPlugin> {
    let typed = typed.canonicalize().ok()?;
    lock.plugins.iter().find(|plugin| root.join(&plugin.folder).canonicalize().is_ok_and(|folder| folder == typed))
}

fn approved(session: &Session, format: Format, root: &Path, plugin: &LockedPlugin) -> Result<Exit, CommandError> {
    let mut alone = LockFile::default();
    alone.put(plugin.clone());
    let plugins = started(root, &alone, session.terminal, session.global.verbose)?;
    let remote = plugins.remotes().first().expect("the one that was started");
    let granted = scopes::words(&plugin.scopes);
    let head = format!("{} {}, approved, granted {granted}", plugin.name, plugin.version);
    show(session, format, &head, remote.description())
}

/// What can be said of a plugin without running it.
fn not_approved(session: &Session, arguments: &PluginInspect, lock: &LockFile) -> Result<Exit, CommandError> {
    let typed = Path::new(&arguments.plugin);
    if !typed.exists() {
        let own = built_in(&Clients::detached()).map(|plugin| plugin.name.to_string());
        let names = own.iter().map(String::as_str).chain(lock.plugins.iter().map(|plugin| plugin.name.as_str()));
        let help = format!("there are: {}; or name the folder of one", names.collect::<Vec<_>>().join(", "));
        return Err(CommandError::bad_input(format!("there is no plugin `{}`", arguments.plugin), help));
    }
    let Source { folder, manifest } = Source::read(typed)?;
    match arguments.format {
        Format::Json => session.terminal.print_json(&json!({ "manifest": manifest }))?,
        Format::Text => {
            let (name, version, wanted) = (&manifest.name, &manifest.version, scopes::words(&manifest.scopes));
            session.terminal.print(&format!("{name} {version}, not approved, wants {wanted}\n"))?;
            session
                .terminal
                .say(&format!("what it offers is known once it may run: `deploy plugin add {}`\n", folder.display()));
        }
    }
    Ok(Exit::Done)
}

fn show(session: &Session, format: Format, head: &str, offered: &Description) -> Result<Exit, CommandError> {
    match format {
        Format::Text => {
            session.terminal.print(&text(head, offered))?;
            session.terminal.say("\nall of it, as JSON Schema: `--format json`\n");
        }
        Format::Json => session.terminal.print_json(&json!(offered))?,
    }
    Ok(Exit::Done)
}

fn text(head: &str, offered: &Description) -> String {
    let mut text = format!("{head}\n");
    for StageDescription { section, .. } in &offered.stages {
        text.push_str(&format!("\nsection [{}]\n{}", section.name, schema_text::description(&section.schema)));
        text.push_str(&schema_text::fields(&section.schema, Some(&section.defaults)));
    }
    for KindDescription { name, inputs, outputs, .. } in &offered.kinds {
        text.push_str(&format!("\nkind {name}\n{}", schema_text::description(inputs)));
        text.push_str(&schema_text::fields(inputs, None));
        let outputs = schema_text::fields(outputs, None);
        text.push_str(&if outputs.is_empty() { outputs } else { format!("outputs of {name}\n{outputs}") });
    }
    text
}
