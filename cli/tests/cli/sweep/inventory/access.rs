//! What IAM and Parameter Store have.

use std::collections::BTreeMap;

use deploy_aws::{Clients, iam, ssm};
use serde_json::{Value, json};

use super::tags;

pub async fn roles(clients: &Clients) -> Vec<Value> {
    let iam = &clients.iam().reads;
    let mut roles = Vec::new();
    for role in iam.list_roles().send().await.expect("roles").roles() {
        roles.push(self::role(iam, role).await);
    }
    roles
}

async fn role(iam: &iam::Client, role: &iam::types::Role) -> Value {
    let name = role.role_name();
    let attached = iam.list_attached_role_policies().role_name(name).send().await.expect("policies");
    let mut attached: Vec<_> = attached.attached_policies().iter().map(|policy| policy.policy_arn()).collect();
    attached.sort_unstable();
    let mut inline = BTreeMap::new();
    for policy in iam.list_role_policies().role_name(name).send().await.expect("policies").policy_names() {
        let reply = iam.get_role_policy().role_name(name).policy_name(policy).send().await.expect("a policy");
        inline.insert(policy.clone(), reply.policy_document().to_owned());
    }
    let tagged = iam.list_role_tags().role_name(name).send().await.expect("tags");
    json!({
        "name": name,
        "path": role.path(),
        "description": role.description(),
        "trust": role.assume_role_policy_document(),
        "attached": attached,
        "inline": inline,
        "tags": tags(tagged.tags().iter().map(|tag| (Some(tag.key()), Some(tag.value())))),
    })
}

/// All but what the program keeps about itself: its lock and its releases.
pub async fn parameters(clients: &Clients) -> Vec<Value> {
    let ssm = &clients.ssm().reads;
    let mut parameters = Vec::new();
    for parameter in ssm.describe_parameters().max_results(50).send().await.expect("parameters").parameters() {
        let name = parameter.name().expect("a name");
        if name.starts_with("/deploy/") {
            continue;
        }
        let kind = ssm::types::ResourceTypeForTagging::Parameter;
        let tagged = ssm.list_tags_for_resource().resource_type(kind).resource_id(name).send().await.expect("tags");
        parameters.push(json!({
            "name": name,
            "type": parameter.r#type().map(|kind| kind.as_str()),
            "version": parameter.version(),
            "tags": tags(tagged.tag_list().iter().map(|tag| (Some(tag.key()), Some(tag.value())))),
        }));
    }
    parameters
}
