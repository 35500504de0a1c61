//! What became of a write whose answer was lost. Values are compared here and shown nowhere.

use std::time::Duration;

use deploy_kinds::secrets::VersionName;
use deploy_model::Fault;
use deploy_secrets::Secret;
use deploy_secrets::store::{self, Before};

use super::vault::{Declared, Vault};
use crate::error::CommandError;

/// When it is looked: at once, and later, because a read may lag behind a write, and a call whose connection was cut may
/// still be on its way.
const LOOKS: [Duration; 3] = [Duration::ZERO, Duration::from_secs(1), Duration::from_secs(3)];
/// How many versions that came since are compared, from the newest on.
const MOST_VERSIONS: usize = 10;

/// What became of a value that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Became {
    /// It is the parameter's value, or was it until others set theirs: as this version.
    Set(VersionName),
    /// It is not there.
    NotSet {
        /// The version that is current, if there is one.
        current: Option<VersionName>,
    },
    /// The parameter has another version than before, and whose value that is cannot be read.
    Unclear(VersionName),
    /// Nothing can be read.
    Unseen,
}

impl Became {
    /// The newest version that is known.
    pub fn version(&self) -> Option<VersionName> {
        match self {
            Self::Set(version) | Self::Unclear(version) => Some(version.clone()),
            Self::NotSet { current } => current.clone(),
            Self::Unseen => None,
        }
    }

    /// The version that holds the value, or what is true instead.
    ///
    /// # Errors
    /// Where it was not set, or nobody can tell.
    pub fn or_error(
        self,
        declared: &Declared,
        environment: &str,
        mut fault: Fault,
    ) -> Result<VersionName, CommandError> {
        let (address, key) = (&declared.address, declared.key());
        let history = format!("see `deploy secrets history {key} --env {environment}` before you set it again");
        let (what, help) = match self {
            Self::Set(version) => return Ok(version),
            Self::NotSet { current: None } => {
                (format!("{address} is not set: it has no value"), "run the same command again".to_owned())
            }
            Self::NotSet { current: Some(version) } => {
                let what = format!("{address} is not set: it is {version}, which holds another value");
                (what, "run the same command again".to_owned())
            }
            Self::Unclear(version) => {
                let what = format!("{address} is {version} now, and whether with this value cannot be read");
                (what, history)
            }
            Self::Unseen => (format!("nobody knows whether {address} is set: it cannot be read either"), history),
        };
        fault.help = Some(help);
        Err(CommandError::Fault(what, fault))
    }
}

/// Looks what became of a value that was sent, to a parameter that was `before`.
pub async fn look_after_value(vault: &Vault, declared: &Declared, before: Option<&Before>, value: &Secret) -> Became {
    let mut became = Became::Unseen;
    for pause in LOOKS {
        tokio::time::sleep(pause).await;
        became = look(vault, declared, before, value).await;
        if matches!(became, Became::Set(_) | Became::Unclear(_)) {
            break;
        }
    }
    became
}

async fn look(vault: &Vault, declared: &Declared, before: Option<&Before>, value: &Secret) -> Became {
    let known = before.map(Before::version);
    let (clients, place) = (&vault.connection.clients, declared.place());
    // Who may set a value need not be one who may read it.
    let Ok(found) = store::values(clients, std::slice::from_ref(&place)).await else {
        return look_without_value(vault, declared, known).await;
    };
    let current = match found.into_values().next() {
        None => return Became::NotSet { current: None },
        Some(current) if current.value.expose() == value.expose() => return Became::Set(current.version),
        Some(current) if Some(&current.version) == known => return Became::NotSet { current: Some(current.version) },
        Some(current) => current.version,
    };
    // Others may have set theirs since.
    let Ok(versions) = store::versions(clients, &place).await else { return Became::Unclear(current) };
    let newer = versions.iter().map(|version| &version.name).take_while(|name| Some(*name) != known);
    for name in newer.filter(|name| **name != current).take(MOST_VERSIONS) {
        match store::value_at(clients, &place, name).await {
            Ok(Some(reading)) if reading.value.expose() == value.expose() => return Became::Set(name.clone()),
            Ok(_) => {}
            Err(_) => return Became::Unclear(current),
        }
    }
    Became::NotSet { current: Some(current) }
}

async fn look_without_value(vault: &Vault, declared: &Declared, known: Option<&VersionName>) -> Became {
    match vault.before(declared).await {
        Ok(None) => Became::NotSet { current: None },
        Ok(Some(now)) if Some(now.version()) == known => Became::NotSet { current: known.cloned() },
        Ok(Some(now)) => Became::Unclear(now.version().clone()),
        Err(_) => Became::Unseen,
    }
}

/// Looks what became of a deletion.
///
/// # Errors
/// Where nothing was deleted, or nobody can tell.
pub async fn look_after_deletion(vault: &Vault, declared: &Declared, mut fault: Fault) -> Result<bool, CommandError> {
    let mut found = vault.before(declared).await;
    for pause in LOOKS.into_iter().skip(1) {
        if matches!(found, Ok(None)) {
            return Ok(true);
        }
        tokio::time::sleep(pause).await;
        found = vault.before(declared).await;
    }
    let address = &declared.address;
    let what = match found {
        Ok(None) => return Ok(true),
        Ok(Some(there)) => format!("{address} is not deleted: it is {}", there.version()),
        Err(_) => format!("nobody knows whether {address} is deleted: it cannot be looked at either"),
    };
    fault.help = Some("run the same command again".to_owned());
    Err(CommandError::Fault(what, fault))
}
