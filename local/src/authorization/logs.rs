//! What operations of CloudWatch Logs need.
//!
//! Source: <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html>. A group
//! is asked about with the empty stream behind it, as the messages of AWS show; the calls about tags name it alone.

use super::need::{Need, arn, tags, text, texts};
use crate::call::Call;
use serde_json::Value;

pub(super) fn needs(call: &mut Call<'_>, operation: &str, body: &Value) -> Vec<Need> {
    let name = format!("logs:{operation}");
    let group = text(body, "logGroupName").or(text(body, "resourceIdentifier")).map(group_name).unwrap_or_default();
    match operation {
        "CreateLogGroup" => {
            let given = tags(body, "tags");
            let tagging = about(call, "logs:TagResource", &group, "").with_request_tags(&given);
            let mut needs = vec![about(call, &name, &group, ":log-stream:").with_request_tags(&given)];
            needs.extend((!given.is_empty()).then_some(tagging));
            needs
        }
        "DeleteLogGroup"
        | "PutRetentionPolicy"
        | "DeleteRetentionPolicy"
        | "AssociateKmsKey"
        | "DisassociateKmsKey"
        | "DescribeLogGroups"
        | "DescribeLogStreams"
        | "FilterLogEvents" => {
            vec![about(call, &name, &group, ":log-stream:")]
        }
        "CreateLogStream" | "PutLogEvents" | "GetLogEvents" => {
            let stream = text(body, "logStreamName").unwrap_or_default();
            vec![about(call, &name, &group, &format!(":log-stream:{stream}"))]
        }
        "TagResource" | "UntagResource" | "ListTagsForResource" => {
            let group = group_name(text(body, "resourceArn").unwrap_or_default());
            let need = about(call, &name, &group, "");
            vec![need.with_request_tags(&tags(body, "tags")).with_tag_keys(&texts(body, "tagKeys"))]
        }
        "TagLogGroup" | "UntagLogGroup" | "ListTagsLogGroup" => {
            let need = about(call, &name, &group, "");
            vec![need.with_request_tags(&tags(body, "tags")).with_tag_keys(&texts(body, "tags"))]
        }
        _ => Vec::new(),
    }
}

fn about(call: &mut Call<'_>, name: &str, group: &str, stream: &str) -> Need {
    let resource = arn(call, "logs", &format!("log-group:{group}{stream}"));
    let tags = call.region().logs.groups.get(group).map(|group| group.tags.clone()).unwrap_or_default();
    Need::new(name, resource).with_resource_tags("logs:ResourceTag", &tags)
}

/// The name of a group, which may be given by its ARN.
fn group_name(reference: &str) -> String {
    let name = reference.split_once(":log-group:").map_or(reference, |(_, name)| name);
    name.trim_end_matches(":*").to_owned()
}
