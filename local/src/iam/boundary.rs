//! Permissions boundaries of roles.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePermissionsBoundary.html>

use super::attached_policy::find_policy;
use super::name;
use crate::call::Call;
use crate::codec::query::Params;
use crate::codec::xml::Element;
use crate::error::ApiError;

/// The parameter that names the policy.
const PARAMETER: &str = "PermissionsBoundary";

pub(super) fn put(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let role_name = name::read_role(params)?;
    name::required(params, PARAMETER)?;
    let boundary = read(params)?;
    call.account.iam.role_mut(&role_name)?.permissions_boundary = boundary;
    Ok(Element::nothing())
}

pub(super) fn delete(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let role_name = name::read_role(params)?;
    call.account.iam.role_mut(&role_name)?.permissions_boundary = None;
    Ok(Element::nothing())
}

/// The ARN of a boundary that a request asks for, if it does.
pub(super) fn read(params: &Params) -> Result<Option<String>, ApiError> {
    let Some(arn) = params.optional(PARAMETER) else { return Ok(None) };
    name::check_length(PARAMETER, &arn, 20, 2_048)?;
    find_policy(&arn)?;
    Ok(Some(arn))
}

/// A boundary as replies carry it.
pub(super) fn element(arn: &str) -> Element {
    Element::new(PARAMETER).field("PermissionsBoundaryType", "Policy").field("PermissionsBoundaryArn", arn)
}

#[cfg(test)]
mod tests {
    use crate::iam::testing::{Cloud, TRUST};

    const LOGS: &str = "arn:aws:iam::aws:policy/CloudWatchLogsFullAccess";

    fn boundary(cloud: &mut Cloud) -> Option<String> {
        let reply = cloud.done("GetRole", &[("RoleName", "app")]);
        let role = reply.get("Role").cloned().expect("a role");
        role.get("PermissionsBoundary").map(|boundary| boundary.text_of("PermissionsBoundaryArn").to_owned())
    }

    #[test]
    fn a_boundary_comes_with_the_role_or_later_and_goes() {
        let mut cloud = Cloud::new();
        let params = [("RoleName", "app"), ("AssumeRolePolicyDocument", TRUST), ("PermissionsBoundary", LOGS)];
        cloud.done("CreateRole", &params);
        assert_eq!(boundary(&mut cloud).as_deref(), Some(LOGS));
        cloud.done("DeleteRolePermissionsBoundary", &[("RoleName", "app")]);
        assert_eq!(boundary(&mut cloud), None);
        cloud.done("PutRolePermissionsBoundary", &[("RoleName", "app"), ("PermissionsBoundary", LOGS)]);
        assert_eq!(boundary(&mut cloud).as_deref(), Some(LOGS));
        cloud.done("DeleteRole", &[("RoleName", "app")]);
    }

    #[test]
    fn only_what_exists_can_bound() {
        let mut cloud = Cloud::new();
        cloud.role("app");
        let put = |arn| [("RoleName", "app"), ("PermissionsBoundary", arn)];
        assert_eq!(cloud.code("PutRolePermissionsBoundary", &put("CloudWatchLogsFullAccess")), "InvalidInput");
        assert_eq!(cloud.code("PutRolePermissionsBoundary", &put("arn:aws:iam::aws:policy/None")), "NoSuchEntity");
        assert_eq!(cloud.code("PutRolePermissionsBoundary", &[("RoleName", "app")]), "ValidationError");
    }
}
