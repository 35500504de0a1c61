//! Roles.

use super::boundary;
use super::caller::Session;
use super::instance_profile::InstanceProfile;
use super::name;
use super::pages::Pages;
use super::propagation::Past;
use super::tag::{self, Tags};
use super::user::User;
use crate::call::Call;
use crate::codec::query::Params;
use crate::codec::xml::Element;
use crate::error::ApiError;
use crate::time::Time;
use deploy_policy::{Document, Use};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Everything that IAM remembers in one account.
#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct State {
    /// The roles by name.
    pub roles: BTreeMap<String, Role>,
    /// The instance profiles by name.
    pub(super) instance_profiles: BTreeMap<String, InstanceProfile>,
    /// The users by name.
    pub users: BTreeMap<String, User>,
    /// What those who assumed a role got, by the access key of it.
    pub sessions: BTreeMap<String, Session>,
    /// What evaluation may still see, oldest first.
    pub(super) past: Vec<Past>,
}

/// One role.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Role {
    /// Its name, unique in the account whatever the case.
    pub name: String,
    /// Its path, `/` by default.
    pub path: String,
    /// Its unique id, `AROA…`: a role of the same name that is made later has another one.
    pub id: String,
    /// `arn:aws:iam::<account>:role/<path><name>`
    pub arn: String,
    /// Its tags.
    pub tags: Tags,
    /// Who may assume it, as it was written.
    pub(super) trust: String,
    pub(super) description: Option<String>,
    pub(crate) max_session_duration: u64,
    pub(super) created: Time,
    /// Documents by name, as they were written.
    pub(super) inline_policies: BTreeMap<String, String>,
    /// ARNs.
    pub(super) attached_policies: BTreeSet<String>,
    /// The ARN of the policy that bounds what the others allow.
    #[serde(default)]
    pub(super) permissions_boundary: Option<String>,
    /// The service that owns the role, if one does.
    pub(super) service: Option<String>,
}

/// What a policy document is encoded in: "URL-encoded compliant with RFC 3986".
const RFC_3986: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The quota of characters of a trust policy, white space not counted.
const MAX_TRUST: usize = 2_048;

/// In seconds: one hour, which is also the least, and twelve hours.
const DEFAULT_SESSION: u64 = 3_600;
const MAX_SESSION: u64 = 43_200;

impl State {
    /// The role with this name.
    pub(super) fn role(&self, name: &str) -> Result<&Role, ApiError> {
        self.roles.get(name).ok_or_else(|| no_such_role(name))
    }

    /// The role with this name, to be changed by the account's owner.
    pub(super) fn role_mut(&mut self, name: &str) -> Result<&mut Role, ApiError> {
        let role = self.roles.get_mut(name).ok_or_else(|| no_such_role(name))?;
        if role.service.is_some() {
            let message = format!(
                "Cannot perform the operation on the protected role '{name}' - this role is only modifiable by AWS"
            );
            return Err(ApiError::client("UnmodifiableEntity", message));
        }
        Ok(role)
    }

    /// Adds a role. "Names are not distinguished by case."
    pub(super) fn insert(&mut self, role: Role) -> Result<(), ApiError> {
        if self.roles.keys().any(|name| name.eq_ignore_ascii_case(&role.name)) {
            let message = format!("Role with name {} already exists.", role.name);
            return Err(ApiError::new(409, "EntityAlreadyExists", message));
        }
        self.roles.insert(role.name.clone(), role);
        Ok(())
    }
}

impl Role {
    /// The ARN of the policy that bounds what its policies allow.
    #[must_use]
    pub fn permissions_boundary(&self) -> Option<&str> {
        self.permissions_boundary.as_deref()
    }

    /// A role with the policy of who may assume it, and nothing else.
    pub(super) fn new(call: &mut Call<'_>, path: &str, name: &str, trust: &str) -> Role {
        Role {
            name: name.to_owned(),
            path: path.to_owned(),
            id: call.ids.upper("AROA", 17),
            arn: format!("arn:aws:iam::{}:role{path}{name}", call.account_id),
            tags: Tags::new(),
            trust: trust.to_owned(),
            description: None,
            max_session_duration: DEFAULT_SESSION,
            created: call.now,
            inline_policies: BTreeMap::new(),
            attached_policies: BTreeSet::new(),
            permissions_boundary: None,
            service: None,
        }
    }

    /// The role as `ListRoles` shows it.
    pub(super) fn element(&self) -> Element {
        Element::new("Role")
            .field("Path", &self.path)
            .field("RoleName", &self.name)
            .field("RoleId", &self.id)
            .field("Arn", &self.arn)
            .field("CreateDate", self.created)
            .field("AssumeRolePolicyDocument", url_encoded(&self.trust))
            .optional("Description", self.description.as_ref())
            .field("MaxSessionDuration", self.max_session_duration)
    }

    /// The role as `GetRole` shows it: with what a listing leaves out.
    fn whole_element(&self) -> Element {
        let bounded = self.permissions_boundary.iter().map(|arn| boundary::element(arn));
        let element = bounded.fold(self.element(), Element::child);
        match self.tags.is_empty() {
            true => element,
            false => element.members("Tags", tag::elements(&self.tags)),
        }
    }
}

/// A policy document as replies carry it.
pub(super) fn url_encoded(document: &str) -> String {
    utf8_percent_encode(document, RFC_3986).to_string()
}

pub(super) fn create(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let (name, path) = (name::read_role(params)?, name::read_path(params)?);
    let trust = read_trust(params, "AssumeRolePolicyDocument")?;
    let description = name::read_description(params)?;
    let max_session_duration = read_session(params)?.unwrap_or(DEFAULT_SESSION);
    let tags = tag::read(params)?;
    let permissions_boundary = boundary::read(params)?;
    let role =
        Role { description, max_session_duration, tags, permissions_boundary, ..Role::new(call, &path, &name, &trust) };
    let reply = Element::reply().child(role.whole_element());
    call.account.iam.insert(role)?;
    Ok(reply)
}

pub(super) fn get(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let role = call.account.iam.role(&name::read_role(params)?)?;
    Ok(Element::reply().child(role.whole_element().child(Element::new("RoleLastUsed"))))
}

/// A listing leaves out the tags, the boundary and the last use of a role.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html>
pub(super) fn list(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let prefix = name::read_path_prefix(params)?;
    let pages = Pages::read(params)?;
    let roles = call.account.iam.roles.values().filter(|role| role.path.starts_with(&prefix)).collect();
    pages.reply("Roles", roles, |role: &&Role| role.name.clone(), |role| role.element())
}

pub(super) fn update(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let name = name::read_role(params)?;
    let (description, session) = (name::read_description(params)?, read_session(params)?);
    let role = call.account.iam.role_mut(&name)?;
    role.description = description.or(role.description.take());
    role.max_session_duration = session.unwrap_or(role.max_session_duration);
    // Its result is empty, but has one: a client looks for `UpdateRoleResult`.
    Ok(Element::reply())
}

pub(super) fn update_trust(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let name = name::read_role(params)?;
    let trust = read_trust(params, "PolicyDocument")?;
    call.account.iam.role_mut(&name)?.trust = trust;
    Ok(Element::nothing())
}

/// Inline and attached policies must go before the role does, and no instance profile may hold it.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html>
pub(super) fn delete(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let name = name::read_role(params)?;
    let role = call.account.iam.role_mut(&name)?;
    if !role.attached_policies.is_empty() {
        let message = "Cannot delete entity, must detach all policies first.";
        return Err(ApiError::new(409, "DeleteConflict", message));
    }
    if !role.inline_policies.is_empty() {
        return Err(ApiError::new(409, "DeleteConflict", "Cannot delete entity, must delete policies first."));
    }
    if call.account.iam.is_in_a_profile(&name) {
        let message = "Cannot delete entity, must remove roles from instance profile first.";
        return Err(ApiError::new(409, "DeleteConflict", message));
    }
    call.account.iam.roles.remove(&name);
    Ok(Element::nothing())
}

fn read_trust(params: &Params, parameter: &str) -> Result<String, ApiError> {
    let text = name::required(params, parameter)?;
    Document::parse(&text, Use::Trust)?;
    if length_of(&text) > MAX_TRUST {
        let message = format!("Cannot exceed quota for ACLSizePerRole: {MAX_TRUST}");
        return Err(ApiError::new(409, "LimitExceeded", message));
    }
    Ok(text)
}

/// "IAM doesn't count white space when calculating the size of a policy against these quotas."
pub(super) fn length_of(document: &str) -> usize {
    document.chars().filter(|character| !character.is_whitespace()).count()
}

fn read_session(params: &Params) -> Result<Option<u64>, ApiError> {
    name::read_number(params, "MaxSessionDuration", DEFAULT_SESSION, MAX_SESSION)
}

fn no_such_role(name: &str) -> ApiError {
    ApiError::new(404, "NoSuchEntity", format!("The role with name {name} cannot be found."))
}

#[cfg(test)]
mod tests {
    use crate::iam::testing::{Cloud, TRUST};

    #[test]
    fn a_role_lives_and_dies() {
        let mut cloud = Cloud::new();
        let params = [
            ("RoleName", "app"),
            ("Path", "/shop/"),
            ("AssumeRolePolicyDocument", TRUST),
            ("Description", "runs the app"),
            ("Tags.member.1.Key", "application"),
            ("Tags.member.1.Value", "shop"),
        ];
        cloud.done("CreateRole", &params);
        let role = cloud.done("GetRole", &[("RoleName", "app")]).get("Role").cloned().expect("a role");
        assert_eq!(role.text_of("Arn"), "arn:aws:iam::123456789012:role/shop/app");
        assert_eq!(role.text_of("CreateDate"), "2026-07-31T07:30:00Z");
        assert!(role.text_of("AssumeRolePolicyDocument").starts_with("%7B%22Version%22%3A%222012-10-17%22"));
        assert_eq!(role.get("Tags").map(|tags| tags.children.len()), Some(1));
        cloud.done("UpdateRole", &[("RoleName", "app"), ("MaxSessionDuration", "7200")]);
        let role = cloud.done("GetRole", &[("RoleName", "app")]).get("Role").cloned().expect("a role");
        assert_eq!((role.text_of("MaxSessionDuration"), role.text_of("Description")), ("7200", "runs the app"));
        cloud.done("DeleteRole", &[("RoleName", "app")]);
        let error = cloud.fail("GetRole", &[("RoleName", "app")]);
        assert_eq!((error.status, error.code.as_str()), (404, "NoSuchEntity"));
    }

    #[test]
    fn names_are_unique_whatever_the_case() {
        let mut cloud = Cloud::new();
        cloud.role("app");
        let error = cloud.fail("CreateRole", &[("RoleName", "App"), ("AssumeRolePolicyDocument", TRUST)]);
        assert_eq!((error.status, error.code.as_str()), (409, "EntityAlreadyExists"));
    }

    #[test]
    fn a_name_has_64_characters_and_a_description_1000() {
        let mut cloud = Cloud::new();
        cloud.role(&"n".repeat(64));
        let long = "n".repeat(65);
        let text = "d".repeat(1_001);
        for params in
            [[("RoleName", long.as_str()), ("Description", "")], [("RoleName", "app"), ("Description", &text)]]
        {
            let params = [params.as_slice(), &[("AssumeRolePolicyDocument", TRUST)]].concat();
            assert_eq!(cloud.code("CreateRole", &params), "ValidationError");
        }
        assert_eq!(
            cloud.code("CreateRole", &[("RoleName", "a/b"), ("AssumeRolePolicyDocument", TRUST)]),
            "ValidationError"
        );
    }

    #[test]
    fn sessions_and_trust_have_bounds() {
        let mut cloud = Cloud::new();
        cloud.role("app");
        assert_eq!(cloud.code("UpdateRole", &[("RoleName", "app"), ("MaxSessionDuration", "60")]), "ValidationError");
        let long = TRUST.replace("ecs-tasks", &"x".repeat(2_048));
        let params = [("RoleName", "app"), ("PolicyDocument", long.as_str())];
        assert_eq!(cloud.code("UpdateAssumeRolePolicy", &params), "LimitExceeded");
        let broken = [("RoleName", "app"), ("PolicyDocument", "{")];
        assert_eq!(cloud.code("UpdateAssumeRolePolicy", &broken), "MalformedPolicyDocument");
    }

    #[test]
    fn listings_have_pages_and_prefixes() {
        let mut cloud = Cloud::new();
        for name in ["a", "b", "c"] {
            cloud.role(name);
        }
        let elsewhere = [("RoleName", "d"), ("Path", "/shop/"), ("AssumeRolePolicyDocument", TRUST)];
        cloud.done("CreateRole", &elsewhere);
        let first = cloud.done("ListRoles", &[("MaxItems", "3")]);
        assert_eq!(first.text_of("IsTruncated"), "true");
        let second = cloud.done("ListRoles", &[("MaxItems", "3"), ("Marker", first.text_of("Marker"))]);
        assert_eq!(second.get("Roles").map(|roles| roles.children.len()), Some(1));
        assert_eq!(second.text_of("IsTruncated"), "false");
        let shop = cloud.done("ListRoles", &[("PathPrefix", "/shop/")]);
        assert_eq!(shop.get("Roles").map(|roles| roles.children.len()), Some(1));
        assert_eq!(cloud.code("ListRoles", &[("MaxItems", "1001")]), "ValidationError");
        assert_eq!(cloud.code("ListRoles", &[("Marker", "made-up")]), "ValidationError");
    }
}
