//! The first words with a plugin: which version, who it is, and what it offers.

use std::time::Duration;

use deploy_model::Fault;
use deploy_plugin::wire::{Describe, Description, Initialize, Initialized, NEWEST_PROTOCOL, OLDEST_PROTOCOL};

use super::offer::{Objection, objection};
use crate::child::{Connection, Terms};
use crate::trust::{LockedPlugin, Untrusted};

/// How long a plugin may take to say what it offers.
pub const FIRST_ANSWER: Duration = Duration::from_secs(10);

/// Why a plugin cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the plugin `{plugin}` {what}")]
pub struct StartError {
    /// Its name.
    pub plugin: String,
    /// What is wrong, for a sentence that begins with the plugin.
    pub what: String,
    /// The next step.
    pub help: String,
}

impl StartError {
    /// Why the file of a plugin is not run.
    pub fn untrusted(plugin: &LockedPlugin, error: &Untrusted) -> Self {
        Self {
            plugin: plugin.name.clone(),
            what: format!("was not loaded: {error}"),
            help: error.help(&plugin.name, &plugin.folder),
        }
    }
}

/// Agrees on a version, and asks for everything that the plugin offers.
pub async fn introduce(locked: &LockedPlugin, connection: &Connection) -> Result<Description, StartError> {
    let broken = |fault: Fault| StartError {
        plugin: locked.name.clone(),
        what: match connection.ending() {
            Some(ending) => format!("{} before it had said what it offers", ending.words()),
            None => format!("cannot be used: {fault}"),
        },
        help: fault.help.clone().unwrap_or_else(|| go_on_without(&locked.name)),
    };
    let terms = Terms { deadline: FIRST_ANSWER, ..Terms::default() };
    let host = concat!("deploy ", env!("CARGO_PKG_VERSION")).to_owned();
    let first = Initialize { oldest: OLDEST_PROTOCOL, newest: NEWEST_PROTOCOL, host };
    let initialized = connection.call(&first, &terms).await.map_err(broken)?;
    let protocol = agree(locked, &initialized)?;
    let description = connection.call(&Describe { protocol }, &terms).await.map_err(broken)?;
    match objection(&locked.name, &description) {
        None => Ok(description),
        Some(Objection { what, help }) => Err(StartError { plugin: locked.name.clone(), what, help: help.to_owned() }),
    }
}

/// The version that both speak, if the plugin is who it was approved as.
fn agree(locked: &LockedPlugin, said: &Initialized) -> Result<u32, StartError> {
    let error = |what: String, help: String| StartError { plugin: locked.name.clone(), what, help };
    let again = || "approve it again: `deploy plugin add FOLDER`".to_owned();
    if said.oldest > NEWEST_PROTOCOL {
        let what = format!("speaks protocol {} or newer, and this `deploy` speaks {NEWEST_PROTOCOL}", said.oldest);
        return Err(error(what, "update `deploy`".to_owned()));
    }
    if said.newest < OLDEST_PROTOCOL {
        let what = format!("speaks protocol {} or older, and this `deploy` speaks {OLDEST_PROTOCOL}", said.newest);
        return Err(error(what, "build the plugin with a newer `deploy-plugin`".to_owned()));
    }
    if said.name != locked.name || said.version != locked.version {
        let what = format!(
            "says that it is {} {}, and was approved as {} {}",
            said.name.escape_default(),
            said.version.escape_default(),
            locked.name,
            locked.version
        );
        return Err(error(what, again()));
    }
    if let Some(scope) = said.scopes.iter().find(|scope| !locked.is_granted(scope)) {
        return Err(error(format!("asks for `{}`, which it was not granted", scope.escape_default()), again()));
    }
    Ok(said.newest.min(NEWEST_PROTOCOL))
}

/// What a user can do about any plugin.
pub fn go_on_without(plugin: &str) -> String {
    format!("go on without it: `deploy plugin remove {plugin}`")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use deploy_plugin::manifest::Carrier;

    use deploy_plugin::manifest::Deadlines;

    use super::*;

    fn said(oldest: u32, newest: u32, name: &str, scopes: &[&str]) -> Result<u32, String> {
        let locked = LockedPlugin {
            name: "audit".to_owned(),
            version: "1.0.0".to_owned(),
            carrier: Carrier::Program,
            folder: "plugins/audit".into(),
            scopes: vec!["aws".to_owned()],
            deadline_seconds: Deadlines::default(),
            files: BTreeMap::new(),
        };
        let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        let said = Initialized { oldest, newest, name: name.to_owned(), version: "1.0.0".to_owned(), scopes };
        agree(&locked, &said).map_err(|error| format!("{error}; {}", error.help))
    }

    #[test]
    fn the_side_that_is_too_old_is_told() {
        assert_eq!(said(1, 3, "audit", &["aws"]), Ok(1));
        assert!(said(9, 9, "audit", &[]).expect_err("too new").contains("update `deploy`"));
        assert!(said(0, 0, "audit", &[]).expect_err("too old").contains("build the plugin"));
    }

    #[test]
    fn another_plugin_and_more_scopes_are_refused() {
        assert!(said(1, 1, "other", &[]).expect_err("another").contains("says that it is other 1.0.0"));
        assert!(said(1, 1, "audit", &["secret:KEY"]).expect_err("more").contains("asks for `secret:KEY`"));
    }
}
