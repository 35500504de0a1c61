//! What changes a parameter without its value.

use deploy_aws::ssm::Client;
use deploy_aws::ssm::types::ResourceTypeForTagging;
use deploy_aws::tags::TagChange;
use deploy_aws::{absent, fault};
use deploy_plugin::model::Fault;

use super::put::sdk_tags;

/// Sets and removes tags of a parameter.
pub(crate) async fn tag(client: &Client, name: &str, change: &TagChange) -> Result<(), Fault> {
    let kind = ResourceTypeForTagging::Parameter;
    if !change.set.is_empty() {
        let set = Some(sdk_tags(&change.set));
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

/// Deletes a parameter with all of its versions. Says whether there was one.
pub(crate) async fn delete(client: &Client, name: &str) -> Result<bool, Fault> {
    let request = client.delete_parameter().name(name);
    Ok(absent(request.send().await.map_err(fault("DeleteParameter")))?.is_some())
}
