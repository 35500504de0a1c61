//! What IAM says of a role, in the terms of its inputs.

use std::collections::{BTreeMap, BTreeSet};

use deploy_aws::iam::Client;
use deploy_aws::iam::types;
use deploy_aws::obstacles::named;
use deploy_aws::{absent, fault, tags};
use deploy_kinds::iam::{PolicyDocument, Role, RoleOutputs, Texts};
use deploy_plugin::model::{Address, Fault, Input, Owner};
use deploy_plugin::{Answer, Found, Purpose, Resource, Scope};
use futures::future::try_join_all;
use percent_encoding::percent_decode_str;

use crate::role::SESSION_SECONDS;
use crate::role_change::Attachments;

/// Roles in one page, at most.
/// Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html>
const PAGE: i32 = 1000;

/// The names of the roles that may be the owner's. The listing has no tags, so the tags of each decide later.
pub(crate) async fn candidates(
    client: &Client,
    scope: &Scope,
    wanted: &[(Address, Role)],
) -> Result<BTreeSet<String>, Fault> {
    let names: BTreeSet<&str> = wanted.iter().map(|(_, role)| role.name.as_str()).collect();
    let mut paths: BTreeSet<&str> = wanted.iter().map(|(_, role)| role.path.as_str()).collect();
    let by_default = format!("/{}/{}/", scope.owner.application, scope.owner.environment);
    paths.insert(&by_default);
    paths.remove("/");
    let may_be_ours = |role: &types::Role| {
        names.contains(role.role_name()) || role.role_name().starts_with(&scope.prefix) || paths.contains(role.path())
    };

    let pages = client.list_roles().max_items(PAGE).into_paginator().send().collect::<Result<Vec<_>, _>>().await;
    let pages = pages.map_err(fault("ListRoles"))?;
    let roles = pages.iter().flat_map(|page| page.roles());
    Ok(roles.filter(|role| may_be_ours(role)).map(|role| role.role_name.clone()).collect())
}

/// The role of this name, if it exists and is the owner's. A deletion needs no more of its policies than their names.
pub(crate) async fn read(
    client: &Client,
    name: &str,
    owner: &Owner,
    purpose: Purpose,
) -> Result<Option<Found<Role>>, Fault> {
    let Some((role, inputs)) = look(client, name, purpose).await? else { return Ok(None) };
    let address = owner.address_in(&tags_of(&role)).filter(|address| address.kind().to_string() == Role::KIND);
    Ok(address.map(|address| Found { address, id: inputs.name.clone(), inputs, outputs: outputs(&role) }))
}

/// The role of this ARN, whosever it is.
pub(crate) async fn by_arn(client: &Client, arn: &str) -> Result<Option<Answer<Role>>, Fault> {
    // A path stands between `role/` and the name, which is all that the calls take.
    let name = arn.rsplit('/').next().unwrap_or_default();
    let found = look(client, name, Purpose::Compare).await?.filter(|(role, _)| role.arn == arn);
    Ok(found.map(|(role, inputs)| Answer { id: inputs.name.clone(), inputs, outputs: outputs(&role) }))
}

async fn look(client: &Client, name: &str, purpose: Purpose) -> Result<Option<(types::Role, Role)>, Fault> {
    let role = async { client.get_role().role_name(name).send().await.map_err(fault("GetRole")) };
    let Some((reply, managed, policies)) =
        absent(futures::try_join!(role, managed_policies(client, name), policies(client, name, purpose)))?
    else {
        return Ok(None);
    };
    let Some(role) = reply.role else { return Ok(None) };
    let inputs = inputs(&role, managed, policies)?;
    Ok(Some((role, inputs)))
}

/// Everything that must go before a role can.
pub(crate) async fn attachments(client: &Client, name: &str) -> Result<Attachments, Fault> {
    let (managed, names) = futures::try_join!(managed_policies(client, name), policy_names(client, name))?;
    let policies = names.into_iter().map(|name| (name, String::new())).collect();
    Ok(Attachments { managed: managed.into_iter().collect(), policies })
}

/// The instance profiles that hold a role, by name.
pub(crate) async fn holders(client: &Client, name: &str) -> Result<Vec<String>, Fault> {
    let reply = client.list_instance_profiles_for_role().role_name(name).send().await;
    let reply = reply.map_err(fault("ListInstanceProfilesForRole"))?;
    let holder = |profile: &types::InstanceProfile| named("instance profile", profile.instance_profile_name(), []);
    Ok(reply.instance_profiles().iter().map(holder).collect())
}

/// What others may refer to.
pub(crate) fn outputs(role: &types::Role) -> RoleOutputs {
    RoleOutputs { arn: role.arn.clone(), name: role.role_name.clone(), id: role.role_id.clone() }
}

/// All tags of a role.
pub(crate) fn tags_of(role: &types::Role) -> BTreeMap<String, String> {
    role.tags().iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect()
}

fn inputs(role: &types::Role, managed: Vec<String>, policies: BTreeMap<String, PolicyDocument>) -> Result<Role, Fault> {
    let boundary = role.permissions_boundary().and_then(|boundary| boundary.permissions_boundary_arn.clone());
    Ok(Role {
        name: role.role_name.clone(),
        path: role.path.clone(),
        description: role.description.clone().filter(|description| !description.is_empty()),
        trust: document(role.assume_role_policy_document().unwrap_or_default())?,
        max_session_duration: role.max_session_duration.unwrap_or(SESSION_SECONDS),
        permissions_boundary: boundary.map(Input::Value),
        managed_policies: managed.into_iter().collect::<Texts>(),
        policies,
        tags: tags::user(&tags_of(role)),
    })
}

/// A document as IAM returns it: percent-encoded.
fn document(encoded: &str) -> Result<PolicyDocument, Fault> {
    let decoded = percent_decode_str(encoded).decode_utf8_lossy();
    let unreadable = |_| Fault::internal("IAM returned a policy document that cannot be read");
    PolicyDocument::read(&decoded).map_err(unreadable)
}

async fn managed_policies(client: &Client, name: &str) -> Result<Vec<String>, Fault> {
    let pages = client.list_attached_role_policies().role_name(name).into_paginator().send();
    let pages = pages.collect::<Result<Vec<_>, _>>().await.map_err(fault("ListAttachedRolePolicies"))?;
    let attached = pages.into_iter().flat_map(|page| page.attached_policies.unwrap_or_default());
    Ok(attached.filter_map(|policy| policy.policy_arn).collect())
}

async fn policies(client: &Client, name: &str, purpose: Purpose) -> Result<BTreeMap<String, PolicyDocument>, Fault> {
    let names = policy_names(client, name).await?;
    if purpose == Purpose::Delete {
        return Ok(names.into_iter().map(|name| (name, PolicyDocument::of(BTreeMap::new()))).collect());
    }
    let documents = names.into_iter().map(|policy| async move {
        let request = client.get_role_policy().role_name(name).policy_name(&policy);
        let reply = request.send().await.map_err(fault("GetRolePolicy"))?;
        Ok((policy, document(&reply.policy_document)?))
    });
    Ok(try_join_all(documents).await?.into_iter().collect())
}

async fn policy_names(client: &Client, name: &str) -> Result<Vec<String>, Fault> {
    let pages = client.list_role_policies().role_name(name).into_paginator().send();
    let pages = pages.collect::<Result<Vec<_>, _>>().await.map_err(fault("ListRolePolicies"))?;
    Ok(pages.into_iter().flat_map(|page| page.policy_names).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_decoded() {
        let text = "%7B%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22a%3AB%22%7D%5D%7D";
        let read = document(text).expect("a document");
        assert_eq!(read.statements["0"].actions, Texts::from(["a:B"]));
        assert!(document("nonsense").is_err());
    }
}
