//! Managed policies that are attached to roles.

use super::name;
use super::pages::Pages;
use crate::call::Call;
use crate::codec::query::Params;
use crate::codec::xml::Element;
use crate::error::ApiError;
use deploy_policy::ManagedPolicy;

/// The default quota of managed policies attached to a role, or to a user.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
pub(super) const MAX_ATTACHED: usize = 10;

/// Attaching what is attached already changes nothing.
pub(super) fn attach(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let (role_name, arn) = (name::read_role(params)?, read_arn(params)?);
    let role = call.account.iam.role_mut(&role_name)?;
    find_policy(&arn)?;
    role.attached_policies.insert(arn);
    if role.attached_policies.len() > MAX_ATTACHED {
        let message = format!("Cannot exceed quota for PoliciesPerRole: {MAX_ATTACHED}");
        return Err(ApiError::new(409, "LimitExceeded", message));
    }
    Ok(Element::nothing())
}

pub(super) fn detach(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let (role_name, arn) = (name::read_role(params)?, read_arn(params)?);
    let role = call.account.iam.role_mut(&role_name)?;
    if role.attached_policies.remove(&arn) {
        return Ok(Element::nothing());
    }
    Err(ApiError::new(404, "NoSuchEntity", format!("Policy {arn} was not found.")))
}

pub(super) fn list(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let role_name = name::read_role(params)?;
    let prefix = name::read_path_prefix(params)?;
    let pages = Pages::read(params)?;
    let attached = call.account.iam.role(&role_name)?.attached_policies.iter();
    let policies =
        attached.filter_map(|arn| ManagedPolicy::find(arn)).filter(|policy| policy.path.starts_with(&prefix));
    pages.reply(
        "AttachedPolicies",
        policies.collect(),
        |policy| policy.arn(),
        |policy| Element::new("member").field("PolicyName", policy.name).field("PolicyArn", policy.arn()),
    )
}

pub(super) fn read_arn(params: &Params) -> Result<String, ApiError> {
    let arn = name::required(params, "PolicyArn")?;
    name::check_length("PolicyArn", &arn, 20, 2_048)?;
    check_arn(&arn)?;
    Ok(arn)
}

fn check_arn(arn: &str) -> Result<(), ApiError> {
    match arn.starts_with("arn:") && arn.splitn(6, ':').count() == 6 {
        true => Ok(()),
        false => Err(ApiError::client("InvalidInput", format!("ARN {arn} is not valid."))),
    }
}

/// The policy with this ARN, to be attached or to bound.
pub(super) fn find_policy(arn: &str) -> Result<ManagedPolicy, ApiError> {
    check_arn(arn)?;
    let missing = || format!("Policy {arn} does not exist or is not attachable.");
    ManagedPolicy::find(arn).ok_or_else(|| ApiError::new(404, "NoSuchEntity", missing()))
}

#[cfg(test)]
mod tests {
    use crate::iam::testing::Cloud;

    const EXECUTION: &str = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";

    #[test]
    fn an_attached_policy_holds_the_role() {
        let mut cloud = Cloud::new();
        cloud.role("app");
        let params = [("RoleName", "app"), ("PolicyArn", EXECUTION)];
        cloud.done("AttachRolePolicy", &params);
        cloud.done("AttachRolePolicy", &params);
        let reply = cloud.done("ListAttachedRolePolicies", &[("RoleName", "app")]);
        let listed = &reply.get("AttachedPolicies").expect("a list").children;
        assert_eq!((listed.len(), listed[0].text_of("PolicyArn")), (1, EXECUTION));
        let prefix = format!("/{}", "p".repeat(512));
        let long = [("RoleName", "app"), ("PathPrefix", prefix.as_str())];
        assert_eq!(cloud.code("ListAttachedRolePolicies", &long), "ValidationError");
        assert_eq!(cloud.code("DeleteRole", &[("RoleName", "app")]), "DeleteConflict");
        cloud.done("DetachRolePolicy", &params);
        assert_eq!(cloud.code("DetachRolePolicy", &params), "NoSuchEntity");
        cloud.done("DeleteRole", &[("RoleName", "app")]);
    }

    #[test]
    fn only_what_exists_can_be_attached() {
        let mut cloud = Cloud::new();
        cloud.role("app");
        let missing = [("RoleName", "app"), ("PolicyArn", "arn:aws:iam::aws:policy/AmazonECSTaskExecutionRolePolicy")];
        assert_eq!(cloud.code("AttachRolePolicy", &missing), "NoSuchEntity");
        let no_arn = [("RoleName", "app"), ("PolicyArn", "AmazonECSTaskExecutionRolePolicy")];
        assert_eq!(cloud.code("AttachRolePolicy", &no_arn), "InvalidInput");
    }

    #[test]
    fn ten_policies_and_no_more() {
        let mut cloud = Cloud::new();
        cloud.role("app");
        let held = &mut cloud.account().iam.roles.get_mut("app").expect("the role").attached_policies;
        held.extend((0..9).map(|number| format!("arn:aws:iam::aws:policy/P{number}")));
        cloud.done("AttachRolePolicy", &[("RoleName", "app"), ("PolicyArn", EXECUTION)]);
        let held = &mut cloud.account().iam.roles.get_mut("app").expect("the role").attached_policies;
        held.remove(EXECUTION);
        held.insert("arn:aws:iam::aws:policy/P9".to_owned());
        let error = cloud.fail("AttachRolePolicy", &[("RoleName", "app"), ("PolicyArn", EXECUTION)]);
        assert_eq!((error.status, error.code.as_str()), (409, "LimitExceeded"));
    }
}
