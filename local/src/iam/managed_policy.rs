//! GetPolicy: the managed policies of AWS that containers need. Others "do not exist" here, and none can be made.

use super::name;
use crate::call::Call;
use crate::codec::query::Params;
use crate::codec::xml::Element;
use crate::error::ApiError;
use deploy_policy::ManagedPolicy;

pub(super) fn get(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let arn = name::required(params, "PolicyArn")?;
    name::check_length("PolicyArn", &arn, 20, 2_048)?;
    let policy = ManagedPolicy::find(&arn)
        .ok_or_else(|| ApiError::new(404, "NoSuchEntity", format!("Policy {arn} was not found.")))?;
    let attachments = call.account.iam.roles.values().filter(|role| role.attached_policies.contains(&arn)).count();
    let element = Element::new("Policy")
        .field("PolicyName", policy.name)
        .field("PolicyId", policy.id)
        .field("Arn", arn)
        .field("Path", policy.path)
        .field("DefaultVersionId", policy.version)
        .field("AttachmentCount", attachments)
        .field("PermissionsBoundaryUsageCount", 0)
        .field("IsAttachable", true)
        .field("CreateDate", policy.created)
        .field("UpdateDate", policy.created)
        .members("Tags", []);
    Ok(Element::reply().child(element))
}

#[cfg(test)]
mod tests {
    use crate::iam::testing::Cloud;

    #[test]
    fn attachments_are_counted() {
        let mut cloud = Cloud::new();
        cloud.role("app");
        let arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";
        cloud.done("AttachRolePolicy", &[("RoleName", "app"), ("PolicyArn", arn)]);
        let reply = cloud.done("GetPolicy", &[("PolicyArn", arn)]);
        assert_eq!(reply.get("Policy").map(|policy| policy.text_of("AttachmentCount")), Some("1"));
        assert_eq!(cloud.code("GetPolicy", &[("PolicyArn", "arn:aws:iam::aws:policy/None")]), "NoSuchEntity");
    }
}
