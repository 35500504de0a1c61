//! The managed policies of AWS that containers need.
//!
//! Source of the documents: <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html>

use serde_json::json;

/// One managed policy: it allows its actions on everything.
#[derive(Clone, Copy)]
pub struct ManagedPolicy {
    /// `/`, or `/service-role/` for what a service needs.
    pub path: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Its id.
    pub id: &'static str,
    /// The version that is current.
    pub version: &'static str,
    /// When it was made.
    pub created: &'static str,
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
    pub fn find(arn: &str) -> Option<ManagedPolicy> {
        POLICIES.into_iter().find(|policy| policy.arn() == arn)
    }

    /// Its ARN.
    pub fn arn(&self) -> String {
        format!("arn:aws:iam::aws:policy{}{}", self.path, self.name)
    }

    /// Its document.
    pub fn document(&self) -> String {
        let statement = json!({ "Effect": "Allow", "Action": self.actions, "Resource": "*" });
        json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Document, Use};

    #[test]
    fn every_document_parses() {
        for policy in POLICIES {
            assert!(Document::parse(&policy.document(), Use::Permissions).is_ok(), "{}", policy.name);
        }
    }
}
