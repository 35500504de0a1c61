//! What Parameter Store says of parameters, without their values.
//!
//! DescribeParameters returns neither value nor tags, and takes filters on both name and tags. So tags
//! are verified by asking for the parameters that have them, fifty at a time, and not one by one.
//! Source: <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeParameters.html>

use std::collections::{BTreeMap, BTreeSet};

use deploy_aws::fault;
use deploy_aws::ssm::Client;
use deploy_aws::ssm::types::{ParameterMetadata, ParameterStringFilter, ResourceTypeForTagging};
use deploy_plugin::model::owner::{ADDRESS_TAG, APPLICATION_TAG, ENVIRONMENT_TAG};
use deploy_plugin::model::{Address, Fault, Owner};
use futures::future::try_join_all;

use crate::parameter::ParameterInputs;

/// Parameters in one page, and values in one filter.
const PAGE: usize = 50;

/// Every parameter that carries the owner's two tags.
pub(crate) async fn owned(client: &Client, owner: &Owner) -> Result<Vec<ParameterMetadata>, Fault> {
    list(client, owner_filters(owner)).await
}

/// The names of those that carry the address of a wanted parameter, and all tags that it shall have.
///
/// Further tags are not seen: a parameter may carry what others put there.
pub(crate) async fn tagged_as_wanted(
    client: &Client,
    owner: &Owner,
    wanted: &[(Address, ParameterInputs)],
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
    Ok(found.into_iter().flatten().filter_map(|metadata| metadata.name).collect())
}

/// Those of these names that exist, whosever they are.
pub(crate) async fn named(client: &Client, names: &[String]) -> Result<Vec<ParameterMetadata>, Fault> {
    let listings = names.chunks(PAGE).map(|names| list(client, vec![filter("Name", names.to_vec())]));
    Ok(try_join_all(listings).await?.into_iter().flatten().collect())
}

/// The tags of one parameter.
pub(crate) async fn tags_of(client: &Client, name: &str) -> Result<BTreeMap<String, String>, Fault> {
    let request = client.list_tags_for_resource().resource_type(ResourceTypeForTagging::Parameter).resource_id(name);
    let reply = request.send().await.map_err(fault("ListTagsForResource"))?;
    Ok(reply.tag_list.unwrap_or_default().into_iter().map(|tag| (tag.key, tag.value)).collect())
}

async fn list(client: &Client, filters: Vec<ParameterStringFilter>) -> Result<Vec<ParameterMetadata>, Fault> {
    let request = client.describe_parameters().set_parameter_filters(Some(filters)).max_results(PAGE as i32);
    let pages = request.into_paginator().send().collect::<Result<Vec<_>, _>>().await;
    let pages = pages.map_err(fault("DescribeParameters"))?;
    Ok(pages.into_iter().flat_map(|page| page.parameters.unwrap_or_default()).collect())
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
