//! What Parameter Store says of parameters, without their values.
//!
//! DescribeParameters returns neither value nor tags, and takes filters on both name and tags. So tags
//! are verified by asking for the parameters that have them, fifty at a time, and not one by one.
//! Source: <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html>

use std::collections::{BTreeMap, BTreeSet};

use deploy_aws::ssm::Client;
use deploy_aws::ssm::types::{ParameterMetadata, ParameterStringFilter, ParameterTier, ResourceTypeForTagging};
use deploy_aws::{absent, fault, tags};
use deploy_kinds::secrets::{Parameter, VersionName};
use deploy_plugin::model::owner::{ADDRESS_TAG, APPLICATION_TAG, ENVIRONMENT_TAG, PROTECTED, PROTECTION_TAG};
use deploy_plugin::model::{Address, Fault, Owner};
use futures::future::try_join_all;
use futures::stream::{self, StreamExt, TryStreamExt};

use crate::listed::Listed;
use crate::name::RECORDS;

/// Parameters in one page, and values in one filter.
const PAGE: usize = 50;

/// How many parameters are asked for their tags at the same time.
const AT_ONCE: usize = 8;

/// Every parameter of the owner's, and what has a wanted name whosever it is, with their tags.
///
/// Of those that carry every wanted tag, further ones are not seen, but for the one that protects: a parameter may carry
/// what others put there.
pub(crate) async fn discover(
    client: &Client,
    owner: &Owner,
    wanted: &[&(Address, Parameter)],
) -> Result<Vec<Listed>, Fault> {
    let owned = list(client, owner_filters(owner));
    let as_wanted = tagged_as_wanted(client, owner, wanted);
    let (mut listed, as_wanted, protected) = futures::try_join!(owned, as_wanted, protected(client, owner, wanted))?;
    let is_listed = |name: &String| listed.iter().any(|listed| listed.name == *name);
    let names = wanted.iter().map(|(_, inputs)| &inputs.name);
    let missing: Vec<String> = names.filter(|name| !is_listed(name)).cloned().collect();
    listed.extend(named(client, &missing).await?);
    listed.retain(|listed| !listed.name.starts_with(RECORDS));
    for listed in &mut listed {
        let verified = wanted.iter().find(|(_, inputs)| inputs.name == listed.name && as_wanted.contains(&listed.name));
        listed.tags = verified.map(|(address, inputs)| tags::owned(owner, address, &inputs.tags));
        if let Some(tags) = listed.tags.as_mut().filter(|_| protected.contains(&listed.name)) {
            tags.insert(PROTECTION_TAG.to_owned(), PROTECTED.to_owned());
        }
    }
    // The others are asked one by one: few, for most are as they are wanted.
    with_tags(client, listed).await
}

/// Every parameter one level below a path, whosever it is, with all of its tags.
pub(crate) async fn below(client: &Client, path: &str) -> Result<Vec<Listed>, Fault> {
    let path = if path.is_empty() { "/" } else { path };
    let filter = ParameterStringFilter::builder().key("Path").option("OneLevel").values(path);
    let listed = list(client, vec![filter.build().expect("the key, the only required member, is set")]).await?;
    with_tags(client, listed).await
}

/// The same with the tags that are not known yet.
pub(crate) async fn with_tags(client: &Client, listed: Vec<Listed>) -> Result<Vec<Listed>, Fault> {
    let asked = stream::iter(listed).map(async |mut listed: Listed| {
        if listed.tags.is_none() {
            // Gone since it was listed: without tags it is nobody's.
            listed.tags = Some(absent(tags_of(client, &listed.name).await)?.unwrap_or_default());
        }
        Ok(listed)
    });
    asked.buffered(AT_ONCE).try_collect().await
}

/// The names of those that carry the address of a wanted parameter, and all tags that it shall have.
async fn tagged_as_wanted(
    client: &Client,
    owner: &Owner,
    wanted: &[&(Address, Parameter)],
) -> Result<BTreeSet<String>, Fault> {
    let mut by_tags: BTreeMap<&BTreeMap<String, String>, Vec<String>> = BTreeMap::new();
    for (address, inputs) in wanted {
        by_tags.entry(&inputs.tags).or_default().push(address.to_string());
    }
    let listings = by_tags.iter().flat_map(|(tags, addresses)| {
        addresses.chunks(PAGE).map(|addresses| {
            let mut filters = owner_filters(owner);
            filters.push(filter(&tag_key(ADDRESS_TAG), addresses.to_vec()));
            filters.extend(tags.iter().map(|(key, value)| filter(&tag_key(key), vec![value.clone()])));
            list(client, filters)
        })
    });
    let found = try_join_all(listings).await?;
    Ok(found.into_iter().flatten().map(|listed| listed.name).collect())
}

/// The names of those that are protected. Where all are to be, it need not be asked.
async fn protected(
    client: &Client,
    owner: &Owner,
    wanted: &[&(Address, Parameter)],
) -> Result<BTreeSet<String>, Fault> {
    if wanted.iter().all(|(_, inputs)| inputs.tags.contains_key(PROTECTION_TAG)) {
        return Ok(BTreeSet::new());
    }
    let mut filters = owner_filters(owner);
    filters.push(filter(&tag_key(PROTECTION_TAG), vec![PROTECTED.to_owned()]));
    Ok(list(client, filters).await?.into_iter().map(|listed| listed.name).collect())
}

/// Those of these names that exist, whosever they are.
pub(crate) async fn named(client: &Client, names: &[String]) -> Result<Vec<Listed>, Fault> {
    let listings = names.chunks(PAGE).map(|names| list(client, vec![filter("Name", names.to_vec())]));
    Ok(try_join_all(listings).await?.into_iter().flatten().collect())
}

/// The tags of one parameter.
pub(crate) async fn tags_of(client: &Client, name: &str) -> Result<BTreeMap<String, String>, Fault> {
    let request = client.list_tags_for_resource().resource_type(ResourceTypeForTagging::Parameter).resource_id(name);
    let reply = request.send().await.map_err(fault("ListTagsForResource"))?;
    Ok(reply.tag_list.unwrap_or_default().into_iter().map(|tag| (tag.key, tag.value)).collect())
}

async fn list(client: &Client, filters: Vec<ParameterStringFilter>) -> Result<Vec<Listed>, Fault> {
    let request = client.describe_parameters().set_parameter_filters(Some(filters)).max_results(PAGE as i32);
    let pages = request.into_paginator().send().collect::<Result<Vec<_>, _>>().await;
    let pages = pages.map_err(fault("DescribeParameters"))?;
    Ok(pages.into_iter().flat_map(|page| page.parameters.unwrap_or_default()).filter_map(listed).collect())
}

fn listed(metadata: ParameterMetadata) -> Option<Listed> {
    let name = metadata.name?;
    Some(Listed {
        // AWS names the ARN. Servers that leave it out take the name in its place, as ECS does within one region.
        arn: metadata.arn.unwrap_or_else(|| name.clone()),
        name,
        value_type: metadata.r#type?.as_str().to_owned(),
        description: metadata.description,
        kms_key: metadata.key_id,
        version: VersionName::Number(metadata.version),
        modified: metadata.last_modified_date.map(|date| date.secs()),
        modified_by: metadata.last_modified_user,
        is_advanced: metadata.tier == Some(ParameterTier::Advanced),
        tags: None,
    })
}

fn owner_filters(owner: &Owner) -> Vec<ParameterStringFilter> {
    vec![
        filter(&tag_key(APPLICATION_TAG), vec![owner.application.clone()]),
        filter(&tag_key(ENVIRONMENT_TAG), vec![owner.environment.clone()]),
    ]
}

fn tag_key(key: &str) -> String {
    format!("tag:{key}")
}

fn filter(key: &str, values: Vec<String>) -> ParameterStringFilter {
    let filter = ParameterStringFilter::builder().key(key).option("Equals").set_values(Some(values));
    filter.build().expect("the key, the only required member, is set")
}
