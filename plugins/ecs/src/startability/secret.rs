//! A secret as the stage `secrets` desires it, as far as it decides whether a role may read it.

use std::collections::BTreeMap;

use deploy_model::{Input, Part};
use deploy_plugin::{Answered, AnyAnswer};
use serde::Deserialize;
use serde_json::Value;

use super::World;
use super::role::Facts;
use crate::config::whole_arn;

/// The kind of everything that is declared as a secret.
const KIND: &str = "secrets.parameter";

/// What is read of a parameter's inputs.
#[derive(Debug, Deserialize)]
pub(super) struct Secret {
    #[serde(default)]
    store: Store,
    pub(super) name: String,
    /// A key of one's own. AWS's own for the store everyone in the account may use through it, and none is named then.
    #[serde(default)]
    pub(super) kms_key: Option<String>,
    /// How many random characters its first value is made of.
    #[serde(default)]
    pub(super) generate: Option<u16>,
    #[serde(default)]
    owner: BTreeMap<String, Value>,
    #[serde(default)]
    tags: BTreeMap<String, String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Store {
    #[default]
    ParameterStore,
    SecretsManager,
}

/// A secret that a variable reads.
pub(super) struct Wanted {
    pub(super) secret: Secret,
    pub(super) arn: String,
    /// Where it is declared; nowhere where it belongs to others.
    pub(super) section: Option<String>,
    /// Whether one key of its value is meant.
    pub(super) has_key: bool,
}

/// The secret that `from` names; nothing where nobody can tell.
///
/// # Errors
/// The ARN, where it names one of this account and region that does not exist.
pub(super) fn wanted(world: &World<'_>, from: &Input<String>) -> Result<Option<Wanted>, String> {
    let reference = match from {
        Input::Value(text) => return others(world, text),
        Input::Reference(reference) => Some(reference),
        Input::Text(parts) => parts.iter().find_map(|part| match part {
            Part::Reference(reference) => Some(reference),
            Part::Fixed(_) => None,
        }),
    };
    Ok(reference.and_then(|reference| world.at::<Secret>(reference)).map(|(address, secret)| Wanted {
        arn: world.arn(secret.access().service, &secret.resource()),
        section: Some(format!("[secrets.parameters.{}]", address.name())),
        has_key: matches!(from, Input::Text(_)),
        secret,
    }))
}

fn others(world: &World<'_>, text: &str) -> Result<Option<Wanted>, String> {
    let arn = whole_arn(text);
    let has_key = arn.len() < text.len();
    let found = world.answers.of(KIND).find(|answer| answer.output("arn") == Some(arn));
    if let Some(secret) = found.and_then(AnyAnswer::inputs::<Secret>) {
        return Ok(Some(Wanted { arn: arn.to_owned(), section: None, has_key, secret }));
    }
    let account = format!(":{}:{}:", world.place.region, world.place.account);
    match world.answers.to(KIND, arn) {
        Some(Answered::With(found)) if found.is_empty() && arn.contains(&account) => Err(arn.to_owned()),
        _ => Ok(None),
    }
}

/// How a role reads values of one store.
#[derive(Debug)]
pub(super) struct Access {
    /// The service in ARNs, and in the names of hosts.
    pub(super) service: &'static str,
    /// The one call that ECS makes.
    pub(super) action: &'static str,
    /// What the configuration calls the permission.
    pub(super) grant: &'static str,
}

/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-ssm-paramstore.html>
const PARAMETER_STORE: Access = Access { service: "ssm", action: "ssm:GetParameters", grant: "read_parameters" };

/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html>
const SECRETS_MANAGER: Access =
    Access { service: "secretsmanager", action: "secretsmanager:GetSecretValue", grant: "read_secrets" };

impl Secret {
    /// Whether a part of the value can be asked for.
    pub(super) fn has_keys(&self) -> bool {
        self.store == Store::SecretsManager
    }

    pub(super) fn access(&self) -> &'static Access {
        match self.store {
            Store::ParameterStore => &PARAMETER_STORE,
            Store::SecretsManager => &SECRETS_MANAGER,
        }
    }

    /// How many characters at the end of its ARN are Secrets Manager's own, and not known here.
    pub(super) fn unknown_suffix(&self) -> usize {
        match self.store {
            Store::ParameterStore => 0,
            Store::SecretsManager => 6,
        }
    }

    /// What stands last in its ARN. Secrets Manager puts a hyphen and six characters of its own behind the name.
    pub(super) fn resource(&self) -> String {
        match self.store {
            Store::ParameterStore => format!("parameter/{}", self.name.trim_start_matches('/')),
            Store::SecretsManager => format!("secret:{}-AbCdEf", self.name),
        }
    }

    /// Its tags, under the keys by which conditions look at them.
    pub(super) fn all_tags(&self) -> Facts {
        let owner = self.owner.iter().filter_map(|(key, value)| {
            let key = if key == "address" { "deploy:address" } else { key };
            Some((key.to_owned(), value.as_str()?.to_owned()))
        });
        let service = self.access().service;
        let under_both = |(key, value): (String, String)| {
            let key = key.to_lowercase();
            [
                (format!("{service}:resourcetag/{key}"), vec![value.clone()]),
                (format!("aws:resourcetag/{key}"), vec![value]),
            ]
        };
        owner.chain(self.tags.clone()).flat_map(under_both).collect()
    }
}
