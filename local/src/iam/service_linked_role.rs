//! Roles that belong to a service. ECS needs one to attach network interfaces for tasks.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using-service-linked-roles.html>; the
//! shape of the trust policy: <https://docs.aws.amazon.com/cli/latest/reference/iam/create-service-linked-role.html>

use super::name;
use super::role::Role;
use crate::call::Call;
use crate::codec::query::Params;
use crate::codec::xml::Element;
use crate::error::ApiError;
use serde_json::json;

/// Services and the names of their roles.
const SERVICES: [(&str, &str); 2] = [
    ("ecs.amazonaws.com", "AWSServiceRoleForECS"),
    ("ecs.application-autoscaling.amazonaws.com", "AWSServiceRoleForApplicationAutoScaling_ECSService"),
];

pub(super) fn create(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let service = name::required(params, "AWSServiceName")?;
    let description = name::read_description(params)?;
    let Some((_, role_name)) = SERVICES.iter().find(|(known, _)| *known == service) else {
        let message = format!("Service-linked roles are not known for the service {service}");
        return Err(ApiError::client("InvalidInput", message));
    };
    let statement = json!({ "Effect": "Allow", "Principal": { "Service": [&service] }, "Action": ["sts:AssumeRole"] });
    let trust = json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string();
    let role = Role::new(call, &format!("/aws-service-role/{service}/"), role_name, &trust);
    let role = Role { description, service: Some(service), ..role };
    let reply = Element::reply().child(role.element());
    call.account.iam.insert(role).map_err(|_| {
        let message =
            format!("Service role name {role_name} has been taken in this account, please try a different suffix.");
        ApiError::client("InvalidInput", message)
    })?;
    Ok(reply)
}

#[cfg(test)]
mod tests {
    use crate::iam::testing::Cloud;

    #[test]
    fn a_service_has_one_role_that_nobody_changes() {
        let mut cloud = Cloud::new();
        let params = [("AWSServiceName", "ecs.amazonaws.com")];
        let reply = cloud.done("CreateServiceLinkedRole", &params);
        let arn = "arn:aws:iam::123456789012:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS";
        assert_eq!(reply.get("Role").map(|role| role.text_of("Arn")), Some(arn));
        let trust = reply.get("Role").map(|role| role.text_of("AssumeRolePolicyDocument")).expect("a policy");
        assert!(trust.contains("%22Service%22%3A%5B%22ecs.amazonaws.com%22%5D"), "AWS writes lists: {trust}");
        assert_eq!(cloud.code("CreateServiceLinkedRole", &params), "InvalidInput");
        assert_eq!(cloud.code("DeleteRole", &[("RoleName", "AWSServiceRoleForECS")]), "UnmodifiableEntity");
        assert_eq!(cloud.code("CreateServiceLinkedRole", &[("AWSServiceName", "x")]), "InvalidInput");
    }
}
