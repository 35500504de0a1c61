//! The calls that carry a value.

use std::collections::BTreeMap;

use deploy_aws::secretsmanager::types::Tag;
use deploy_aws::{Clients, fault, tags};
use deploy_kinds::secrets::{Ownership, Parameter, VersionName};
use deploy_plugin::model::{Fault, Owner};

use super::listing::{current, is_mark, tags_in};
use super::write;
use crate::Secret;
use crate::backend::{self, Put, Written};
use crate::parameter::refuse_foreign;

/// Bytes of a value.
/// Source: <https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html>
pub(crate) const MOST_BYTES: usize = 65_536;

/// Sends a value, and answers with the version that it became.
pub(crate) async fn put(clients: &Clients, inputs: &Parameter, value: &Secret, put: Put<'_>) -> Result<Written, Fault> {
    match put {
        Put::New { tags, owner } => match create(clients, inputs, value, tags).await {
            Err(fault) if fault.has_code("InvalidRequestException") || fault.has_code("ResourceExistsException") => {
                let id = waiting(clients, &inputs.name, owner).await?.ok_or(fault)?;
                revive(clients, &id, inputs, value, tags).await
            }
            created => created,
        },
        Put::Again { before } => update(clients, &before.arn, inputs, value).await,
    }
}

async fn create(
    clients: &Clients,
    inputs: &Parameter,
    value: &Secret,
    tags: &BTreeMap<String, String>,
) -> Result<Written, Fault> {
    let request = clients
        .secretsmanager()
        .writes
        .create_secret()
        .name(&inputs.name)
        .secret_string(value.expose())
        .set_description(inputs.description.clone())
        .set_kms_key_id(inputs.kms_key.clone())
        .set_tags(Some(sdk_tags(tags)));
    let reply = request.send().await.map_err(|error| {
        let is_answer = error.as_service_error().is_some();
        backend::without_value(inputs.store, fault("CreateSecret")(error), is_answer, value)
    })?;
    Ok(Written { arn: reply.arn, version: VersionName::Id(reply.version_id.unwrap_or_default()) })
}

async fn update(clients: &Clients, id: &str, inputs: &Parameter, value: &Secret) -> Result<Written, Fault> {
    let request = clients
        .secretsmanager()
        .writes
        .update_secret()
        .secret_id(id)
        .secret_string(value.expose())
        .set_description(inputs.description.clone())
        .kms_key_id(inputs.kms_key.as_deref().unwrap_or(inputs.store.own_key()));
    let reply = request.send().await.map_err(|error| {
        let is_answer = error.as_service_error().is_some();
        backend::without_value(inputs.store, fault("UpdateSecret")(error), is_answer, value)
    })?;
    Ok(Written { arn: reply.arn, version: VersionName::Id(reply.version_id.unwrap_or_default()) })
}

/// The ARN of a secret that holds the name and has no value that anybody could read: it waits for its deletion, or
/// never got one.
async fn waiting(clients: &Clients, name: &str, owner: &Owner) -> Result<Option<String>, Fault> {
    let reads = &clients.secretsmanager().reads;
    let found = reads.describe_secret().secret_id(name).send().await.map_err(fault("DescribeSecret"))?;
    let has_value = found.version_ids_to_stages.as_ref().is_some_and(|versions| current(versions).is_some());
    let is_marked = found.tags().iter().any(is_mark);
    if found.deleted_date.is_none() && has_value && !is_marked {
        return Ok(None);
    }
    refuse_foreign(&Ownership::in_tags(&tags_in(found.tags.unwrap_or_default())), name, owner)?;
    if found.deleted_date.is_some() {
        let request = clients.secretsmanager().writes.restore_secret().secret_id(name);
        request.send().await.map_err(fault("RestoreSecret"))?;
    }
    Ok(found.arn)
}

async fn revive(
    clients: &Clients,
    id: &str,
    inputs: &Parameter,
    value: &Secret,
    wanted: &BTreeMap<String, String>,
) -> Result<Written, Fault> {
    let written = update(clients, id, inputs, value).await?;
    let change = tags::TagChange { set: wanted.clone(), remove: Vec::new() };
    write::tag(&clients.secretsmanager().writes, id, &change).await?;
    write::unmark(&clients.secretsmanager().writes, id).await?;
    Ok(written)
}

/// Tags in the SDK's own type.
pub(super) fn sdk_tags(tags: &BTreeMap<String, String>) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}
