//! `deploy secrets import`: gives many secrets their values. Those that hold them already are left alone, so that an
//! import that was stopped is run again.

use std::collections::BTreeMap;
use std::sync::Arc;

use deploy_kinds::secrets::{Place, VersionName};
use deploy_secrets::Secret;
use deploy_secrets::store::{self, Before, Reading};
use futures::stream::{self, StreamExt};
use indicatif::{ProgressBar, ProgressStyle};

use super::pace::Pace;
use super::vault::{Declared, Vault, could_be_a_name, declared, places};
use super::write::Writer;
use super::{document, prompt, tier};
use crate::approval::confirm_secrets;
use crate::arguments::SecretsImport;
use crate::command::Session;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::interrupt::Say;
use crate::workspace::{Intended, Workspace};

/// Values that are sent at the same time: PutParameter's quota is three a second.
/// Source: <https://docs.aws.amazon.com/general/latest/gr/ssm.html>
const AT_ONCE: usize = 3;

/// How many values are named that make advanced parameters.
const MOST_NOTES: usize = 5;

/// A value on its way.
struct Item {
    declared: Declared,
    value: Secret,
}

pub async fn run(session: &Session, arguments: SecretsImport) -> Result<Exit, CommandError> {
    let workspace = Workspace::open(&session.global, session.terminal)?;
    let intended = workspace.intended(None)?;
    let (text, name) = prompt::document(session, arguments.file.as_deref())?;
    let pairs = document::read(&text, arguments.format(), &name)?;
    if pairs.is_empty() {
        let message = format!("{name} holds no secret; nothing was set");
        return Err(CommandError::bad_input(message, "write `NAME=value`, a line each"));
    }
    let items = items(&intended, pairs)?;
    let vault = Vault::open(&workspace, intended).await?;
    let (before, held) = look(&vault, &items).await?;
    let total = items.len();
    let changed: Vec<Item> = items.into_iter().filter(|item| !holds(&held, item)).collect();
    let unchanged = total - changed.len();
    let environment = vault.environment();
    if changed.is_empty() {
        session.terminal.say(&format!("{environment}: all {total} hold these values already; nothing was set\n"));
        return Ok(Exit::Done);
    }
    announce(session, &before, &changed);
    let secrets = if changed.len() == 1 { "1 secret".to_owned() } else { format!("{} secrets", changed.len()) };
    confirm_secrets(session, arguments.yes, &vault.intended, &format!("Set {secrets} of {environment}?"))?;
    let Report { set, failed, not_begun } = send(session, &vault, &before, changed).await;
    let stopped = session.interrupts.finish();
    for (key, version) in &set {
        session.terminal.print(&format!("{key}  {version}\n"))?;
    }
    let stop = if not_begun > 0 { format!(", {not_begun} not sent") } else { String::new() };
    session.terminal.say(&format!(
        "{environment}: {} set, {unchanged} unchanged, {} failed{stop}\n",
        set.len(),
        failed.len()
    ));
    if not_begun > 0 {
        stopped?;
    }
    // Each was told when it failed.
    Ok(if failed.is_empty() { Exit::Done } else { Exit::Failed })
}

/// Every pair with its declaration, checked before anything is called.
fn items(intended: &Intended, pairs: BTreeMap<String, String>) -> Result<Vec<Item>, CommandError> {
    let mut known: BTreeMap<String, Declared> =
        declared(intended).into_iter().map(|declared| (declared.key().to_owned(), declared)).collect();
    let environment = &intended.configuration.environment;
    let strange: Vec<&str> = pairs.keys().filter(|key| !known.contains_key(*key)).map(String::as_str).collect();
    if !strange.is_empty() {
        let shown: Vec<&str> = strange.iter().copied().filter(|key| could_be_a_name(key)).collect();
        let message = match (shown.join(", "), strange.len() - shown.len()) {
            (names, 0) => format!("{environment} declares no secret {names}; nothing was set"),
            (_, hidden) => format!("{hidden} of the names can be none of a secret; nothing was set"),
        };
        let help = format!("declare each in {}: `[secrets.parameters.NAME]`, or take it out", intended.source());
        return Err(CommandError::bad_input(message, help));
    }
    let item = |(key, value): (String, String)| {
        let value = Secret::new(value);
        let declared = known.remove(&key).expect("every key was looked for");
        store::check(&declared.inputs, &value).map_err(|fault| {
            let help = fault.help.unwrap_or_else(|| "give it another value".to_owned());
            CommandError::bad_input(format!("{key}: {}; nothing was set", fault.message), help)
        })?;
        Ok(Item { declared, value })
    };
    pairs.into_iter().map(item).collect()
}

async fn look(
    vault: &Vault,
    items: &[Item],
) -> Result<(BTreeMap<Place, Before>, BTreeMap<Place, Reading>), CommandError> {
    let places = places(items.iter().map(|item| &item.declared));
    let clients = &vault.connection.clients;
    let both = futures::try_join!(store::before(clients, &places), store::values(clients, &places));
    both.map_err(|fault| CommandError::Fault("cannot look at what is there".to_owned(), fault))
}

fn holds(held: &BTreeMap<Place, Reading>, item: &Item) -> bool {
    held.get(&item.declared.place()).is_some_and(|held| held.value.expose() == item.value.expose())
}

/// Says which values make advanced parameters, or how many, where there are many.
fn announce(session: &Session, before: &BTreeMap<Place, Before>, items: &[Item]) {
    let note = |item: &Item| tier::note(&item.declared, before.get(&item.declared.place()), &item.value);
    let notes: Vec<String> = items.iter().filter_map(note).collect();
    match notes.len() {
        0..=MOST_NOTES => session.terminal.say(&notes.concat()),
        count => {
            session.terminal.say(&notes[..MOST_NOTES].concat());
            session.terminal.say(&format!("and so do {} others\n", count - MOST_NOTES));
        }
    }
}

#[derive(Default)]
struct Report {
    set: Vec<(String, VersionName)>,
    failed: Vec<CommandError>,
    /// The user has asked to stop before they were sent.
    not_begun: usize,
}

/// Sends the values. A first signal lets those that are under way come to their end and begins no other.
async fn send(session: &Session, vault: &Vault, before: &BTreeMap<Place, Before>, items: Vec<Item>) -> Report {
    let terminal = session.terminal;
    let bar = if terminal.can_draw() { ProgressBar::new(items.len() as u64) } else { ProgressBar::hidden() };
    bar.set_style(ProgressStyle::with_template("setting {pos} of {len} {wide_bar}").expect("a fixed, valid template"));
    let above = bar.clone();
    let say: Say = Arc::new(move |words| above.suspend(|| terminal.say(&format!("{words}\n"))));
    let pace = Pace::new(session.interrupts.stop_in_order(Arc::clone(&say)));
    let writer = &Writer::new(vault, pace, say);
    let sent = stream::iter(items).map(|item| async move {
        let before = before.get(&item.declared.place()).cloned();
        let result = writer.set(&item.declared, before, &item.value).await;
        (item.declared.key().to_owned(), result)
    });
    let mut sent = sent.buffer_unordered(AT_ONCE);
    let mut report = Report::default();
    while let Some((key, result)) = sent.next().await {
        bar.inc(1);
        match result {
            Ok(written) => report.set.push((key, written.version)),
            Err(CommandError::Stopped(_)) => report.not_begun += 1,
            Err(error) => {
                bar.suspend(|| terminal.say(&error.text(terminal.err)));
                report.failed.push(error);
            }
        }
    }
    bar.finish_and_clear();
    report.set.sort();
    report
}
