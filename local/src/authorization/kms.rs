//! What operations of KMS need, and what it takes to use a key through another service.
//!
//! Sources: <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html> and
//! <https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html>. Key policies are not asked: the default
//! one leaves everything to IAM.

use super::need::{Need, arn, tags, text, texts};
use crate::call::Call;
use crate::kms;
use serde_json::Value;

pub(super) fn needs(call: &mut Call<'_>, operation: &str, body: &Value) -> Vec<Need> {
    let name = format!("kms:{operation}");
    let key = text(body, "KeyId").or(text(body, "TargetKeyId")).unwrap_or_default().to_owned();
    match operation {
        "CreateKey" => {
            let given = tags(body, "Tags");
            let need = Need::new(&name, "*").with_request_tags(&given);
            let tagging = Need::new("kms:TagResource", arn(call, "kms", "key/*")).with_request_tags(&given);
            [Some(need), (!given.is_empty()).then_some(tagging)].into_iter().flatten().collect()
        }
        "ListKeys" | "ListAliases" => vec![Need::new(&name, "*")],
        "CreateAlias" | "UpdateAlias" | "DeleteAlias" => {
            let alias = text(body, "AliasName").unwrap_or_default().to_owned();
            let held = call.region().kms.aliases.get(&alias).map(|held| held.key_id.clone());
            let target = (!key.is_empty()).then_some(key);
            let keys: Vec<String> = held.filter(|_| operation != "CreateAlias").into_iter().chain(target).collect();
            let alias = Need::new(&name, arn(call, "kms", &alias));
            [alias].into_iter().chain(keys.iter().map(|key| about(call, &name, key))).collect()
        }
        "TagResource" | "UntagResource" => {
            let need = about(call, &name, &key).with_request_tags(&tags(body, "Tags"));
            vec![need.with_tag_keys(&texts(body, "TagKeys"))]
        }
        "ScheduleKeyDeletion" => {
            let days = body["PendingWindowInDays"].as_i64().map(|days| days.to_string());
            vec![about(call, &name, &key).with_some("kms:ScheduleKeyDeletionPendingWindowInDays", days.as_deref())]
        }
        "DescribeKey" | "EnableKey" | "DisableKey" | "CancelKeyDeletion" | "GetKeyPolicy" | "PutKeyPolicy"
        | "ListResourceTags" => vec![about(call, &name, &key)],
        _ => Vec::new(),
    }
}

/// The need to use a key for another service: `ssm`, `secretsmanager`.
pub(super) fn through(call: &mut Call<'_>, service: &str, action: &str, key: &str) -> Need {
    let (via, account) = (format!("{service}.{}.amazonaws.com", call.region), call.account_id.clone());
    about(call, action, key).with("kms:ViaService", &via).with("kms:CallerAccount", &account)
}

/// Whether a reference names a key that customers manage. For those of AWS nobody needs a permission.
pub(super) fn is_of_customer(call: &mut Call<'_>, key: &str) -> bool {
    !key.is_empty()
        && !key.contains("alias/aws/")
        && kms::find(call, key).map_or(true, |key| key.manager == kms::KeyManager::Customer)
}

/// The need to do something to a key.
fn about(call: &mut Call<'_>, action: &str, reference: &str) -> Need {
    let found = kms::find(call, reference).ok().cloned();
    let Some(key) = found else {
        let is_alias = reference.starts_with("alias/");
        let resource = match reference.starts_with("arn:") {
            true => reference.to_owned(),
            false => arn(call, "kms", &if is_alias { reference.to_owned() } else { format!("key/{reference}") }),
        };
        return Need::new(action, resource);
    };
    let names: Vec<String> = call.region().kms.aliases_of(&key.id).cloned().collect();
    // KMS has no name of its own for the tags of a resource.
    let need = key
        .tags
        .iter()
        .fold(Need::new(action, &key.arn), |need, (tag, value)| need.with(&format!("aws:ResourceTag/{tag}"), value));
    names.iter().fold(need, |need, name| need.with("kms:ResourceAliases", name))
}
