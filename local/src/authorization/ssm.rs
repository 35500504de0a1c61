//! What operations of Parameter Store need.
//!
//! Source: <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html>

use super::kms;
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
            needs.extend(encrypting(call, body));
            needs
        }
        "GetParameter" | "GetParameterHistory" => reading(call, &name, &[text(body, "Name").unwrap_or_default()], body),
        "GetParameters" => {
            let names = texts(body, "Names");
            reading(call, &name, &names.iter().map(String::as_str).collect::<Vec<_>>(), body)
        }
        "DeleteParameter" | "LabelParameterVersion" | "UnlabelParameterVersion" => {
            vec![about(call, &name, text(body, "Name").unwrap_or_default())]
        }
        "DeleteParameters" => texts(body, "Names").iter().map(|parameter| about(call, &name, parameter)).collect(),
        "GetParametersByPath" => {
            let recursive = (body["Recursive"] == true).to_string();
            let depth = if body["Recursive"] == true { ssm::Depth::Recursive } else { ssm::Depth::OneLevel };
            let path = text(body, "Path").unwrap_or_default();
            let need =
                Need::new(&name, ssm::arn(&call.region, &call.account_id, path)).with("ssm:Recursive", &recursive);
            let found = ssm::below(&call.region().ssm, path, depth);
            [need].into_iter().chain(decrypting_all(call, found, body)).collect()
        }
        "AddTagsToResource" | "RemoveTagsFromResource" | "ListTagsForResource" => {
            let need = about(call, &name, text(body, "ResourceId").unwrap_or_default());
            vec![need.with_request_tags(&tags(body, "Tags")).with_tag_keys(&texts(body, "TagKeys"))]
        }
        "DescribeParameters" => vec![Need::new(&name, arn(call, "ssm", "*"))],
        _ => Vec::new(),
    }
}

/// What it takes to decrypt a parameter: for the key of AWS nothing.
///
/// Source: <https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html>
pub(super) fn decrypting(call: &mut Call<'_>, arn: &str, key: &str) -> Option<Need> {
    let need = kms::is_of_customer(call, key).then(|| kms::through(call, "ssm", "kms:Decrypt", key));
    need.map(|need| need.with("kms:EncryptionContext:PARAMETER_ARN", arn))
}

/// What it takes to read parameters, and to decrypt them if that is asked for.
fn reading(call: &mut Call<'_>, action: &str, names: &[&str], body: &Value) -> Vec<Need> {
    let needs: Vec<Need> = names.iter().map(|name| about(call, action, name)).collect();
    let state = &call.region().ssm;
    let found = names.iter().filter_map(|name| ssm::find(state, name).ok());
    let found = found.map(|found| (found.parameter.name.clone(), found.version.encrypted_with.clone())).collect();
    needs.into_iter().chain(decrypting_all(call, found, body)).collect()
}

fn decrypting_all(call: &mut Call<'_>, found: Vec<(String, Option<String>)>, body: &Value) -> Vec<Need> {
    let encrypted = found.into_iter().filter(|_| body["WithDecryption"] == true);
    let encrypted = encrypted.filter_map(|(name, key)| Some((name, key?)));
    let need = |(name, key): (String, String)| {
        let arn = ssm::arn(&call.region, &call.account_id, &name);
        decrypting(call, &arn, &key)
    };
    encrypted.filter_map(need).collect()
}

/// What it takes to encrypt a value: with the key of the request, or else of the version before.
fn encrypting(call: &mut Call<'_>, body: &Value) -> Option<Need> {
    let before = ssm::find(&call.region().ssm, text(body, "Name").unwrap_or_default()).ok();
    let before = before.map(|found| found.version);
    let is_secure = match text(body, "Type") {
        Some(kind) => kind == "SecureString",
        None => before.is_some_and(|version| version.kind == ssm::ParameterType::SecureString),
    };
    let key = text(body, "KeyId").map(str::to_owned).or(before.and_then(|version| version.key_id.clone()));
    let key = key.filter(|key| is_secure && kms::is_of_customer(call, key))?;
    let action = if text(body, "Tier") == Some("Advanced") { "kms:GenerateDataKey" } else { "kms:Encrypt" };
    Some(kms::through(call, "ssm", action, &key))
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
