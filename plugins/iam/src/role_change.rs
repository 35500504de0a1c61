//! The calls that change one role.

use std::collections::{BTreeMap, BTreeSet};

use deploy_aws::iam::Client;
use deploy_aws::iam::types::Tag;
use deploy_aws::tags::TagChange;
use deploy_aws::{Clients, absent, fault};
use deploy_kinds::iam::{PolicyDocument, Role};
use deploy_plugin::model::{Fault, Input};
use futures::future::try_join_all;

/// The policies that hang on a role: managed ones by ARN, its own by name with their document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Attachments {
    pub(crate) managed: BTreeSet<String>,
    pub(crate) policies: BTreeMap<String, String>,
}

impl Attachments {
    /// Those of a role.
    pub(crate) fn of(role: &Role) -> Result<Self, Fault> {
        let document = |(name, document): (&String, &PolicyDocument)| Ok((name.clone(), document.write()?));
        Ok(Self {
            managed: role.managed_policies.0.iter().map(|arn| arn.known().cloned()).collect::<Result<_, _>>()?,
            policies: role.policies.iter().map(document).collect::<Result<_, Fault>>()?,
        })
    }

    /// Those that `other` has not, or has with another document.
    pub(crate) fn without(&self, other: &Self) -> Self {
        let differs = |(name, document): &(&String, &String)| other.policies.get(*name) != Some(document);
        let policies = self.policies.iter().filter(differs);
        Self {
            managed: self.managed.difference(&other.managed).cloned().collect(),
            policies: policies.map(|(name, document)| (name.clone(), document.clone())).collect(),
        }
    }

    /// Those that `other` has not, whatever their document.
    pub(crate) fn not_named_in(&self, other: &Self) -> Self {
        let mut rest = self.without(other);
        rest.policies.retain(|name, _| !other.policies.contains_key(name));
        rest
    }
}

/// The calls that change the role of one name. Each of them may be repeated.
pub(crate) struct RoleChange<'a> {
    client: &'a Client,
    name: &'a str,
}

impl<'a> RoleChange<'a> {
    pub(crate) fn new(clients: &'a Clients, name: &'a str) -> Self {
        Self { client: &clients.iam().writes, name }
    }

    /// Sets what UpdateRole sets. It takes what is not named back to its default, so both are named.
    pub(crate) async fn describe(&self, role: &Role) -> Result<(), Fault> {
        let request = self
            .client
            .update_role()
            .role_name(self.name)
            .description(role.description.clone().unwrap_or_default())
            .max_session_duration(role.max_session_duration);
        request.send().await.map_err(fault("UpdateRole")).map(drop)
    }

    pub(crate) async fn trust(&self, trust: &PolicyDocument) -> Result<(), Fault> {
        let request = self.client.update_assume_role_policy().role_name(self.name).policy_document(trust.write()?);
        request.send().await.map_err(fault("UpdateAssumeRolePolicy")).map(drop)
    }

    pub(crate) async fn bound(&self, boundary: Option<&Input<String>>) -> Result<(), Fault> {
        match boundary {
            Some(arn) => {
                let request = self.client.put_role_permissions_boundary().role_name(self.name);
                let request = request.permissions_boundary(arn.known()?);
                request.send().await.map_err(fault("PutRolePermissionsBoundary")).map(drop)
            }
            None => {
                let request = self.client.delete_role_permissions_boundary().role_name(self.name);
                absent(request.send().await.map_err(fault("DeleteRolePermissionsBoundary"))).map(drop)
            }
        }
    }

    /// Attaches and puts, all at once: IAM orders changes to the policies of one role by itself.
    pub(crate) async fn add(&self, attachments: &Attachments) -> Result<(), Fault> {
        let attach = attachments.managed.iter().map(|arn| async move {
            let request = self.client.attach_role_policy().role_name(self.name).policy_arn(arn);
            request.send().await.map_err(fault("AttachRolePolicy")).map(drop)
        });
        let put = attachments.policies.iter().map(|(policy, document)| async move {
            let request = self.client.put_role_policy().role_name(self.name).policy_name(policy);
            request.policy_document(document).send().await.map_err(fault("PutRolePolicy")).map(drop)
        });
        futures::try_join!(try_join_all(attach), try_join_all(put)).map(drop)
    }

    /// Detaches and deletes, all at once. What is gone already is fine.
    pub(crate) async fn remove(&self, attachments: &Attachments) -> Result<(), Fault> {
        let detach = attachments.managed.iter().map(|arn| async move {
            let request = self.client.detach_role_policy().role_name(self.name).policy_arn(arn);
            absent(request.send().await.map_err(fault("DetachRolePolicy"))).map(drop)
        });
        let delete = attachments.policies.keys().map(|policy| async move {
            let request = self.client.delete_role_policy().role_name(self.name).policy_name(policy);
            absent(request.send().await.map_err(fault("DeleteRolePolicy"))).map(drop)
        });
        futures::try_join!(try_join_all(detach), try_join_all(delete)).map(drop)
    }

    pub(crate) async fn tag(&self, change: &TagChange) -> Result<(), Fault> {
        if !change.set.is_empty() {
            let request = self.client.tag_role().role_name(self.name).set_tags(Some(iam_tags(&change.set)));
            request.send().await.map_err(fault("TagRole"))?;
        }
        if !change.remove.is_empty() {
            let remove = Some(change.remove.clone());
            let request = self.client.untag_role().role_name(self.name).set_tag_keys(remove);
            request.send().await.map_err(fault("UntagRole"))?;
        }
        Ok(())
    }

    pub(crate) async fn delete(&self) -> Result<(), Fault> {
        self.client.delete_role().role_name(self.name).send().await.map_err(fault("DeleteRole")).map(drop)
    }
}

/// Tags in the SDK's own type.
pub(crate) fn iam_tags(tags: &BTreeMap<String, String>) -> Vec<Tag> {
    let tag = |(key, value): (&String, &String)| {
        Tag::builder().key(key).value(value).build().expect("both required members are set")
    };
    tags.iter().map(tag).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attachments(managed: &[&str], policies: &[(&str, &str)]) -> Attachments {
        let policy = |(name, document): &(&str, &str)| ((*name).to_owned(), (*document).to_owned());
        Attachments {
            managed: managed.iter().map(|arn| (*arn).to_owned()).collect(),
            policies: policies.iter().map(policy).collect(),
        }
    }

    #[test]
    fn only_what_differs_is_put_and_only_what_went_is_removed() {
        let before = attachments(&["a", "b"], &[("same", "1"), ("changed", "1"), ("gone", "1")]);
        let after = attachments(&["b", "c"], &[("same", "1"), ("changed", "2"), ("new", "1")]);
        assert_eq!(after.without(&before), attachments(&["c"], &[("changed", "2"), ("new", "1")]));
        assert_eq!(before.not_named_in(&after), attachments(&["a"], &[("gone", "1")]));
    }
}
