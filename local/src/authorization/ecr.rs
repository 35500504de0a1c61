//! What operations of ECR need.
//!
//! Source: <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html>

use super::need::{Need, arn, tags, text, texts};
use crate::call::Call;
use serde_json::Value;

pub(super) fn needs(call: &mut Call<'_>, operation: &str, body: &Value) -> Vec<Need> {
    let name = format!("ecr:{operation}");
    let repository = text(body, "repositoryName").unwrap_or_default().to_owned();
    match operation {
        "CreateRepository" => {
            let given = tags(body, "tags");
            let need = about(call, &name, &repository).with_request_tags(&given);
            let tagging = Need::new("ecr:TagResource", &need.resource).with_request_tags(&given);
            [Some(need), (!given.is_empty()).then_some(tagging)].into_iter().flatten().collect()
        }
        "DescribeRepositories" => {
            let names = texts(body, "repositoryNames");
            let all = names.is_empty().then(|| Need::new(&name, arn(call, "ecr", "repository/*")));
            names.iter().map(|repository| about(call, &name, repository)).chain(all).collect()
        }
        "TagResource" | "UntagResource" | "ListTagsForResource" => {
            let arn = text(body, "resourceArn").unwrap_or_default();
            let repository = arn.split_once(":repository/").map_or(arn, |(_, name)| name).to_owned();
            let need = about(call, &name, &repository).with_request_tags(&tags(body, "tags"));
            vec![need.with_tag_keys(&texts(body, "tagKeys"))]
        }
        "GetAuthorizationToken" => vec![Need::new(&name, "*")],
        _ => vec![about(call, &name, &repository)],
    }
}

fn about(call: &mut Call<'_>, name: &str, repository: &str) -> Need {
    let resource = arn(call, "ecr", &format!("repository/{repository}"));
    let held = call.region().ecr.repositories.get(repository).map(|held| held.tags.clone()).unwrap_or_default();
    Need::new(name, resource).with_resource_tags("ecr:ResourceTag", &held)
}
