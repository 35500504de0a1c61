//! What operations of Parameter Store need.
//!
//! Source: <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html>

use super::need::{Need, arn, tags, text, texts};
use crate::call::Call;
use crate::ssm;
use serde_json::Value;

pub(super) fn needs(call: &mut Call<'_>, operation: &str, body: &Value) -> Vec<Need> {
    let name = format!("ssm:{operation}");
    match operation {
        "PutParameter" => {
            let given = tags(body, "Tags");
            let overwrite = (body["Overwrite"] == true).to_string();
            let need = about(call, &name, text(body, "Name").unwrap_or_default()).with_request_tags(&given);
            let tagging = Need::new("ssm:AddTagsToResource", &need.resource).with_request_tags(&given);
            let mut needs = vec![need.with("ssm:Overwrite", &overwrite)];
            needs.extend((!given.is_empty()).then_some(tagging));
            needs
        }
        "GetParameter"
        | "GetParameterHistory"
        | "DeleteParameter"
        | "LabelParameterVersion"
        | "UnlabelParameterVersion" => vec![about(call, &name, text(body, "Name").unwrap_or_default())],
        "GetParameters" | "DeleteParameters" => {
            texts(body, "Names").iter().map(|parameter| about(call, &name, parameter)).collect()
        }
        "GetParametersByPath" => {
            let recursive = (body["Recursive"] == true).to_string();
            let path = text(body, "Path").unwrap_or_default();
            vec![Need::new(&name, ssm::arn(&call.region, &call.account_id, path)).with("ssm:Recursive", &recursive)]
        }
        "AddTagsToResource" | "RemoveTagsFromResource" | "ListTagsForResource" => {
            let need = about(call, &name, text(body, "ResourceId").unwrap_or_default());
            vec![need.with_request_tags(&tags(body, "Tags")).with_tag_keys(&texts(body, "TagKeys"))]
        }
        "DescribeParameters" => vec![Need::new(&name, arn(call, "ssm", "*"))],
        _ => Vec::new(),
    }
}

/// The need to do something to a parameter, by a name or an ARN that may end in a version or a label.
fn about(call: &mut Call<'_>, name: &str, reference: &str) -> Need {
    let (region, account_id) = (call.region.clone(), call.account_id.clone());
    let found = ssm::find(&call.region().ssm, reference).ok().map(|found| found.parameter);
    let resource = match found {
        Some(parameter) => ssm::arn(&region, &account_id, &parameter.name),
        None if reference.starts_with("arn:") => reference.to_owned(),
        None => ssm::arn(&region, &account_id, reference.split(':').next().unwrap_or(reference)),
    };
    let tags = found.map(|parameter| parameter.tags.clone()).unwrap_or_default();
    Need::new(name, resource).with_resource_tags("ssm:resourceTag", &tags)
}
