//! `secrets.parameter`: one parameter, known by everything but its value.

use std::collections::{BTreeMap, BTreeSet};

use deploy_aws::ssm::types::{ParameterMetadata, ResourceTypeForTagging};
use deploy_aws::{Clients, absent, fault, tags};
use deploy_plugin::model::{Address, Fault, FaultKind, FieldChange, Owner};
use deploy_plugin::{Context, Found, Kind, Made, Resource, Scope};
use futures::stream::{self, StreamExt, TryStreamExt};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::name::RECORDS;
use crate::put::{self, Put};
use crate::{Ownership, Secret, listing};

/// How many parameters are asked for their tags at the same time.
const AT_ONCE: usize = 8;

/// What a parameter shall be. Its value is no part of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ParameterInputs {
    /// The full name.
    #[schemars(extend("x-force-new" = true, "x-unique" = true))]
    pub name: String,
    /// `SecureString`, `String` or `StringList`.
    #[serde(rename = "type")]
    pub value_type: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-computed" = true))]
    pub description: Option<String>,
    /// The KMS key that encrypts it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-computed" = true))]
    pub kms_key: Option<String>,
    /// How many random characters to make its first value of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-write-only" = true))]
    pub generate: Option<u16>,
    /// Whose it is.
    pub owner: Ownership,
    /// The user's tags. Further ones that a parameter has are left alone.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

/// What others may refer to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ParameterOutputs {
    /// The full name.
    pub name: String,
    /// The ARN.
    pub arn: String,
    /// The number of the current value. No update changes it: only `deploy secrets set` does.
    pub version: i64,
}

impl Resource for ParameterInputs {
    const KIND: &'static str = "secrets.parameter";
    type Outputs = ParameterOutputs;
}

/// The inputs that Parameter Store takes only together with a new value.
///
/// Source: <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html>, where
/// `Value` is required, also of an update.
pub(crate) const SET_WITH_VALUE: [&str; 3] = ["type", "description", "kms_key"];

/// Finds, makes, tags and deletes parameters.
pub struct ParameterKind {
    clients: Clients,
}

impl ParameterKind {
    /// The kind, on these clients.
    pub fn new(clients: &Clients) -> Self {
        Self { clients: clients.clone() }
    }

    /// The tags of every one of `names`, asked for one by one: for the few that no listing could verify.
    async fn tags_of(&self, names: Vec<String>) -> Result<BTreeMap<String, BTreeMap<String, String>>, Fault> {
        let client = &self.clients.ssm().reads;
        let asked = stream::iter(names).map(|name| async move {
            // Gone since it was listed: without tags it is nobody's.
            let tags = absent(listing::tags_of(client, &name).await)?.unwrap_or_default();
            Ok((name, tags))
        });
        asked.buffer_unordered(AT_ONCE).try_collect().await
    }
}

impl Kind for ParameterKind {
    type Inputs = ParameterInputs;

    async fn discover(&self, cx: &Context, scope: &Scope) -> Result<Vec<Found<ParameterInputs>>, Fault> {
        let client = &self.clients.ssm().reads;
        let wanted = scope.wanted::<ParameterInputs>();
        let owned = listing::owned(client, cx.owner());
        let as_wanted = listing::tagged_as_wanted(client, cx.owner(), &wanted);
        let (mut listed, as_wanted) = futures::try_join!(owned, as_wanted)?;

        let wanted: BTreeMap<String, _> =
            wanted.into_iter().map(|(address, inputs)| (inputs.name.clone(), (address, inputs))).collect();
        let is_listed = |name: &String| listed.iter().any(|metadata| metadata.name.as_ref() == Some(name));
        let missing: Vec<String> = wanted.keys().filter(|name| !is_listed(name)).cloned().collect();
        listed.extend(listing::named(client, &missing).await?);
        listed.retain(|metadata| metadata.name.as_ref().is_some_and(|name| !name.starts_with(RECORDS)));

        let is_verified = |name: &String| as_wanted.contains(name) && wanted.contains_key(name);
        let names = listed.iter().filter_map(|metadata| metadata.name.clone());
        let tags = self.tags_of(names.filter(|name| !is_verified(name)).collect()).await?;
        let found = listed.iter().filter_map(|metadata| {
            let name = metadata.name.as_ref()?;
            match (wanted.get(name), tags.get(name)) {
                (Some((address, wanted)), None) => found_as_wanted(metadata, address, wanted, cx.owner()),
                (Some((address, wanted)), Some(tags)) => found_by_name(metadata, address, wanted, tags),
                (None, Some(tags)) => found_by_tags(metadata, tags, cx.owner()),
                (None, None) => None,
            }
        });
        let mut found: Vec<_> = found.collect();
        retire_predecessors(&mut found, &wanted);
        Ok(found)
    }

    async fn create(
        &self,
        cx: &Context,
        address: &Address,
        inputs: ParameterInputs,
    ) -> Result<Made<ParameterOutputs>, Fault> {
        let Some(length) = inputs.generate else {
            let message = format!("{} has no value", inputs.name);
            return Err(Fault::new(FaultKind::Invalid, message).help(set_command(address, &cx.owner().environment)));
        };
        let value = Secret::generate(usize::from(length))
            .map_err(|_| Fault::internal("the operating system gave no random numbers"))?;
        let tags = tags::owned(cx.owner(), address, &inputs.tags);
        put::send(&self.clients, &inputs, &value, Put::New { tags: &tags }).await?;
        let outputs = ParameterOutputs { arn: inputs.name.clone(), name: inputs.name.clone(), version: 1 };
        Ok(Made { id: inputs.name, outputs })
    }

    /// PutParameter names no ARN, so the parameter is looked up.
    async fn complete(&self, _cx: &Context, made: Found<ParameterInputs>) -> Result<Made<ParameterOutputs>, Fault> {
        let listed = listing::named(&self.clients.ssm().reads, std::slice::from_ref(&made.id)).await?;
        let outputs = listed.first().and_then(outputs);
        let outputs = outputs.ok_or_else(|| Fault::new(FaultKind::NotFound, "the new parameter is not listed yet"))?;
        Ok(Made { id: made.id, outputs })
    }

    async fn update(
        &self,
        cx: &Context,
        live: Found<ParameterInputs>,
        inputs: ParameterInputs,
        changes: &[FieldChange],
    ) -> Result<Made<ParameterOutputs>, Fault> {
        let valued = changes.iter().find_map(|change| valued_field(change));
        if let Some(field) = valued {
            let message = format!("the {field} of {} changes only together with its value", live.id);
            let help = set_command(&live.address, &cx.owner().environment);
            return Err(Fault::new(FaultKind::Invalid, message).help(help));
        }
        refuse_foreign(&live.inputs.owner, &live.id, cx.owner())?;
        let change = tags::difference(&tags_in(&live.inputs), &tags::owned(cx.owner(), &live.address, &inputs.tags));
        tag(&self.clients, &live.id, &change).await?;
        Ok(Made { id: live.id, outputs: live.outputs })
    }

    async fn retire(&self, cx: &Context, live: Found<ParameterInputs>, to: &Address) -> Result<(), Fault> {
        refuse_foreign(&live.inputs.owner, &live.id, cx.owner())?;
        let change = tags::TagChange { set: cx.owner().tags(to), remove: Vec::new() };
        tag(&self.clients, &live.id, &change).await
    }

    /// Deletes the parameter, if it is ours. One that is only declared under the name of somebody else's,
    /// or was made by hand and never taken over, stays: nobody could bring its value back.
    async fn delete(&self, cx: &Context, live: Found<ParameterInputs>) -> Result<(), Fault> {
        if !live.inputs.owner.is_of(cx.owner()) {
            cx.progress("left as it is: it lacks this environment's tags");
            return Ok(());
        }
        let request = self.clients.ssm().writes.delete_parameter().name(&live.id);
        absent(request.send().await.map_err(fault("DeleteParameter")))?;
        Ok(())
    }
}

/// The command that gives a parameter its value.
pub(crate) fn set_command(address: &Address, environment: &str) -> String {
    format!("deploy secrets set {} --env {environment}", address.name())
}

/// The field that a change is about, if it needs a new value.
pub(crate) fn valued_field(change: &FieldChange) -> Option<&'static str> {
    let field = change.path.segments().first()?;
    SET_WITH_VALUE.into_iter().find(|valued| valued == field)
}

/// Stops before something that another application or environment has claimed is changed.
pub(crate) fn refuse_foreign(owner: &Ownership, name: &str, ours: &Owner) -> Result<(), Fault> {
    if owner.is_foreign_to(ours) {
        let message = format!("{name} belongs to {}", owner.claimant());
        return Err(Fault::new(FaultKind::Conflict, message).help("give the parameter another `name`"));
    }
    Ok(())
}

/// Sets and removes tags of a parameter.
pub(crate) async fn tag(clients: &Clients, name: &str, change: &tags::TagChange) -> Result<(), Fault> {
    let client = &clients.ssm().writes;
    let kind = ResourceTypeForTagging::Parameter;
    if !change.set.is_empty() {
        let set = Some(put::sdk_tags(&change.set));
        let request = client.add_tags_to_resource().resource_type(kind.clone()).resource_id(name).set_tags(set);
        request.send().await.map_err(fault("AddTagsToResource"))?;
    }
    if !change.remove.is_empty() {
        let remove = Some(change.remove.clone());
        let request = client.remove_tags_from_resource().resource_type(kind).resource_id(name).set_tag_keys(remove);
        request.send().await.map_err(fault("RemoveTagsFromResource"))?;
    }
    Ok(())
}

/// A parameter has its declared name. One that carries its address under another name, because `secrets.path`
/// was changed and the value set anew before the next apply, makes way.
fn retire_predecessors(found: &mut [Found<ParameterInputs>], wanted: &BTreeMap<String, (Address, ParameterInputs)>) {
    let is_declared = |found: &Found<ParameterInputs>| wanted.contains_key(&found.id);
    let settled: BTreeSet<Address> =
        found.iter().filter(|found| is_declared(found)).map(|found| found.address.clone()).collect();
    for old in found.iter_mut().filter(|found| !is_declared(found) && settled.contains(&found.address)) {
        old.address = old.address.retire(&old.id);
    }
}

/// All tags that a live parameter's inputs stand for.
fn tags_in(live: &ParameterInputs) -> BTreeMap<String, String> {
    let mut tags = live.tags.clone();
    tags.extend(live.owner.tags());
    tags
}

/// A declared parameter whose tags a listing has verified.
fn found_as_wanted(
    metadata: &ParameterMetadata,
    address: &Address,
    wanted: &ParameterInputs,
    owner: &Owner,
) -> Option<Found<ParameterInputs>> {
    found(metadata, address, Ownership::of(owner, address), wanted.tags.clone())
}

/// A declared parameter that lacks some tag, or has no owner: it was made by hand, or changed so.
fn found_by_name(
    metadata: &ParameterMetadata,
    address: &Address,
    wanted: &ParameterInputs,
    tags: &BTreeMap<String, String>,
) -> Option<Found<ParameterInputs>> {
    let mut user = tags::user(tags);
    user.retain(|key, _| wanted.tags.contains_key(key));
    found(metadata, address, Ownership::in_tags(tags), user)
}

/// A parameter that is ours by its tags and that nothing declares any more.
fn found_by_tags(
    metadata: &ParameterMetadata,
    tags: &BTreeMap<String, String>,
    owner: &Owner,
) -> Option<Found<ParameterInputs>> {
    let address = owner.address_in(tags).filter(|address| address.kind().to_string() == ParameterInputs::KIND)?;
    found(metadata, &address, Ownership::in_tags(tags), tags::user(tags))
}

fn found(
    metadata: &ParameterMetadata,
    address: &Address,
    owner: Ownership,
    tags: BTreeMap<String, String>,
) -> Option<Found<ParameterInputs>> {
    let outputs = outputs(metadata)?;
    let inputs = ParameterInputs {
        name: outputs.name.clone(),
        value_type: metadata.r#type()?.as_str().to_owned(),
        description: metadata.description.clone(),
        kms_key: metadata.key_id.clone(),
        generate: None,
        owner,
        tags,
    };
    Some(Found { address: address.clone(), id: outputs.name.clone(), inputs, outputs })
}

fn outputs(metadata: &ParameterMetadata) -> Option<ParameterOutputs> {
    let name = metadata.name.clone()?;
    // AWS names the ARN. Servers that leave it out take the name in its place, as ECS does within one region.
    let arn = metadata.arn.clone().unwrap_or_else(|| name.clone());
    Some(ParameterOutputs { name, arn, version: metadata.version })
}
