//! Tags as EC2 takes and gives them: for every stage whose resources are EC2's.

use std::collections::BTreeMap;

use crate::tags::TagChange;
use crate::{fault, tags};
use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::{Filter, ResourceType, Tag, TagSpecification};
use deploy_model::owner::{ADDRESS_TAG, APPLICATION_TAG, ENVIRONMENT_TAG};
use deploy_model::{Address, Fault, Owner};

/// A resource's tags by key.
pub type Tags = BTreeMap<String, String>;

/// The address of a listed resource and the user's tags on it, if the resource is the owner's.
pub fn owned(owner: &Owner, listed: &[Tag]) -> Option<(Address, Tags)> {
    let all = from_ec2(listed);
    Some((owner.address_in(&all)?, tags::user(&all)))
}

/// Filters for everything that `owner` has.
pub fn filters(owner: &Owner) -> Vec<Filter> {
    let filter = |key: &str, value: &str| Filter::builder().name(format!("tag:{key}")).values(value).build();
    vec![filter(APPLICATION_TAG, &owner.application), filter(ENVIRONMENT_TAG, &owner.environment)]
}

/// The tags of a new resource, as part of the call that makes it.
pub fn specification(kind: ResourceType, owner: &Owner, address: &Address, user: &Tags) -> TagSpecification {
    let tags = to_ec2(&tags::owned(owner, address, user));
    TagSpecification::builder().resource_type(kind).set_tags(Some(tags)).build()
}

/// EC2's list as a map.
fn from_ec2(tags: &[Tag]) -> Tags {
    tags.iter().filter_map(|tag| Some((tag.key()?.to_owned(), tag.value()?.to_owned()))).collect()
}

fn to_ec2(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

/// Brings the user's tags of a resource from `live` to `desired`.
pub async fn change(ec2: &Client, id: &str, live: &Tags, desired: &Tags) -> Result<(), Fault> {
    let TagChange { set, remove } = tags::difference(live, desired);
    if !set.is_empty() {
        let request = ec2.create_tags().resources(id).set_tags(Some(to_ec2(&set)));
        request.send().await.map_err(fault("CreateTags"))?;
    }
    if !remove.is_empty() {
        let keys = remove.iter().map(|key| Tag::builder().key(key).build()).collect();
        let request = ec2.delete_tags().resources(id).set_tags(Some(keys));
        request.send().await.map_err(fault("DeleteTags"))?;
    }
    Ok(())
}

/// Gives a resource another address.
pub async fn readdress(ec2: &Client, id: &str, to: &Address) -> Result<(), Fault> {
    let tag = Tag::builder().key(ADDRESS_TAG).value(to.to_string()).build();
    ec2.create_tags().resources(id).tags(tag).send().await.map_err(fault("CreateTags"))?;
    Ok(())
}
