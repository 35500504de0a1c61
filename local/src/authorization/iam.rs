//! What operations of IAM and STS need.
//!
//! Sources:
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html> and
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html>

use super::need::Need;
use crate::call::Call;
use crate::codec::query::Params;
use crate::iam::{self, Trust};

pub(super) fn needs(call: &mut Call<'_>, action: &str, params: &Params) -> Vec<Need> {
    let name = format!("iam:{action}");
    let given = tags(params);
    let keys = params.list("TagKeys");
    let all = |kind: &str| {
        let prefix = params.optional("PathPrefix").unwrap_or_else(|| "/".to_owned());
        format!("arn:aws:iam::{}:{kind}{prefix}", call.account_id)
    };
    let need = match action {
        "ListRoles" => Need::new(&name, all("role")),
        "ListUsers" => Need::new(&name, all("user")),
        "GetPolicy" => Need::new(&name, params.optional("PolicyArn").unwrap_or_default()),
        "CreateServiceLinkedRole" => {
            let service = params.optional("AWSServiceName").unwrap_or_default();
            let resource = format!("arn:aws:iam::{}:role/aws-service-role/{service}/*", call.account_id);
            Need::new(&name, resource).with("iam:AWSServiceName", &service)
        }
        _ if action.contains("InstanceProfile") && action != "ListInstanceProfilesForRole" => {
            let profile = params.optional("InstanceProfileName").unwrap_or_default();
            let path = params.optional("Path").unwrap_or_else(|| "/".to_owned());
            Need::new(&name, format!("arn:aws:iam::{}:instance-profile{path}{profile}", call.account_id))
        }
        _ if action.contains("Role") => about_role(call, &name, params),
        _ => about_user(call, &name, params),
    };
    let need = need
        .with_request_tags(&given)
        .with_tag_keys(&keys)
        .with_some("iam:PolicyARN", params.optional("PolicyArn").as_deref());
    let tagging = match action {
        "CreateRole" => Some("iam:TagRole"),
        "CreateUser" => Some("iam:TagUser"),
        _ => None,
    };
    let tagging = tagging.filter(|_| !given.is_empty());
    let tagging = tagging.map(|tagging| Need::new(tagging, &need.resource).with_request_tags(&given));
    [Some(need), tagging].into_iter().flatten().collect()
}

/// To assume a role takes a policy, unless the role names the caller itself. To ask who one is takes nothing: "No
/// permissions are required to perform this operation."
///
/// Sources: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>,
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>
pub(super) fn needs_of_sts(call: &mut Call<'_>, action: &str, params: &Params) -> Vec<Need> {
    let role = params.optional("RoleArn").unwrap_or_default();
    let is_direct = || iam::trusts(call, &role, &call.account_id, &call.caller_arn) == Trust::Direct;
    match action {
        "AssumeRole" if !is_direct() => vec![
            Need::new("sts:AssumeRole", &role)
                .with_some("sts:RoleSessionName", params.optional("RoleSessionName").as_deref()),
        ],
        _ => Vec::new(),
    }
}

/// The role as it is, or as it is about to be made.
fn about_role(call: &mut Call<'_>, name: &str, params: &Params) -> Need {
    let role_name = params.optional("RoleName").unwrap_or_default();
    let path = params.optional("Path").unwrap_or_else(|| "/".to_owned());
    let boundary = params.optional("PermissionsBoundary");
    match call.account.iam.roles.get(&role_name) {
        Some(role) => Need::new(name, &role.arn)
            .with_resource_tags("iam:ResourceTag", &role.tags)
            .with_some("iam:PermissionsBoundary", boundary.as_deref().or(role.permissions_boundary())),
        None => Need::new(name, format!("arn:aws:iam::{}:role{path}{role_name}", call.account_id))
            .with_some("iam:PermissionsBoundary", boundary.as_deref()),
    }
}

fn about_user(call: &mut Call<'_>, name: &str, params: &Params) -> Need {
    let user_name = params.optional("UserName").unwrap_or_default();
    let path = params.optional("Path").unwrap_or_else(|| "/".to_owned());
    match call.account.iam.users.get(&user_name) {
        Some(user) => Need::new(name, &user.arn).with_resource_tags("iam:ResourceTag", &user.tags),
        None => Need::new(name, format!("arn:aws:iam::{}:user{path}{user_name}", call.account_id)),
    }
}

fn tags(params: &Params) -> Vec<(String, String)> {
    let pair = |tag: &Params| Some((tag.optional("Key")?, tag.optional("Value").unwrap_or_default()));
    params.structures("Tags").iter().filter_map(pair).collect()
}
