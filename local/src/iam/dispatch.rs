//! From an action's name to the function that does it.

use super::{
    attached_policy, boundary, inline_policy, instance_profile, managed_policy, propagation, role, service_linked_role,
    tag, user, user_policy,
};
use crate::call::Call;
use crate::codec::query::Params;
use crate::codec::xml::Element;
use crate::error::ApiError;

/// Runs one action. On an error the caller must forget what it changed: a parameter that nobody knows is found out after
/// the action itself.
///
/// # Errors
/// What IAM answers when it refuses.
pub fn handle(call: &mut Call<'_>, action: &str, params: &Params) -> Result<Element, ApiError> {
    let operation = match action {
        "CreateRole" => role::create,
        "GetRole" => role::get,
        "ListRoles" => role::list,
        "UpdateRole" => role::update,
        "UpdateAssumeRolePolicy" => role::update_trust,
        "DeleteRole" => role::delete,
        "PutRolePolicy" => inline_policy::put,
        "GetRolePolicy" => inline_policy::get,
        "ListRolePolicies" => inline_policy::list,
        "DeleteRolePolicy" => inline_policy::delete,
        "AttachRolePolicy" => attached_policy::attach,
        "DetachRolePolicy" => attached_policy::detach,
        "ListAttachedRolePolicies" => attached_policy::list,
        "PutRolePermissionsBoundary" => boundary::put,
        "DeleteRolePermissionsBoundary" => boundary::delete,
        "CreateInstanceProfile" => instance_profile::create,
        "AddRoleToInstanceProfile" => instance_profile::add_role,
        "RemoveRoleFromInstanceProfile" => instance_profile::remove_role,
        "DeleteInstanceProfile" => instance_profile::delete,
        "ListInstanceProfilesForRole" => instance_profile::list_for_role,
        "TagRole" => tag::tag,
        "UntagRole" => tag::untag,
        "ListRoleTags" => tag::list,
        "CreateUser" => user::create,
        "GetUser" => user::get,
        "DeleteUser" => user::delete,
        "CreateAccessKey" => user::create_access_key,
        "ListAccessKeys" => user::list_access_keys,
        "DeleteAccessKey" => user::delete_access_key,
        "PutUserPolicy" => user_policy::put,
        "GetUserPolicy" => user_policy::get,
        "ListUserPolicies" => user_policy::list,
        "DeleteUserPolicy" => user_policy::delete,
        "AttachUserPolicy" => user_policy::attach,
        "DetachUserPolicy" => user_policy::detach,
        "GetPolicy" => managed_policy::get,
        "CreateServiceLinkedRole" => service_linked_role::create,
        _ => {
            let message = format!("Could not find operation {action} for version 2010-05-08");
            return Err(ApiError::client("InvalidAction", message));
        }
    };
    if !["Get", "List"].iter().any(|verb| action.starts_with(verb)) {
        propagation::before_change(call);
    }
    let reply = operation(call, params)?;
    match params.unread() {
        Some(name) => Err(super::name::invalid(format!("The parameter {name} is not recognized"))),
        None => Ok(reply),
    }
}

#[cfg(test)]
mod tests {
    use crate::iam::testing::{Cloud, TRUST};

    #[test]
    fn what_is_unknown_is_refused() {
        let mut cloud = Cloud::new();
        assert_eq!(cloud.code("CreateGroup", &[]), "InvalidAction");
        let params = [("RoleName", "app"), ("AssumeRolePolicyDocument", TRUST), ("Boundary", "x")];
        assert_eq!(cloud.code("CreateRole", &params), "ValidationError");
    }
}
