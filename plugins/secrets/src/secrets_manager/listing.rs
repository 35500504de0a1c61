//! What Secrets Manager says of secrets, without their values.
//!
//! ListSecrets tells tags and versions, and leaves out what is to be deleted. Its filters look at how a text begins, and
//! not at a key together with its value.
//! Source: <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html>

use std::collections::{BTreeMap, HashMap};

use deploy_aws::secretsmanager::Client;
use deploy_aws::secretsmanager::types::{Filter, FilterNameStringType, SecretListEntry, Tag};
use deploy_aws::{absent, fault};
use deploy_kinds::secrets::{Ownership, Parameter, VersionName};
use deploy_plugin::model::owner::APPLICATION_TAG;
use deploy_plugin::model::{Address, Fault, Owner};
use futures::future::try_join_all;

use super::{CURRENT, DELETED};
use crate::listed::Listed;

/// Secrets on one page.
const PAGE: i32 = 100;
/// Values in one filter.
/// Source: <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Filter.html>
const VALUES_A_FILTER: usize = 10;
/// What the value of a secret is to Secrets Manager.
const VALUE_TYPE: &str = "SecretString";

/// Every secret of the owner's, and what has a wanted name whosever it is.
pub(crate) async fn discover(
    client: &Client,
    owner: &Owner,
    wanted: &[&(Address, Parameter)],
) -> Result<Vec<Listed>, Fault> {
    let filters = vec![
        filter(FilterNameStringType::TagKey, vec![APPLICATION_TAG.to_owned()]),
        filter(FilterNameStringType::TagValue, vec![owner.application.clone()]),
    ];
    let mut found = list(client, filters).await?;
    let is_ours = |listed: &Listed| Ownership::in_tags(listed.tags.as_ref().unwrap_or(&BTreeMap::new())).is_of(owner);
    found.retain(is_ours);
    let is_found = |name: &String| found.iter().any(|listed| listed.name == *name);
    let missing: Vec<String> =
        wanted.iter().map(|(_, inputs)| inputs.name.clone()).filter(|name| !is_found(name)).collect();
    found.extend(named(client, &missing).await?);
    Ok(found)
}

/// Those of these names that exist, whosever they are.
pub(crate) async fn named(client: &Client, names: &[String]) -> Result<Vec<Listed>, Fault> {
    let listings = names.chunks(VALUES_A_FILTER).map(async |names| {
        let mut found = list(client, vec![filter(FilterNameStringType::Name, names.to_vec())]).await?;
        found.retain(|listed| names.contains(&listed.name));
        Ok(found)
    });
    Ok(try_join_all(listings).await?.into_iter().flatten().collect())
}

/// The secret with this ARN, where it has a value.
pub(crate) async fn described(client: &Client, arn: &str) -> Result<Option<Listed>, Fault> {
    let reply = absent(client.describe_secret().secret_id(arn).send().await.map_err(fault("DescribeSecret")))?;
    let reply = reply.filter(|reply| reply.deleted_date.is_none());
    Ok(reply.and_then(|reply| {
        let entry = SecretListEntry::builder()
            .set_arn(reply.arn)
            .set_name(reply.name)
            .set_description(reply.description)
            .set_kms_key_id(reply.kms_key_id)
            .set_last_changed_date(reply.last_changed_date)
            .set_secret_versions_to_stages(reply.version_ids_to_stages)
            .set_tags(reply.tags);
        listed(entry.build())
    }))
}

/// The tags of one secret.
pub(crate) async fn tags_of(client: &Client, id: &str) -> Result<BTreeMap<String, String>, Fault> {
    let reply = client.describe_secret().secret_id(id).send().await.map_err(fault("DescribeSecret"))?;
    Ok(tags_in(reply.tags.unwrap_or_default()))
}

/// Whether a tag says that the secret was deleted here, and got no value since.
pub(super) fn is_mark(tag: &Tag) -> bool {
    tag.key() == Some(DELETED)
}

pub(super) fn tags_in(tags: Vec<Tag>) -> BTreeMap<String, String> {
    tags.into_iter().filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default()))).collect()
}

/// The id of the version with the label, where one has it.
pub(super) fn current(versions: &HashMap<String, Vec<String>>) -> Option<&String> {
    let is_current = |labels: &Vec<String>| labels.iter().any(|label| label == CURRENT);
    versions.iter().find(|(_, labels)| is_current(labels)).map(|(id, _)| id)
}

async fn list(client: &Client, filters: Vec<Filter>) -> Result<Vec<Listed>, Fault> {
    let request = client.list_secrets().set_filters(Some(filters)).max_results(PAGE);
    let pages = request.into_paginator().send().collect::<Result<Vec<_>, _>>().await;
    let pages = pages.map_err(fault("ListSecrets"))?;
    Ok(pages.into_iter().flat_map(|page| page.secret_list.unwrap_or_default()).filter_map(listed).collect())
}

/// A secret that has a value. One that was made without, or has that of its former life, has nothing to be read.
fn listed(entry: SecretListEntry) -> Option<Listed> {
    if entry.tags().iter().any(is_mark) {
        return None;
    }
    let version = current(entry.secret_versions_to_stages.as_ref()?)?.clone();
    let name = entry.name?;
    Some(Listed {
        arn: entry.arn?,
        name,
        value_type: VALUE_TYPE.to_owned(),
        description: entry.description.filter(|description| !description.is_empty()),
        kms_key: entry.kms_key_id,
        version: VersionName::Id(version),
        modified: entry.last_changed_date.map(|date| date.secs()),
        modified_by: None,
        is_advanced: false,
        tags: Some(tags_in(entry.tags.unwrap_or_default())),
    })
}

fn filter(key: FilterNameStringType, values: Vec<String>) -> Filter {
    Filter::builder().key(key).set_values(Some(values)).build()
}
