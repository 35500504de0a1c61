//! The tags of what ECS itself keeps: clusters, task definitions and services.

use std::collections::BTreeMap;

use deploy_aws::ecs::types::Tag;
use deploy_aws::tags::TagChange;
use deploy_aws::{Clients, fault};
use deploy_model::owner::ADDRESS_TAG;
use deploy_model::{Address, Fault};

/// Tags as ECS takes them.
pub(crate) fn to_ecs(tags: BTreeMap<String, String>) -> Vec<Tag> {
    tags.into_iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}

/// Tags as ECS gives them.
pub(crate) fn from_ecs(tags: Option<Vec<Tag>>) -> BTreeMap<String, String> {
    let pair = |tag: Tag| Some((tag.key?, tag.value.unwrap_or_default()));
    tags.unwrap_or_default().into_iter().filter_map(pair).collect()
}

/// Sets and removes tags, with a call for each only where there is something to do.
pub(crate) async fn change(clients: &Clients, arn: &str, change: TagChange) -> Result<(), Fault> {
    let ecs = &clients.ecs().writes;
    if !change.set.is_empty() {
        let request = ecs.tag_resource().resource_arn(arn).set_tags(Some(to_ecs(change.set)));
        request.send().await.map_err(fault("TagResource"))?;
    }
    if !change.remove.is_empty() {
        let request = ecs.untag_resource().resource_arn(arn).set_tag_keys(Some(change.remove));
        request.send().await.map_err(fault("UntagResource"))?;
    }
    Ok(())
}

/// Gives the resource another address and leaves every other tag alone.
pub(crate) async fn retire(clients: &Clients, arn: &str, to: &Address) -> Result<(), Fault> {
    let set = BTreeMap::from([(ADDRESS_TAG.to_owned(), to.to_string())]);
    change(clients, arn, TagChange { set, remove: Vec::new() }).await
}
