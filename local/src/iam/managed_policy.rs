//! The managed policies of AWS that containers need. Others "do not exist" here, and none can be made.
//!
//! Source of the documents: <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html>

use super::name;
use crate::call::Call;
use crate::codec::query::Params;
use crate::codec::xml::Element;
use crate::error::ApiError;
use serde_json::json;

/// One managed policy: it allows its actions on everything.
#[derive(Clone, Copy)]
pub(super) struct ManagedPolicy {
    /// `/`, or `/service-role/` for what a service needs.
    pub(super) path: &'static str,
    pub(super) name: &'static str,
    id: &'static str,
    version: &'static str,
    created: &'static str,
    actions: &'static [&'static str],
}

const POLICIES: [ManagedPolicy; 8] = [
    ManagedPolicy {
        path: "/service-role/",
        name: "AmazonECSTaskExecutionRolePolicy",
        id: "ANPAJG4T4G4PV56DE72PY",
        version: "v1",
        created: "2017-11-16T18:48:22Z",
        actions: &[
            "ecr:GetAuthorizationToken",
            "ecr:BatchCheckLayerAvailability",
            "ecr:GetDownloadUrlForLayer",
            "ecr:BatchGetImage",
            "logs:CreateLogStream",
            "logs:PutLogEvents",
        ],
    },
    ManagedPolicy {
        path: "/",
        name: "AdministratorAccess",
        id: "ANPAIWMBCKSKIEE64ZLYK",
        version: "v1",
        created: "2015-02-06T18:39:46Z",
        actions: &["*"],
    },
    ManagedPolicy {
        path: "/",
        name: "AmazonEC2ContainerRegistryReadOnly",
        id: "ANPAIFYZPA37OOHVIH7KQ",
        version: "v3",
        created: "2015-12-21T17:04:15Z",
        actions: &[
            "ecr:GetAuthorizationToken",
            "ecr:BatchCheckLayerAvailability",
            "ecr:GetDownloadUrlForLayer",
            "ecr:GetRepositoryPolicy",
            "ecr:DescribeRepositories",
            "ecr:ListImages",
            "ecr:DescribeImages",
            "ecr:BatchGetImage",
            "ecr:GetLifecyclePolicy",
            "ecr:GetLifecyclePolicyPreview",
            "ecr:ListTagsForResource",
            "ecr:DescribeImageScanFindings",
        ],
    },
    ManagedPolicy {
        path: "/",
        name: "AmazonS3FullAccess",
        id: "ANPAIFIR6V6BVTRAHWINE",
        version: "v2",
        created: "2015-02-06T18:40:58Z",
        actions: &["s3:*", "s3-object-lambda:*"],
    },
    ManagedPolicy {
        path: "/",
        name: "AmazonS3ReadOnlyAccess",
        id: "ANPAIZTJ4DXE7G6AGAE6M",
        version: "v3",
        created: "2015-02-06T18:40:59Z",
        actions: &["s3:Get*", "s3:List*", "s3:Describe*", "s3-object-lambda:Get*", "s3-object-lambda:List*"],
    },
    ManagedPolicy {
        path: "/",
        name: "AmazonSSMReadOnlyAccess",
        id: "ANPAJODSKQGGJTHRYZ5FC",
        version: "v1",
        created: "2015-05-29T17:44:19Z",
        actions: &["ssm:Describe*", "ssm:Get*", "ssm:List*"],
    },
    ManagedPolicy {
        path: "/",
        name: "CloudWatchLogsFullAccess",
        id: "ANPAJ3ZGNWK2R5HW5BQFO",
        version: "v2",
        created: "2015-02-06T18:40:02Z",
        actions: &["logs:*", "cloudwatch:GenerateQuery"],
    },
    ManagedPolicy {
        path: "/",
        name: "CloudWatchLogsReadOnlyAccess",
        id: "ANPAJ2YIYDYSNNEHK3VKW",
        version: "v4",
        created: "2015-02-06T18:40:03Z",
        actions: &[
            "logs:Describe*",
            "logs:Get*",
            "logs:List*",
            "logs:StartQuery",
            "logs:StopQuery",
            "logs:TestMetricFilter",
            "logs:FilterLogEvents",
            "logs:StartLiveTail",
            "logs:StopLiveTail",
            "cloudwatch:GenerateQuery",
        ],
    },
];

impl ManagedPolicy {
    /// The policy with this ARN.
    pub(super) fn find(arn: &str) -> Option<ManagedPolicy> {
        POLICIES.into_iter().find(|policy| policy.arn() == arn)
    }

    pub(super) fn arn(&self) -> String {
        format!("arn:aws:iam::aws:policy{}{}", self.path, self.name)
    }

    /// Its document.
    pub(super) fn document(&self) -> String {
        let statement = json!({ "Effect": "Allow", "Action": self.actions, "Resource": "*" });
        json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
    }
}

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
    use super::POLICIES;
    use crate::iam::policy::{Document, Use};
    use crate::iam::testing::Cloud;

    #[test]
    fn every_document_parses() {
        for policy in POLICIES {
            assert!(Document::parse(&policy.document(), Use::Permissions).is_ok(), "{}", policy.name);
        }
    }

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
