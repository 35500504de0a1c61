//! What the `deploy secrets` commands do besides planning: setting values, reading them for those who ask, and
//! looking what is there.

use std::collections::{BTreeMap, BTreeSet};

use deploy_aws::{Clients, tags};
use deploy_kinds::secrets::{Ownership, Parameter, Place, Store, VersionName};
use deploy_plugin::model::{Address, Fault, Owner};
use futures::future::try_join_all;

use crate::backend::{self, Put};
use crate::listed::Listed;
use crate::parameter::refuse_foreign;
use crate::{Secret, parameter_store};

/// A value, and the version that holds it.
#[derive(Debug)]
pub struct Reading {
    /// The version.
    pub version: VersionName,
    /// The value.
    pub value: Secret,
}

/// One version, without its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// How it is called.
    pub name: VersionName,
    /// When it was set, in seconds since 1970.
    pub modified: Option<i64>,
    /// The ARN of who set it, where the store tells.
    pub by: Option<String>,
}

/// What setting a value changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetOutcome {
    /// The version before; absent where the parameter is new.
    pub version_before: Option<VersionName>,
    /// The version that holds the value.
    pub version: VersionName,
}

/// A declared parameter, and whether it has a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterStatus {
    /// Its address.
    pub address: Address,
    /// Where its value lives.
    pub place: Place,
    /// Its type: as it is, or as it is declared where it does not exist.
    pub value_type: String,
    /// What there is of it; absent where it has no value yet.
    pub current: Option<CurrentValue>,
    /// Whether it carries the environment's tags: a role that reads by tags reads nothing else.
    pub is_tagged: bool,
}

/// What is known of a value without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CurrentValue {
    /// Its version.
    pub version: VersionName,
    /// When it was set, in seconds since 1970.
    pub modified: Option<i64>,
}

/// What a parameter is before it gets a value.
#[derive(Clone, Debug)]
pub struct Before(Listed);

impl Before {
    /// The version that is current.
    pub fn version(&self) -> &VersionName {
        &self.0.version
    }

    /// The ARN of who set it, where the store tells.
    pub fn by(&self) -> Option<&str> {
        self.0.modified_by.as_deref()
    }
}

/// Checks that a value can be stored where it shall be. Nothing is called.
///
/// # Errors
/// Why not, without any part of the value.
pub fn check(inputs: &Parameter, value: &Secret) -> Result<(), Fault> {
    backend::check(inputs.store, value)
}

/// The largest value that fits where it shall be, in bytes.
pub fn most_bytes(inputs: &Parameter) -> usize {
    backend::most_bytes(inputs.store)
}

/// Whether a value makes a parameter advanced that was none: it is charged for from then on, and never becomes a
/// standard one again.
/// Source: <https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html>
pub fn makes_advanced(inputs: &Parameter, value: &Secret, before: Option<&Before>) -> bool {
    inputs.store == Store::ParameterStore && parameter_store::makes_advanced(value, before.map(|Before(listed)| listed))
}

/// Those of these that exist.
///
/// # Errors
/// What AWS answers.
pub async fn before(clients: &Clients, places: &[Place]) -> Result<BTreeMap<Place, Before>, Fault> {
    let listings = by_store(places).into_iter().map(async |(store, names)| {
        let listed = backend::named(store, clients, &names).await?.into_iter();
        Ok(listed.map(move |listed| (Place { store, name: listed.name.clone() }, Before(listed))))
    });
    Ok(try_join_all(listings).await?.into_iter().flatten().collect())
}

/// The current values of those of these that have one.
///
/// # Errors
/// What AWS answers.
pub async fn values(clients: &Clients, places: &[Place]) -> Result<BTreeMap<Place, Reading>, Fault> {
    let readings = by_store(places).into_iter().map(async |(store, names)| {
        let values = backend::values(store, clients, &names).await?.into_iter();
        Ok(values.map(move |(name, reading)| (Place { store, name }, reading)))
    });
    Ok(try_join_all(readings).await?.into_iter().flatten().collect())
}

/// One version of a value; nothing where there is no such version.
///
/// # Errors
/// What AWS answers.
pub async fn value_at(clients: &Clients, place: &Place, version: &VersionName) -> Result<Option<Reading>, Fault> {
    backend::value_at(place.store, clients, &place.name, version).await
}

/// The versions of a value, the newest first; none where it does not exist.
///
/// # Errors
/// What AWS answers.
pub async fn versions(clients: &Clients, place: &Place) -> Result<Vec<Version>, Fault> {
    backend::versions(place.store, clients, &place.name).await
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
    (address, inputs): (&Address, &Parameter),
    before: Option<&Before>,
    value: &Secret,
) -> Result<SetOutcome, Fault> {
    let (store, name) = (inputs.store, &inputs.name);
    let wanted = tags::owned(owner, address, &inputs.tags);
    let Some(Before(before)) = before else {
        let written = backend::put(store, clients, inputs, value, Put::New { tags: &wanted, owner }).await?;
        return Ok(SetOutcome { version_before: None, version: written.version });
    };
    let live = backend::tags_of(store, clients, name).await?;
    refuse_foreign(&Ownership::in_tags(&live), name, owner)?;
    let written = backend::put(store, clients, inputs, value, Put::Again { before }).await?;
    complete_tags(clients, inputs, live, &wanted).await?;
    Ok(SetOutcome { version_before: Some(before.version.clone()), version: written.version })
}

/// Gives a parameter that has its value whatever it lacks of the tags that it shall have. It can be done twice.
///
/// # Errors
/// Where the parameter belongs to someone else, or what AWS answers.
pub async fn claim(clients: &Clients, owner: &Owner, (address, inputs): (&Address, &Parameter)) -> Result<(), Fault> {
    let live = backend::tags_of(inputs.store, clients, &inputs.name).await?;
    refuse_foreign(&Ownership::in_tags(&live), &inputs.name, owner)?;
    complete_tags(clients, inputs, live, &tags::owned(owner, address, &inputs.tags)).await?;
    backend::unmark(inputs.store, clients, &inputs.name).await
}

/// Tags that others have put there stay.
async fn complete_tags(
    clients: &Clients,
    inputs: &Parameter,
    mut live: BTreeMap<String, String>,
    wanted: &BTreeMap<String, String>,
) -> Result<(), Fault> {
    live.retain(|key, _| wanted.contains_key(key));
    backend::tag(inputs.store, clients, &inputs.name, &tags::difference(&live, wanted)).await
}

/// Deletes a parameter with all of its versions. Says whether there was one.
///
/// # Errors
/// Where it belongs to somebody else, or what AWS answers.
pub async fn remove(clients: &Clients, owner: &Owner, place: &Place) -> Result<bool, Fault> {
    let Place { store, name } = place;
    if backend::named(*store, clients, std::slice::from_ref(name)).await?.is_empty() {
        return Ok(false);
    }
    refuse_foreign(&Ownership::in_tags(&backend::tags_of(*store, clients, name).await?), name, owner)?;
    backend::delete(*store, clients, name).await
}

/// What there is of the declared parameters, in their order.
///
/// # Errors
/// What AWS answers.
pub async fn list(
    clients: &Clients,
    owner: &Owner,
    declared: &[(Address, Parameter)],
) -> Result<Vec<ParameterStatus>, Fault> {
    let stores: BTreeSet<Store> = declared.iter().map(|(_, inputs)| inputs.store).collect();
    let listings = stores.into_iter().map(async |store| {
        let wanted: Vec<_> = declared.iter().filter(|(_, inputs)| inputs.store == store).collect();
        let listed = backend::discover(store, clients, owner, &wanted).await?.into_iter();
        Ok(listed.map(move |listed| (Place { store, name: listed.name.clone() }, listed)))
    });
    let found: BTreeMap<Place, Listed> = try_join_all(listings).await?.into_iter().flatten().collect();
    let status = |(address, inputs): &(Address, Parameter)| {
        let found = found.get(&inputs.place());
        let tags = found.and_then(|listed| listed.tags.as_ref());
        let wanted = tags::owned(owner, address, &inputs.tags);
        ParameterStatus {
            address: address.clone(),
            place: inputs.place(),
            value_type: found.map_or(&inputs.value_type, |listed| &listed.value_type).clone(),
            current: found.map(|listed| CurrentValue { version: listed.version.clone(), modified: listed.modified }),
            is_tagged: tags.is_some_and(|tags| wanted.iter().all(|(key, value)| tags.get(key) == Some(value))),
        }
    };
    Ok(declared.iter().map(status).collect())
}

/// The names, store by store.
fn by_store(places: &[Place]) -> BTreeMap<Store, Vec<String>> {
    let mut names: BTreeMap<Store, Vec<String>> = BTreeMap::new();
    for place in places {
        names.entry(place.store).or_default().push(place.name.clone());
    }
    names
}
