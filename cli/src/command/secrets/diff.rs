//! `deploy secrets diff`: which secrets two environments have, and which of them hold the same. No value is shown.

use std::collections::{BTreeMap, BTreeSet};

use deploy_secrets::store::Reading;
use serde_json::{Value, json};

use super::vault::{Declared, Vault, declared, places};
use crate::arguments::{Format, SecretsDiff};
use crate::command::Session;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::view::Style;
use crate::workspace::Workspace;

/// What one environment has of a secret.
enum Side {
    Undeclared,
    NoValue,
    Holds(Reading),
}

pub async fn run(session: &Session, arguments: SecretsDiff) -> Result<Exit, CommandError> {
    let workspace = Workspace::open(&session.global, session.terminal)?;
    let (one, other) = (&arguments.one, &arguments.other);
    let mut sides = (sides(&workspace, one).await?, sides(&workspace, other).await?);
    let keys: BTreeSet<String> = sides.0.keys().chain(sides.1.keys()).cloned().collect();
    let rows: Vec<(String, Side, Side)> = keys
        .into_iter()
        .map(|key| {
            let take = |side: &mut BTreeMap<String, Side>| side.remove(&key).unwrap_or(Side::Undeclared);
            let (left, right) = (take(&mut sides.0), take(&mut sides.1));
            (key, left, right)
        })
        .collect();
    match arguments.format {
        Format::Text => {
            let style = session.terminal.out;
            let width = rows.iter().map(|(key, ..)| key.len()).max().unwrap_or_default();
            let line = |(key, left, right): &(String, Side, Side)| {
                let (same, words) = verdict(left, right, one, other);
                format!("{} {key:width$}  {words}\n", mark(same, style))
            };
            session.terminal.print(&rows.iter().map(line).collect::<String>())?;
        }
        Format::Json => {
            let row = |(key, left, right): &(String, Side, Side)| {
                json!({ "secret": key, "same": verdict(left, right, one, other).0,
                        one: version(left), other: version(right) })
            };
            session.terminal.print_json(&rows.iter().map(row).collect())?;
        }
    }
    Ok(Exit::Done)
}

async fn sides(workspace: &Workspace, environment: &str) -> Result<BTreeMap<String, Side>, CommandError> {
    let vault = Vault::open(workspace, workspace.load(environment)?).await?;
    let declared = declared(&vault.intended);
    let mut values = vault.values(&places(&declared), format!("cannot read the secrets of {environment}")).await?;
    let mut side = |one: &Declared| values.remove(&one.place()).map_or(Side::NoValue, Side::Holds);
    Ok(declared.iter().map(|one| (one.key().to_owned(), side(one))).collect())
}

/// Whether both are the same, and in words.
fn verdict(left: &Side, right: &Side, one: &str, other: &str) -> (bool, String) {
    match (left, right) {
        (Side::Holds(left), Side::Holds(right)) => {
            let same = left.value.expose() == right.value.expose();
            let word = if same { "the same" } else { "another value" };
            (same, format!("{word}   {one} {}, {other} {}", left.version, right.version))
        }
        (Side::NoValue, Side::NoValue) => (true, "no value in either".to_owned()),
        (left, right) => {
            let said = |side: &Side, environment: &str| match side {
                Side::Undeclared => format!("not declared in {environment}"),
                Side::NoValue => format!("no value in {environment}"),
                Side::Holds(reading) => format!("{environment} {}", reading.version),
            };
            (false, format!("{}, {}", said(left, one), said(right, other)))
        }
    }
}

fn mark(same: bool, style: Style) -> String {
    if same { style.faint("=") } else { style.careful("~") }
}

fn version(side: &Side) -> Value {
    match side {
        Side::Undeclared => json!({ "declared": false }),
        Side::NoValue => json!({ "declared": true }),
        Side::Holds(reading) => json!({ "declared": true, "version": reading.version }),
    }
}
