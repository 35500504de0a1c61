//! `deploy plugin list`: which plugins a project has, and whether their files are those that were approved.

use std::path::Path;

use deploy_aws::Clients;
use deploy_config::Project;
use deploy_host::{Candidate, LockedPlugin, Untrusted};
use serde_json::{Value, json};

use crate::arguments::{Format, PluginList};
use crate::command::Session;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::plugins::{built_in, locked};
use crate::view::Style;

/// One line of the list.
struct Row {
    name: String,
    version: String,
    carrier: &'static str,
    scopes: Vec<String>,
    /// Why it cannot be loaded.
    trouble: Option<String>,
}

pub fn run(session: &Session, arguments: &PluginList) -> Result<Exit, CommandError> {
    let project = Project::find(Path::new("."))?;
    let lock = locked(project.root())?;
    let mut rows: Vec<Row> = built_in(&Clients::detached()).iter().map(|plugin| compiled_in(&plugin.name)).collect();
    rows.extend(lock.plugins.iter().map(|plugin| approved(project.root(), plugin)));
    match arguments.format {
        Format::Text => session.terminal.print(&text(&rows, session.terminal.out))?,
        Format::Json => session.terminal.print_json(&rows.iter().map(json).collect())?,
    }
    Ok(Exit::Done)
}

fn compiled_in(name: &str) -> Row {
    let version = env!("CARGO_PKG_VERSION").to_owned();
    Row { name: name.to_owned(), version, carrier: "built in", scopes: Vec::new(), trouble: None }
}

fn approved(root: &Path, plugin: &LockedPlugin) -> Row {
    let carrier = plugin.carrier.word();
    let trouble = Candidate::open(root, plugin).and_then(Candidate::verify).err().map(|error| match error {
        Untrusted::Changed(_) => "has changed since it was approved".to_owned(),
        error => error.to_string(),
    });
    let (name, version, scopes) = (plugin.name.clone(), plugin.version.clone(), plugin.scopes.clone());
    Row { name, version, carrier, scopes, trouble }
}

fn text(rows: &[Row], style: Style) -> String {
    let width = |of: fn(&Row) -> &str| rows.iter().map(|row| of(row).len()).max().unwrap_or_default();
    let (name, version) = (width(|row| &row.name), width(|row| &row.version));
    let line = |row: &Row| {
        let state = match &row.trouble {
            Some(trouble) => style.bad(trouble),
            None => row.scopes.join(", "),
        };
        format!("{:name$}  {:version$}  {:8}  {state}", row.name, row.version, row.carrier).trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

fn json(row: &Row) -> Value {
    json!({
        "name": row.name,
        "version": row.version,
        "carrier": row.carrier,
        "scopes": row.scopes,
        "trouble": row.trouble,
    })
}
