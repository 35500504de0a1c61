//! Instance profiles, which hand roles to EC2 instances: one role each. There are no instances here; a role that is in one
//! stays.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddRoleToInstanceProfile.html>

use super::name;
use super::pages::Pages;
use super::role::State;
use crate::call::Call;
use crate::codec::query::Params;
use crate::codec::xml::Element;
use crate::error::ApiError;
use crate::time::Time;
use serde::{Deserialize, Serialize};

/// One instance profile.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct InstanceProfile {
    name: String,
    path: String,
    /// `AIPA…`
    id: String,
    arn: String,
    created: Time,
    /// The name of the role in it.
    role: Option<String>,
}

impl InstanceProfile {
    fn element(&self, state: &State) -> Element {
        let role = self.role.as_ref().and_then(|name| state.roles.get(name));
        Element::new("InstanceProfile")
            .field("Path", &self.path)
            .field("InstanceProfileName", &self.name)
            .field("InstanceProfileId", &self.id)
            .field("Arn", &self.arn)
            .field("CreateDate", self.created)
            .members("Roles", role.map(|role| role.element()))
    }
}

impl State {
    /// Whether a role is in an instance profile.
    pub(super) fn is_in_a_profile(&self, role: &str) -> bool {
        self.instance_profiles.values().any(|profile| profile.role.as_deref() == Some(role))
    }

    fn profile_mut(&mut self, name: &str) -> Result<&mut InstanceProfile, ApiError> {
        self.instance_profiles.get_mut(name).ok_or_else(|| no_such_profile(name))
    }
}

fn read_name(params: &Params) -> Result<String, ApiError> {
    name::read(params, "InstanceProfileName", 128)
}

fn no_such_profile(name: &str) -> ApiError {
    ApiError::new(404, "NoSuchEntity", format!("Instance Profile {name} cannot be found."))
}

pub(super) fn create(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let (name, path) = (read_name(params)?, name::read_path(params)?);
    if call.account.iam.instance_profiles.keys().any(|known| known.eq_ignore_ascii_case(&name)) {
        let message = format!("Instance Profile {name} already exists.");
        return Err(ApiError::new(409, "EntityAlreadyExists", message));
    }
    let profile = InstanceProfile {
        id: call.ids.upper("AIPA", 17),
        arn: format!("arn:aws:iam::{}:instance-profile{path}{name}", call.account_id),
        name: name.clone(),
        path,
        created: call.now,
        role: None,
    };
    let reply = Element::reply().child(profile.element(&call.account.iam));
    call.account.iam.instance_profiles.insert(name, profile);
    Ok(reply)
}

/// "An instance profile can contain only one role, and this quota cannot be increased."
pub(super) fn add_role(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let (name, role) = (read_name(params)?, name::read_role(params)?);
    call.account.iam.role(&role)?;
    let profile = call.account.iam.profile_mut(&name)?;
    if profile.role.is_some() {
        let message = "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1";
        return Err(ApiError::new(409, "LimitExceeded", message));
    }
    profile.role = Some(role);
    Ok(Element::nothing())
}

pub(super) fn remove_role(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let (name, role) = (read_name(params)?, name::read_role(params)?);
    let profile = call.account.iam.profile_mut(&name)?;
    if profile.role.as_ref() != Some(&role) {
        let message = format!("Role {role} in Instance Profile {name} cannot be found.");
        return Err(ApiError::new(404, "NoSuchEntity", message));
    }
    profile.role = None;
    Ok(Element::nothing())
}

/// Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteInstanceProfile.html>
pub(super) fn delete(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let name = read_name(params)?;
    if call.account.iam.profile_mut(&name)?.role.is_some() {
        let message = "Cannot delete entity, must remove roles from instance profile first.";
        return Err(ApiError::new(409, "DeleteConflict", message));
    }
    call.account.iam.instance_profiles.remove(&name);
    Ok(Element::nothing())
}

/// Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListInstanceProfilesForRole.html>
pub(super) fn list_for_role(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let role = name::read_role(params)?;
    let pages = Pages::read(params)?;
    let state = &call.account.iam;
    state.role(&role)?;
    let profiles = state.instance_profiles.values().filter(|profile| profile.role.as_ref() == Some(&role));
    let key = |profile: &&InstanceProfile| profile.name.clone();
    pages.reply("InstanceProfiles", profiles.collect(), key, |profile| profile.element(state))
}

#[cfg(test)]
mod tests {
    use crate::iam::testing::Cloud;

    const ROLE: (&str, &str) = ("RoleName", "app");
    const PROFILE: (&str, &str) = ("InstanceProfileName", "web");

    #[test]
    fn a_role_of_containers_is_in_no_instance_profile() {
        let mut cloud = Cloud::new();
        assert_eq!(cloud.code("ListInstanceProfilesForRole", &[ROLE]), "NoSuchEntity");
        cloud.role("app");
        let reply = cloud.done("ListInstanceProfilesForRole", &[ROLE]);
        assert!(reply.get("InstanceProfiles").is_some_and(|list| list.children.is_empty()));
        assert_eq!(reply.text_of("IsTruncated"), "false");
    }

    #[test]
    fn an_instance_profile_holds_one_role_and_keeps_it() {
        let mut cloud = Cloud::new();
        cloud.role("app");
        cloud.role("other");
        assert_eq!(cloud.code("AddRoleToInstanceProfile", &[PROFILE, ROLE]), "NoSuchEntity");
        cloud.done("CreateInstanceProfile", &[PROFILE]);
        assert_eq!(cloud.code("CreateInstanceProfile", &[("InstanceProfileName", "WEB")]), "EntityAlreadyExists");
        cloud.done("AddRoleToInstanceProfile", &[PROFILE, ROLE]);
        assert_eq!(cloud.code("AddRoleToInstanceProfile", &[PROFILE, ("RoleName", "other")]), "LimitExceeded");
        let reply = cloud.done("ListInstanceProfilesForRole", &[ROLE]);
        let profile = reply.get("InstanceProfiles").and_then(|list| list.children.first()).expect("a profile");
        assert_eq!(profile.text_of("InstanceProfileName"), "web");
        assert_eq!(cloud.code("DeleteRole", &[ROLE]), "DeleteConflict");
        assert_eq!(cloud.code("DeleteInstanceProfile", &[PROFILE]), "DeleteConflict");
        cloud.done("RemoveRoleFromInstanceProfile", &[PROFILE, ROLE]);
        assert_eq!(cloud.code("RemoveRoleFromInstanceProfile", &[PROFILE, ROLE]), "NoSuchEntity");
        cloud.done("DeleteRole", &[ROLE]);
        cloud.done("DeleteInstanceProfile", &[PROFILE]);
    }
}
