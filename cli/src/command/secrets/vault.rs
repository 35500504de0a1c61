//! One environment's secrets: what it declares, who reads it, and the way to the values.

use std::collections::BTreeMap;

use deploy_kinds::secrets::{Parameter, Place, VersionName};
use deploy_model::address::is_address_part;
use deploy_model::{Address, Desired, Fault, Place as AwsPlace};
use deploy_secrets::store::{self, Before, Reading, Version};
use serde_json::Value;

use crate::command::Session;
use crate::connect::Connection;
use crate::error::CommandError;
use crate::workspace::{Intended, Workspace};

/// A declared secret.
#[derive(Clone, Debug)]
pub struct Declared {
    /// Its address.
    pub address: Address,
    /// What its parameter shall be.
    pub inputs: Parameter,
}

impl Declared {
    /// The key under which it is declared.
    pub fn key(&self) -> &str {
        self.address.name()
    }

    /// Where its value lives.
    pub fn place(&self) -> Place {
        self.inputs.place()
    }
}

/// An environment and the way to its values. Opening it calls AWS once, to know whose account this is.
pub struct Vault {
    /// What the files want.
    pub intended: Intended,
    /// The way to AWS.
    pub connection: Connection,
    /// The account and the region.
    pub place: AwsPlace,
}

impl Vault {
    /// The vault of an environment.
    ///
    /// # Errors
    /// Where AWS cannot be reached, or it is not the environment's account.
    pub async fn open(workspace: &Workspace, intended: Intended) -> Result<Self, CommandError> {
        let connection = Connection::open(workspace, &intended).await?;
        let place = connection.place(&intended).await?;
        Ok(Self { intended, connection, place })
    }

    /// The vault of the environment that is meant, and its secret of this name.
    ///
    /// # Errors
    /// As [`Vault::open`], and before that where no such secret is declared.
    pub async fn with_secret(session: &Session, name: &str) -> Result<(Self, Declared), CommandError> {
        let workspace = Workspace::open(&session.global, session.terminal)?;
        let intended = workspace.intended(None)?;
        let declared = find(&intended, name)?;
        Ok((Self::open(&workspace, intended).await?, declared))
    }

    /// The current values of those of these that have one. `what` begins the error.
    ///
    /// # Errors
    /// What AWS answers.
    pub async fn values(
        &self,
        places: &[Place],
        what: impl Into<String>,
    ) -> Result<BTreeMap<Place, Reading>, CommandError> {
        let values = store::values(&self.connection.clients, places).await;
        values.map_err(|fault| CommandError::Fault(what.into(), fault))
    }

    /// The region and the account, as an ARN has them.
    pub fn here(&self) -> String {
        format!("{}:{}", self.place.region, self.place.account)
    }

    /// The environment's name.
    pub fn environment(&self) -> &str {
        &self.intended.configuration.environment
    }

    /// The current value of a secret.
    ///
    /// # Errors
    /// Where it has none, or what AWS answers.
    pub async fn value(&self, declared: &Declared) -> Result<Reading, CommandError> {
        let found = store::values(&self.connection.clients, &[declared.place()]).await;
        let found = found.map_err(failed("read", declared))?.into_values().next();
        found.ok_or_else(|| no_value(self.environment(), declared.key()))
    }

    /// The value of one version of a secret.
    ///
    /// # Errors
    /// Where there is no such version, or what AWS answers.
    pub async fn value_at(&self, declared: &Declared, version: &VersionName) -> Result<Reading, CommandError> {
        let found = store::value_at(&self.connection.clients, &declared.place(), version).await;
        found.map_err(failed("read", declared))?.ok_or_else(|| self.no_version(declared, &version.to_string()))
    }

    /// The versions of a secret, the current one first.
    ///
    /// # Errors
    /// What AWS answers.
    pub async fn versions(&self, declared: &Declared) -> Result<Vec<Version>, CommandError> {
        store::versions(&self.connection.clients, &declared.place()).await.map_err(failed("look at", declared))
    }

    /// That a secret has no version of this name.
    pub fn no_version(&self, declared: &Declared, version: &str) -> CommandError {
        CommandError::bad_input(
            format!("{} has no version {version}", declared.inputs.name),
            format!("see `deploy secrets history {} --env {}`", declared.key(), self.environment()),
        )
    }

    /// What the parameter of a secret is now.
    ///
    /// # Errors
    /// What AWS answers.
    pub async fn before(&self, declared: &Declared) -> Result<Option<Before>, CommandError> {
        let place = declared.place();
        let places = std::slice::from_ref(&place);
        let mut found = store::before(&self.connection.clients, places).await.map_err(failed("look at", declared))?;
        Ok(found.remove(&place))
    }

    /// The services that read a secret, by their keys.
    pub fn readers(&self, address: &Address) -> Vec<&str> {
        self.tasks_that_name(&format!("{address}#"))
    }

    /// Those of them that the next apply rolls for a new value.
    pub fn rolled_for(&self, address: &Address) -> Vec<&str> {
        self.tasks_that_name(&format!("{address}#edition"))
    }

    fn tasks_that_name(&self, output: &str) -> Vec<&str> {
        let desired = self.intended.blueprint.desired.values();
        let readers = desired.filter(|desired| is(desired, "ecs", "task_definition") && names(&desired.inputs, output));
        readers.map(|desired| desired.address.name()).collect()
    }
}

/// The secrets that an environment declares.
pub fn declared(intended: &Intended) -> Vec<Declared> {
    let parameters = intended.blueprint.all();
    parameters.map(|(address, inputs)| Declared { address: address.clone(), inputs }).collect()
}

/// Where the values of secrets live.
pub fn places<'a>(declared: impl IntoIterator<Item = &'a Declared>) -> Vec<Place> {
    declared.into_iter().map(Declared::place).collect()
}

/// The declared secret of this name.
///
/// # Errors
/// Where there is none: which there are, and how to declare it.
pub fn find(intended: &Intended, name: &str) -> Result<Declared, CommandError> {
    let declared = declared(intended);
    let names: Vec<String> = declared.iter().map(|declared| declared.key().to_owned()).collect();
    declared.into_iter().find(|declared| declared.key() == name).ok_or_else(|| {
        let environment = &intended.configuration.environment;
        if !could_be_a_name(name) {
            let help = match names.is_empty() {
                true => format!("declare one under [secrets.parameters] in {}", intended.source()),
                false => format!("declared are: {}", names.join(", ")),
            };
            return CommandError::bad_input(format!("{environment} declares no secret of such a name"), help);
        }
        let help = match names.is_empty() {
            true => format!("declare it: [secrets.parameters.{name}] in {}", intended.source()),
            false => format!("declared are: {}; or add [secrets.parameters.{name}]", names.join(", ")),
        };
        CommandError::bad_input(format!("{environment} declares no secret `{name}`"), help)
    })
}

/// Whether a word may be shown as a name: it could be the key of a secret, and is hardly the value of one.
pub fn could_be_a_name(word: &str) -> bool {
    const LONGEST_PLAIN: usize = 20;
    is_address_part(word) && (word.len() <= LONGEST_PLAIN || word.contains('_'))
}

/// That a declared secret holds nothing yet.
pub fn no_value(environment: &str, key: &str) -> CommandError {
    CommandError::bad_input(
        format!("{key} has no value in {environment}"),
        format!("give it one: `deploy secrets set {key} --env {environment}`"),
    )
}

/// What AWS said to an attempt on a secret.
pub fn failed(verb: &str, declared: &Declared) -> impl FnOnce(Fault) -> CommandError {
    let what = format!("cannot {verb} {}", declared.address);
    move |fault| CommandError::Fault(what, fault)
}

fn is(desired: &Desired, stage: &str, kind: &str) -> bool {
    let name = desired.address.kind();
    name.stage() == stage && name.kind() == kind
}

/// Whether any text in `value` begins with `output`.
fn names(value: &Value, output: &str) -> bool {
    match value {
        Value::String(text) => text.starts_with(output),
        Value::Array(items) => items.iter().any(|item| names(item, output)),
        Value::Object(fields) => fields.values().any(|field| names(field, output)),
        _ => false,
    }
}
