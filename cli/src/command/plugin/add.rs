//! `deploy plugin add`: shows what a plugin is and what it wants, asks, and writes `deploy-plugins.lock`.

use std::path::{Path, PathBuf};

use deploy_aws::Clients;
use deploy_config::{Loader, Project};
use deploy_host::{LOCK_FILE, LockFile, LockedPlugin, Plugins, Registry, StartError};
use deploy_plugin::manifest::Carrier;

use super::scopes;
use super::source::Source;
use crate::approval::confirm;
use crate::arguments::PluginAdd;
use crate::command::Session;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::plugins::{alone, built_in, carrier, clash, locked, started, written};
use crate::workspace::sections;

/// How much of a hash a person compares.
const HASH_SHOWN: usize = 16;

pub fn run(session: &Session, arguments: &PluginAdd) -> Result<Exit, CommandError> {
    let terminal = session.terminal;
    let project = Project::find(Path::new("."))?;
    let source = Source::read(&arguments.folder)?;
    let candidate = candidate(project.root(), &source)?;
    let _alone = alone(project.root(), "add")?;
    let mut lock = locked(project.root())?;
    source.say_if_older(terminal);
    if lock.plugin(&candidate.name) == Some(&candidate) {
        terminal.say(&format!("{} {} is approved already, as it is\n", candidate.name, candidate.version));
        return Ok(Exit::Done);
    }
    refuse_grants_not_asked_for(&candidate, &arguments.grants)?;
    terminal.say(&description(&candidate, lock.plugin(&candidate.name)));
    must_be_granted(&candidate, arguments)?;
    confirm(session, arguments.yes, &format!("Approve {} for this project?", candidate.name))?;
    let offered = try_out(session, &project, &candidate, &lock)?;
    let name = candidate.name.clone();
    lock.put(candidate);
    written(&lock, project.root())?;
    terminal.say(&format!("{name} is approved in {LOCK_FILE}{offered}\n\n  deploy config schema > environments/schema.json\n  deploy plan ENV\n"));
    Ok(Exit::Done)
}

/// What would be written to the lock.
fn candidate(root: &Path, source: &Source) -> Result<LockedPlugin, CommandError> {
    let bytes = source.bytes()?;
    let (folder, file) = (within(root, &source.folder)?, within(root, &source.artefact())?);
    Ok(LockedPlugin::of(&source.manifest, folder, file, &bytes))
}

/// The path as it is written down: relative to the project where it lies in it.
fn within(root: &Path, path: &Path) -> Result<PathBuf, CommandError> {
    let failed = |path: &Path| CommandError::io(format!("cannot find `{}`", path.display()));
    let (root, path) = (root.canonicalize().map_err(failed(root))?, path.canonicalize().map_err(failed(path))?);
    Ok(path.strip_prefix(&root).map_or_else(|_| path.clone(), Path::to_owned))
}

fn description(plugin: &LockedPlugin, before: Option<&LockedPlugin>) -> String {
    let file = plugin.files.values().next().expect("a candidate has one file");
    let carrier = match plugin.carrier {
        Carrier::Library => "a library, loaded in a process of its own",
        Carrier::Program => "a program",
    };
    let mut lines = vec![
        format!("{} {}", plugin.name, plugin.version),
        format!("  is       {carrier}"),
        format!("  file     {}", file.path.display()),
        format!("  sha256   {}", file.sha256),
    ];
    match plugin.scopes.as_slice() {
        [] => lines.push("  wants    nothing".to_owned()),
        scopes => lines.extend(scopes.iter().map(|scope| format!("  wants    {scope}: {}", meaning(scope)))),
    }
    if let Some(before) = before {
        lines.push(format!("  replaces {} {}{}", before.name, before.version, difference(plugin, before)));
    }
    if file.path.is_absolute() {
        lines.push(
            "  note     it lies outside the project: whoever else works on it needs it at the same place".to_owned(),
        );
    }
    lines.push(
        "A plugin runs with your rights: its process keeps its faults from this program, and is no sandbox.".to_owned(),
    );
    lines.join("\n") + "\n"
}

fn difference(plugin: &LockedPlugin, before: &LockedPlugin) -> String {
    let more: Vec<&str> = plugin.scopes.iter().filter(|scope| !before.is_granted(scope)).map(String::as_str).collect();
    let hash = before.file().map(|file| format!(" ({}…)", &file.sha256[..HASH_SHOWN.min(file.sha256.len())]));
    let more = if more.is_empty() { String::new() } else { format!(", and wants more: {}", more.join(", ")) };
    hash.unwrap_or_default() + &more
}

fn meaning(scope: &str) -> &'static str {
    match scope {
        "aws" => "the credentials that this program has for AWS",
        "secret:*" => "the value of every secret that the environment declares",
        _ => "the value of this secret",
    }
}

/// A scope that is granted and not wanted is a word that was typed wrong.
fn refuse_grants_not_asked_for(plugin: &LockedPlugin, grants: &[String]) -> Result<(), CommandError> {
    match grants.iter().find(|grant| !plugin.scopes.contains(grant)) {
        None => Ok(()),
        Some(grant) => {
            let message = format!("{} does not ask for `{grant}`", plugin.name);
            Err(CommandError::bad_input(message, format!("it asks for: {}", scopes::words(&plugin.scopes))))
        }
    }
}

/// `--yes` alone grants nothing.
fn must_be_granted(plugin: &LockedPlugin, arguments: &PluginAdd) -> Result<(), CommandError> {
    let missing: Vec<String> = plugin
        .scopes
        .iter()
        .filter(|scope| !arguments.grants.contains(scope))
        .map(|scope| format!("--grant {scope}"))
        .collect();
    if !arguments.yes || missing.is_empty() {
        return Ok(());
    }
    let message = format!("`--yes` alone does not grant what {} asks for; nothing was written", plugin.name);
    Err(CommandError::refused(message, format!("add `{}`", missing.join(" "))))
}

/// What helps with a plugin that is part of no project yet.
fn not_written(error: CommandError) -> CommandError {
    let CommandError::Plugins(errors) = error else { return error };
    let help = format!("nothing was written to {LOCK_FILE}: put that right, build it, and add it again");
    CommandError::Plugins(errors.into_iter().map(|error| StartError { help: help.clone(), ..error }).collect())
}

/// Starts what was approved, and says what it offers. Those that were approved before are left out where they do not
/// start: they may be about to be approved anew.
fn try_out(
    session: &Session,
    project: &Project,
    plugin: &LockedPlugin,
    lock: &LockFile,
) -> Result<String, CommandError> {
    let root = project.root();
    let mut alone = LockFile::default();
    alone.put(plugin.clone());
    let verbose = session.global.verbose;
    let tried = started(root, &alone, session.terminal, verbose).map_err(not_written)?;
    let remote = tried.remotes().first().expect("the one that was started");
    let names = |names: Vec<String>, what: &str| match names.as_slice() {
        [] => String::new(),
        names => format!("\n  {what:8} {}", names.join(", ")),
    };
    let offered = remote.description();
    let stages = offered.stages.iter().map(|stage| format!("[{}]", stage.section.name)).collect();
    let kinds = offered.kinds.iter().map(|kind| kind.name.to_string()).collect();
    let mut others = lock.clone();
    others.remove(&plugin.name);
    let others =
        Plugins::start(root, &others, &carrier(root), std::sync::Arc::new(|_| ())).unwrap_or_else(|_| Plugins::none());
    let detached = Clients::detached();
    let all = built_in(&detached).into_iter().chain(others.plugins()).chain(tried.plugins());
    let registry = Registry::new(all).map_err(clash)?;
    // A section may not be called like a setting either.
    let sections = sections(&registry.stages());
    Loader { project: project.clone(), sections, variables: Vec::new(), sets: Vec::new() }.json_schema()?;
    Ok(names(stages, "sections") + &names(kinds, "kinds"))
}
