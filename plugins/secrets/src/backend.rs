//! The two stores behind one set of operations.

use std::collections::BTreeMap;

use deploy_aws::{Clients, tags};
use deploy_kinds::secrets::{Parameter, Store, VersionName};
use deploy_plugin::model::{Address, Fault, FaultKind, Owner};
use zeroize::Zeroizing;

use crate::listed::Listed;
use crate::store::{Reading, Version};
use crate::{Secret, parameter_store, secrets_manager};

/// Whether a secret is made, or its next version.
#[derive(Clone, Copy)]
pub(crate) enum Put<'a> {
    /// It must not exist yet. The tags are part of the call.
    New { tags: &'a BTreeMap<String, String>, owner: &'a Owner },
    /// It exists, as this says. Tags cannot be part of the call.
    Again { before: &'a Listed },
}

/// What became of a value.
#[derive(Debug)]
pub(crate) struct Written {
    /// The ARN, where the reply tells it.
    pub(crate) arn: Option<String>,
    /// The version that holds the value.
    pub(crate) version: VersionName,
}

/// The way out for a value that is too large for Parameter Store.
const IN_SECRETS_MANAGER: &str =
    "set `store = \"secrets_manager\"` for it, which takes 65536 bytes; or store where it is";

/// Refuses what the store would refuse, before the value leaves this machine.
pub(crate) fn check(store: Store, value: &Secret) -> Result<(), Fault> {
    let invalid = |message: &str, help: &str| Err(Fault::new(FaultKind::Invalid, message).help(help));
    let bytes = value.expose().len();
    if bytes == 0 {
        return invalid("the value is empty", "give it at least one character");
    }
    // It reaches the container as a variable, and a variable ends at its first NUL.
    if value.expose().contains('\0') {
        return invalid("the value contains a NUL, which no variable can hold", "encode it, as base64 for one");
    }
    if bytes > most_bytes(store) {
        let message =
            format!("the value has {bytes} bytes, and {} takes at most {} bytes", store.words(), most_bytes(store));
        let fits_there = store == Store::ParameterStore && bytes <= secrets_manager::MOST_BYTES;
        return invalid(
            &message,
            if fits_there { IN_SECRETS_MANAGER } else { "keep it elsewhere, and store where it is" },
        );
    }
    // "You can't nest parameters", says the reference of PutParameter.
    if store == Store::ParameterStore && value.expose().contains("{{") {
        let message = "the value contains `{{`, which Parameter Store refuses";
        return invalid(message, "encode it, as base64 for one");
    }
    Ok(())
}

pub(crate) fn most_bytes(store: Store) -> usize {
    match store {
        Store::ParameterStore => parameter_store::MOST_BYTES,
        Store::SecretsManager => secrets_manager::MOST_BYTES,
    }
}

/// Everything of the owner's, and what has a wanted name whosever it is.
pub(crate) async fn discover(
    store: Store,
    clients: &Clients,
    owner: &Owner,
    wanted: &[&(Address, Parameter)],
) -> Result<Vec<Listed>, Fault> {
    match store {
        Store::ParameterStore => parameter_store::discover(&clients.ssm().reads, owner, wanted).await,
        Store::SecretsManager => secrets_manager::discover(&clients.secretsmanager().reads, owner, wanted).await,
    }
}

/// Those of these names that exist, whosever they are.
pub(crate) async fn named(store: Store, clients: &Clients, names: &[String]) -> Result<Vec<Listed>, Fault> {
    match store {
        Store::ParameterStore => parameter_store::named(&clients.ssm().reads, names).await,
        Store::SecretsManager => secrets_manager::named(&clients.secretsmanager().reads, names).await,
    }
}

/// All tags of one.
pub(crate) async fn tags_of(store: Store, clients: &Clients, id: &str) -> Result<BTreeMap<String, String>, Fault> {
    match store {
        Store::ParameterStore => parameter_store::tags_of(&clients.ssm().reads, id).await,
        Store::SecretsManager => secrets_manager::tags_of(&clients.secretsmanager().reads, id).await,
    }
}

/// Sends a value.
pub(crate) async fn put(
    store: Store,
    clients: &Clients,
    inputs: &Parameter,
    value: &Secret,
    put: Put<'_>,
) -> Result<Written, Fault> {
    check(store, value)?;
    match store {
        Store::ParameterStore => parameter_store::put(clients, inputs, value, put).await,
        Store::SecretsManager => secrets_manager::put(clients, inputs, value, put).await,
    }
}

/// Sets and removes tags.
pub(crate) async fn tag(store: Store, clients: &Clients, id: &str, change: &tags::TagChange) -> Result<(), Fault> {
    match store {
        Store::ParameterStore => parameter_store::tag(&clients.ssm().writes, id, change).await,
        Store::SecretsManager => secrets_manager::tag(&clients.secretsmanager().writes, id, change).await,
    }
}

/// Says that one has a value of this life, where the store keeps what is deleted for a while.
pub(crate) async fn unmark(store: Store, clients: &Clients, id: &str) -> Result<(), Fault> {
    match store {
        Store::ParameterStore => Ok(()),
        Store::SecretsManager => secrets_manager::unmark(&clients.secretsmanager().writes, id).await,
    }
}

/// Deletes one with all of its versions. Says whether there was one.
pub(crate) async fn delete(store: Store, clients: &Clients, id: &str) -> Result<bool, Fault> {
    match store {
        Store::ParameterStore => parameter_store::delete(&clients.ssm().writes, id).await,
        Store::SecretsManager => secrets_manager::delete(&clients.secretsmanager().writes, id).await,
    }
}

/// The current values of those of `names` that exist, by name.
pub(crate) async fn values(
    store: Store,
    clients: &Clients,
    names: &[String],
) -> Result<BTreeMap<String, Reading>, Fault> {
    match store {
        Store::ParameterStore => parameter_store::values(&clients.ssm().reads, names).await,
        Store::SecretsManager => secrets_manager::values(&clients.secretsmanager().reads, names).await,
    }
}

/// One version of a value; nothing where there is no such version.
pub(crate) async fn value_at(
    store: Store,
    clients: &Clients,
    name: &str,
    version: &VersionName,
) -> Result<Option<Reading>, Fault> {
    match store {
        Store::ParameterStore => parameter_store::value_at(&clients.ssm().reads, name, version).await,
        Store::SecretsManager => secrets_manager::value_at(&clients.secretsmanager().reads, name, version).await,
    }
}

/// The versions that the store keeps, the newest first.
pub(crate) async fn versions(store: Store, clients: &Clients, name: &str) -> Result<Vec<Version>, Fault> {
    match store {
        Store::ParameterStore => parameter_store::versions(&clients.ssm().reads, name).await,
        Store::SecretsManager => secrets_manager::versions(&clients.secretsmanager().reads, name).await,
    }
}

/// What AWS said to a value, without the service's words, which can repeat what they refuse, or the whole request.
/// Those about a permission and a key are kept where they do not: nothing else tells which is missing. `is_answer` says
/// whether the words are the service's at all.
pub(crate) fn without_value(store: Store, mut fault: Fault, is_answer: bool, value: &Secret) -> Fault {
    let is_needed = !is_answer || fault.kind == FaultKind::Denied || fault.has_code("InvalidKeyId");
    if !is_needed || repeats(&fault.message, value) {
        fault.message = match fault.kind {
            FaultKind::Invalid => format!("{} refused the value, or how the secret is described", store.words()),
            _ => format!("{} did not take the value", store.words()),
        };
    }
    fault
}

/// Whether a text holds a value, as it is or as a request has it.
fn repeats(text: &str, value: &Secret) -> bool {
    let json = Zeroizing::new(serde_json::Value::from(value.expose()).to_string());
    text.contains(value.expose()) || text.contains(&json[1..json.len() - 1])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_cannot_be_stored_are_refused_unseen() {
        let refused = |store: Store, value: &str| {
            let fault = check(store, &Secret::new(value.to_owned())).expect_err("refused");
            assert_eq!(fault.kind, FaultKind::Invalid);
            assert!(value.is_empty() || !fault.message.contains(value));
        };
        for store in [Store::ParameterStore, Store::SecretsManager] {
            let most = most_bytes(store);
            for value in ["", "a\0b", &"v".repeat(most + 1), &"\u{e9}".repeat(most / 2 + 1)] {
                refused(store, value);
            }
            assert_eq!(check(store, &Secret::new("v".repeat(most))), Ok(()));
            assert_eq!(check(store, &Secret::new("\u{e9}".repeat(most / 2))), Ok(()));
        }
        refused(Store::ParameterStore, "a{{ssm:b}}");
        assert_eq!(check(Store::SecretsManager, &Secret::new("a{{ssm:b}}".to_owned())), Ok(()));
    }

    #[test]
    fn no_fault_repeats_the_value() {
        use FaultKind::{Conflict, Denied, Invalid, NotFound, Throttled, Unavailable};
        let value = Secret::new("hunter2 \"ä\"".to_owned());
        for store in [Store::ParameterStore, Store::SecretsManager] {
            for kind in [Invalid, Conflict, Denied, NotFound, Throttled, Unavailable] {
                for message in ["Value 'hunter2 \"ä\"' at 'value' failed", r#"refused: {"Value":"hunter2 \"ä\""}"#] {
                    for is_answer in [true, false] {
                        let fault = without_value(store, Fault::new(kind, message), is_answer, &value);
                        assert!(!fault.message.contains("hunter2"), "{fault}");
                    }
                }
            }
            let kept = without_value(store, Fault::new(Denied, "not authorized"), true, &value);
            assert_eq!(kept.message, "not authorized");
        }
    }
}
