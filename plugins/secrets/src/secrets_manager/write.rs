//! What changes a secret without its value.

use std::collections::BTreeMap;

use deploy_aws::secretsmanager::Client;
use deploy_aws::tags::TagChange;
use deploy_aws::{Clients, absent, fault};
use deploy_kinds::secrets::Parameter;
use deploy_plugin::model::{Fault, FaultKind};

use super::DELETED;
use super::put::sdk_tags;

/// Sets and removes tags of a secret.
pub(crate) async fn tag(client: &Client, id: &str, change: &TagChange) -> Result<(), Fault> {
    if !change.set.is_empty() {
        let request = client.tag_resource().secret_id(id).set_tags(Some(sdk_tags(&change.set)));
        request.send().await.map_err(fault("TagResource"))?;
    }
    if !change.remove.is_empty() {
        let request = client.untag_resource().secret_id(id).set_tag_keys(Some(change.remove.clone()));
        request.send().await.map_err(fault("UntagResource"))?;
    }
    Ok(())
}

/// Brings description and key to what is declared. A new key encrypts the current value anew.
pub(crate) async fn describe(clients: &Clients, id: &str, inputs: &Parameter) -> Result<(), Fault> {
    let request = clients
        .secretsmanager()
        .writes
        .update_secret()
        .secret_id(id)
        .set_description(inputs.description.clone())
        .kms_key_id(inputs.kms_key.as_deref().unwrap_or(inputs.store.own_key()));
    request.send().await.map_err(fault("UpdateSecret"))?;
    Ok(())
}

/// Deletes a secret, once AWS's thirty days are over in which it can be restored. Says whether there was one.
pub(crate) async fn delete(client: &Client, id: &str) -> Result<bool, Fault> {
    let mark = TagChange { set: BTreeMap::from([(DELETED.to_owned(), String::new())]), remove: Vec::new() };
    match tag(client, id, &mark).await {
        Err(fault) if fault.kind == FaultKind::NotFound => return Ok(false),
        // It may wait for its deletion already, and then takes no tag.
        Err(fault) if !fault.has_code("InvalidRequestException") => return Err(fault),
        _ => {}
    }
    let deleted = client.delete_secret().secret_id(id).send().await.map_err(fault("DeleteSecret"));
    match deleted {
        // It may wait for its deletion already, or be one that AWS lets nobody delete.
        Err(fault) if fault.has_code("InvalidRequestException") && !waits(client, id).await? => Err(fault),
        Err(fault) if fault.has_code("InvalidRequestException") => Ok(false),
        deleted => Ok(absent(deleted)?.is_some()),
    }
}

/// Says that a secret has a value of this life.
pub(crate) async fn unmark(client: &Client, id: &str) -> Result<(), Fault> {
    tag(client, id, &TagChange { set: BTreeMap::new(), remove: vec![DELETED.to_owned()] }).await
}

async fn waits(client: &Client, id: &str) -> Result<bool, Fault> {
    let reply = client.describe_secret().secret_id(id).send().await.map_err(fault("DescribeSecret"))?;
    Ok(reply.deleted_date.is_some())
}
