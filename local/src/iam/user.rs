//! Users and their access keys: how a caller comes to be somebody whose policies decide.
//!
//! Sources: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html>,
//! <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html>. There are no passwords, groups or
//! devices here, and a secret key is never checked.

use super::name;
use super::pages::Pages;
use super::role::State;
use super::tag::{self, Tags};
use crate::call::Call;
use crate::codec::query::Params;
use crate::codec::xml::Element;
use crate::error::ApiError;
use crate::time::Time;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// One user.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// Its name, unique in the account whatever the case.
    pub name: String,
    /// Its path, `/` by default.
    pub path: String,
    /// Its unique id, `AIDA…`.
    pub id: String,
    /// `arn:aws:iam::<account>:user/<path><name>`
    pub arn: String,
    /// Its tags.
    pub tags: Tags,
    pub(super) created: Time,
    /// Documents by name, as they were written.
    pub(super) inline_policies: BTreeMap<String, String>,
    /// ARNs.
    pub(super) attached_policies: BTreeSet<String>,
    /// When each of its keys was made, by id: `AKIA…`.
    pub(super) access_keys: BTreeMap<String, Time>,
}

/// "By default, a user has a limit of two access keys."
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
const MAX_ACCESS_KEYS: usize = 2;

impl State {
    /// The user with this name.
    pub(super) fn user(&self, name: &str) -> Result<&User, ApiError> {
        self.users.get(name).ok_or_else(|| no_such_user(name))
    }

    /// The user with this name, to be changed.
    pub(super) fn user_mut(&mut self, name: &str) -> Result<&mut User, ApiError> {
        self.users.get_mut(name).ok_or_else(|| no_such_user(name))
    }
}

pub(super) fn create(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let (name, path, tags) = (read_name(params)?, name::read_path(params)?, tag::read(params)?);
    if call.account.iam.users.keys().any(|known| known.eq_ignore_ascii_case(&name)) {
        let message = format!("User with name {name} already exists.");
        return Err(ApiError::new(409, "EntityAlreadyExists", message));
    }
    let user = User {
        id: call.ids.upper("AIDA", 17),
        arn: format!("arn:aws:iam::{}:user{path}{name}", call.account_id),
        name: name.clone(),
        path,
        tags,
        created: call.now,
        inline_policies: BTreeMap::new(),
        attached_policies: BTreeSet::new(),
        access_keys: BTreeMap::new(),
    };
    let reply = Element::reply().child(user.element());
    call.account.iam.users.insert(name, user);
    Ok(reply)
}

pub(super) fn get(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    Ok(Element::reply().child(call.account.iam.user(&name_or_caller(call, params)?)?.element()))
}

/// Keys and policies must go before the user does.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUser.html>
pub(super) fn delete(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let name = read_name(params)?;
    let user = call.account.iam.user(&name)?;
    let conflict = |message| Err(ApiError::new(409, "DeleteConflict", message));
    match user {
        User { attached_policies, .. } if !attached_policies.is_empty() => {
            conflict("Cannot delete entity, must detach all policies first.")
        }
        User { inline_policies, .. } if !inline_policies.is_empty() => {
            conflict("Cannot delete entity, must delete policies first.")
        }
        User { access_keys, .. } if !access_keys.is_empty() => {
            conflict("Cannot delete entity, must delete access keys first.")
        }
        _ => {
            call.account.iam.users.remove(&name);
            Ok(Element::nothing())
        }
    }
}

pub(super) fn create_access_key(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let name = name_or_caller(call, params)?;
    let (id, secret) = (call.ids.upper("AKIA", 16), call.ids.upper("", 40));
    let now = call.now;
    let user = call.account.iam.user_mut(&name)?;
    if user.access_keys.len() >= MAX_ACCESS_KEYS {
        let message = format!("Cannot exceed quota for AccessKeysPerUser: {MAX_ACCESS_KEYS}");
        return Err(ApiError::new(409, "LimitExceeded", message));
    }
    user.access_keys.insert(id.clone(), now);
    let element = key_element("AccessKey", &name, &id, now).field("SecretAccessKey", secret);
    Ok(Element::reply().child(element))
}

pub(super) fn list_access_keys(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let name = name_or_caller(call, params)?;
    let pages = Pages::read(params)?;
    let keys = call.account.iam.user(&name)?.access_keys.iter().collect();
    pages.reply("AccessKeyMetadata", keys, |(id, _)| (*id).clone(), |(id, at)| key_element("member", &name, id, **at))
}

pub(super) fn delete_access_key(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let (name, id) = (name_or_caller(call, params)?, name::required(params, "AccessKeyId")?);
    let user = call.account.iam.user_mut(&name)?;
    user.access_keys
        .remove(&id)
        .ok_or_else(|| ApiError::new(404, "NoSuchEntity", format!("The Access Key with id {id} cannot be found.")))?;
    Ok(Element::nothing())
}

/// "If you do not specify a user name, IAM determines the user name implicitly based on the AWS access key ID signing the
/// request."
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html>
fn name_or_caller(call: &Call<'_>, params: &Params) -> Result<String, ApiError> {
    if params.optional("UserName").is_some() {
        return read_name(params);
    }
    let user = call.caller_arn.split_once(":user/").and_then(|(_, path)| path.rsplit('/').next());
    user.map(str::to_owned)
        .ok_or_else(|| name::invalid("Must specify userName when calling with non-User credentials".to_owned()))
}

/// The name of a user: 1 to 64 characters.
pub(super) fn read_name(params: &Params) -> Result<String, ApiError> {
    name::read(params, "UserName", 64)
}

fn key_element(element: &str, user: &str, id: &str, created: Time) -> Element {
    Element::new(element)
        .field("UserName", user)
        .field("AccessKeyId", id)
        .field("Status", "Active")
        .field("CreateDate", created)
}

impl User {
    fn element(&self) -> Element {
        let element = Element::new("User")
            .field("Path", &self.path)
            .field("UserName", &self.name)
            .field("UserId", &self.id)
            .field("Arn", &self.arn)
            .field("CreateDate", self.created);
        match self.tags.is_empty() {
            true => element,
            false => element.members("Tags", tag::elements(&self.tags)),
        }
    }
}

fn no_such_user(name: &str) -> ApiError {
    ApiError::new(404, "NoSuchEntity", format!("The user with name {name} cannot be found."))
}

#[cfg(test)]
mod tests {
    use crate::iam::testing::Cloud;

    #[test]
    fn a_user_lives_has_keys_and_dies() {
        let mut cloud = Cloud::new();
        let user = [("UserName", "deployer")];
        let reply = cloud.done("CreateUser", &[("UserName", "deployer"), ("Path", "/ci/")]);
        let arn = reply.get("User").map(|user| user.text_of("Arn").to_owned());
        assert_eq!(arn.as_deref(), Some("arn:aws:iam::123456789012:user/ci/deployer"));
        assert_eq!(cloud.code("CreateUser", &[("UserName", "Deployer")]), "EntityAlreadyExists");
        let key = cloud.done("CreateAccessKey", &user).get("AccessKey").cloned().expect("a key");
        assert!(key.text_of("AccessKeyId").starts_with("AKIA") && key.text_of("SecretAccessKey").len() == 40);
        cloud.done("CreateAccessKey", &user);
        assert_eq!(cloud.code("CreateAccessKey", &user), "LimitExceeded");
        assert_eq!(cloud.code("DeleteUser", &user), "DeleteConflict");
        let listed = cloud.done("ListAccessKeys", &user);
        for key in &listed.get("AccessKeyMetadata").expect("keys").children {
            let id = key.text_of("AccessKeyId");
            cloud.done("DeleteAccessKey", &[("UserName", "deployer"), ("AccessKeyId", id)]);
            assert_eq!(cloud.code("DeleteAccessKey", &[("UserName", "deployer"), ("AccessKeyId", id)]), "NoSuchEntity");
        }
        cloud.done("DeleteUser", &user);
        assert_eq!(cloud.code("GetUser", &user), "NoSuchEntity");
    }

    #[test]
    fn who_names_no_user_means_himself() {
        let mut cloud = Cloud::new();
        assert_eq!(cloud.code("GetUser", &[]), "NoSuchEntity", "the owner of the account is no user");
        cloud.done("CreateUser", &[("UserName", "local")]);
        assert_eq!(cloud.done("GetUser", &[]).get("User").expect("a user").text_of("UserName"), "local");
        cloud.done("CreateAccessKey", &[]);
        let listed = cloud.done("ListAccessKeys", &[]);
        let id = listed.get("AccessKeyMetadata").expect("keys").children[0].text_of("AccessKeyId").to_owned();
        cloud.done("DeleteAccessKey", &[("AccessKeyId", &id)]);
        assert_eq!(cloud.code("DeleteUser", &[]), "ValidationError");
    }
}
