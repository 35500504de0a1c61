//! Ownership and tags in the terms of EC2.

use std::collections::BTreeMap;

use deploy_aws::ec2::types::{Filter, ResourceType, Tag, TagSpecification};
use deploy_aws::{Clients, fault, tags};
use deploy_plugin::Context;
use deploy_plugin::model::owner::{ADDRESS_TAG, APPLICATION_TAG, ENVIRONMENT_TAG};
use deploy_plugin::model::{Address, Fault, Owner};

/// A resource's tags by key.
pub type Tags = BTreeMap<String, String>;

/// Filters that leave only what `owner` has.
pub fn filters(owner: &Owner) -> Option<Vec<Filter>> {
    let filter = |key: &str, value: &str| Filter::builder().name(format!("tag:{key}")).values(value).build();
    Some(vec![filter(APPLICATION_TAG, &owner.application), filter(ENVIRONMENT_TAG, &owner.environment)])
}

/// The address of a listed resource and the user's tags on it, if the resource is the owner's.
pub fn owned(owner: &Owner, listed: &[Tag]) -> Option<(Address, Tags)> {
    let all = listed.iter().filter_map(|tag| Some((tag.key.clone()?, tag.value.clone().unwrap_or_default())));
    let all: Tags = all.collect();
    Some((owner.address_in(&all)?, tags::user(&all)))
}

/// The tags that are part of the call that makes the resource at `address`.
pub fn specification(cx: &Context, resource: ResourceType, address: &Address, user: &Tags) -> TagSpecification {
    let all = tags::owned(cx.owner(), address, user);
    TagSpecification::builder().resource_type(resource).set_tags(Some(all.into_iter().map(tag).collect())).build()
}

/// Brings the user's tags on the resource `id` from `live` to `desired`.
pub async fn update(clients: &Clients, id: &str, live: &Tags, desired: &Tags) -> Result<(), Fault> {
    let ec2 = &clients.ec2().writes;
    let change = tags::difference(live, desired);
    if !change.set.is_empty() {
        let set = change.set.into_iter().map(tag).collect();
        ec2.create_tags().resources(id).set_tags(Some(set)).send().await.map_err(fault("CreateTags"))?;
    }
    if !change.remove.is_empty() {
        let remove = change.remove.into_iter().map(|key| Tag::builder().key(key).build()).collect();
        ec2.delete_tags().resources(id).set_tags(Some(remove)).send().await.map_err(fault("DeleteTags"))?;
    }
    Ok(())
}

/// Gives the resource `id` another address.
pub async fn readdress(clients: &Clients, id: &str, to: &Address) -> Result<(), Fault> {
    let address = tag((ADDRESS_TAG.to_owned(), to.to_string()));
    clients.ec2().writes.create_tags().resources(id).tags(address).send().await.map_err(fault("CreateTags"))?;
    Ok(())
}

fn tag((key, value): (String, String)) -> Tag {
    Tag::builder().key(key).value(value).build()
}
