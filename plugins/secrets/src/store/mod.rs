//! What the `deploy secrets` commands do besides planning: setting values, reading them for those who ask, and
//! looking what is there.

mod claim;
mod read;
mod remove;
mod tier;
mod versions;

pub use claim::claim;
pub use read::{Reading, value_at, values};
pub use remove::remove;
pub use tier::makes_advanced;
pub use versions::{Version, versions};

use std::collections::BTreeMap;

use deploy_aws::ssm::types::ParameterMetadata;
use deploy_aws::{Clients, tags};
use deploy_plugin::model::{Address, Fault, Owner};

use crate::parameter::{self, ParameterInputs};
use crate::put::{self, Put};
use crate::{Ownership, Secret, listing};

/// What setting a value changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetOutcome {
    /// The parameter's full name.
    pub name: String,
    /// The version before; absent where the parameter is new.
    pub version_before: Option<i64>,
    /// The version that holds the value.
    pub version: i64,
}

/// A declared parameter, and whether it has a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterStatus {
    /// Its address.
    pub address: Address,
    /// Its full name.
    pub name: String,
    /// Its type: as it is, or as it is declared where it does not exist.
    pub value_type: String,
    /// What there is of it; absent where it has no value yet.
    pub current: Option<CurrentValue>,
    /// Whether it carries the environment's tags: a role that reads by tags reads nothing else.
    pub is_tagged: bool,
}

/// What is known of a value without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CurrentValue {
    /// Its number.
    pub version: i64,
    /// When it was set, in seconds since 1970.
    pub modified: Option<i64>,
}

/// Checks that a value can be stored. Nothing is called.
///
/// # Errors
/// Why not, without any part of the value.
pub fn check(value: &Secret) -> Result<(), Fault> {
    put::check(value)
}

/// What a parameter is before it gets a value.
#[derive(Clone, Debug)]
pub struct Before(ParameterMetadata);

impl Before {
    /// The version that is current.
    pub fn version(&self) -> i64 {
        self.0.version
    }

    /// The ARN of who set it.
    pub fn by(&self) -> Option<&str> {
        self.0.last_modified_user.as_deref()
    }
}

/// Those of these parameters that exist, by name.
///
/// # Errors
/// What AWS answers.
pub async fn before(clients: &Clients, names: &[String]) -> Result<BTreeMap<String, Before>, Fault> {
    let listed = listing::named(&clients.ssm().reads, names).await?;
    Ok(listed.into_iter().filter_map(|metadata| Some((metadata.name.clone()?, Before(metadata)))).collect())
}

/// Gives a declared parameter its value, making the parameter where there is none, as `before` says.
///
/// A parameter that exists gets a new version, the description, type and key that are declared now,
/// and whatever tags it lacks.
///
/// # Errors
/// Where the value cannot be stored, where the parameter belongs to someone else, or what AWS answers.
pub async fn set(
    clients: &Clients,
    owner: &Owner,
    (address, inputs): (&Address, &ParameterInputs),
    before: Option<&Before>,
    value: &Secret,
) -> Result<SetOutcome, Fault> {
    let name = inputs.name.clone();
    let wanted = tags::owned(owner, address, &inputs.tags);
    let Some(Before(before)) = before else {
        let version = put::send(clients, inputs, value, Put::New { tags: &wanted }).await?;
        return Ok(SetOutcome { name, version_before: None, version });
    };
    let mut live = listing::tags_of(&clients.ssm().reads, &name).await?;
    parameter::refuse_foreign(&Ownership::in_tags(&live), &name, owner)?;
    let version = put::send(clients, inputs, value, Put::Again { before }).await?;
    live.retain(|key, _| wanted.contains_key(key));
    parameter::tag(clients, &name, &tags::difference(&live, &wanted)).await?;
    Ok(SetOutcome { name, version_before: Some(before.version), version })
}

/// What there is of the declared parameters, in their order.
///
/// # Errors
/// What AWS answers.
pub async fn list(
    clients: &Clients,
    owner: &Owner,
    declared: &[(Address, ParameterInputs)],
) -> Result<Vec<ParameterStatus>, Fault> {
    let reads = &clients.ssm().reads;
    let names: Vec<String> = declared.iter().map(|(_, inputs)| inputs.name.clone()).collect();
    let named = listing::named(reads, &names);
    let (listed, tagged) = futures::try_join!(named, listing::tagged_as_wanted(reads, owner, declared))?;
    let status = |(address, inputs): &(Address, ParameterInputs)| {
        let found = listed.iter().find(|metadata| metadata.name.as_ref() == Some(&inputs.name));
        let value_type = found.and_then(|metadata| metadata.r#type()).map(|found| found.as_str().to_owned());
        ParameterStatus {
            address: address.clone(),
            name: inputs.name.clone(),
            is_tagged: tagged.contains(&inputs.name),
            value_type: value_type.unwrap_or_else(|| inputs.value_type.clone()),
            current: found.map(|metadata| CurrentValue {
                version: metadata.version,
                modified: metadata.last_modified_date.map(|date| date.secs()),
            }),
        }
    };
    Ok(declared.iter().map(status).collect())
}
