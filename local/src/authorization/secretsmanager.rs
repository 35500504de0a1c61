//! What operations of Secrets Manager need.
//!
//! Sources: <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html> and, for
//! keys of customers, <https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html>

use super::need::{Need, arn, tags, text, texts};
use crate::call::Call;
use crate::secretsmanager::{self, Wanted};
use crate::tagging::Tags;
use serde_json::Value;

/// What stands for the six characters at the end of an ARN that is not known: a policy has to leave them open.
const ANY_SUFFIX: &str = "??????";

pub(super) fn needs(call: &mut Call<'_>, operation: &str, body: &Value) -> Vec<Need> {
    let name = format!("secretsmanager:{operation}");
    let id = text(body, "SecretId").unwrap_or_default().to_owned();
    match operation {
        "CreateSecret" => creating(call, &name, body),
        // Each secret of a batch is asked about when its turn comes.
        "ListSecrets" | "BatchGetSecretValue" => {
            let lists = operation == "BatchGetSecretValue" && !body["Filters"].is_null();
            let listing = lists.then(|| Need::new("secretsmanager:ListSecrets", "*"));
            [Need::new(&name, "*")].into_iter().chain(listing).collect()
        }
        "GetSecretValue" => {
            let given = |member| text(body, member).map(str::to_owned);
            let (version_id, version_stage) = (given("VersionId"), given("VersionStage"));
            vec![reading(call, &Wanted { secret_id: id, version_id, version_stage })]
        }
        "UpdateSecretVersionStage" => {
            vec![about(call, &name, &id).with_some("secretsmanager:VersionStage", text(body, "VersionStage"))]
        }
        "UpdateSecret" => vec![
            about(call, &name, &id)
                .with_some("secretsmanager:Description", text(body, "Description"))
                .with_some("secretsmanager:KmsKeyId", text(body, "KmsKeyId")),
        ],
        "DeleteSecret" => {
            let forced = (body["ForceDeleteWithoutRecovery"] == true).to_string();
            let days = body["RecoveryWindowInDays"].as_i64().map(|days| days.to_string());
            vec![
                about(call, &name, &id)
                    .with("secretsmanager:ForceDeleteWithoutRecovery", &forced)
                    .with_some("secretsmanager:RecoveryWindowInDays", days.as_deref()),
            ]
        }
        "TagResource" | "UntagResource" => {
            let need = about(call, &name, &id).with_request_tags(&tags(body, "Tags"));
            vec![need.with_tag_keys(&texts(body, "TagKeys"))]
        }
        "DescribeSecret" | "PutSecretValue" | "RestoreSecret" | "ListSecretVersionIds" => {
            vec![about(call, &name, &id)]
        }
        _ => Vec::new(),
    }
}

/// The need to read one secret. Without a version and a label it is the current one.
pub(super) fn reading(call: &mut Call<'_>, wanted: &Wanted) -> Need {
    let stage = wanted.version_stage.as_deref().or(wanted.version_id.is_none().then_some("AWSCURRENT"));
    about(call, "secretsmanager:GetSecretValue", &wanted.secret_id)
        .with_some("secretsmanager:VersionId", wanted.version_id.as_deref())
        .with_some("secretsmanager:VersionStage", stage)
}

/// The need to read what a key encrypts.
pub(super) fn decrypting(call: &Call<'_>, key_id: &str) -> Need {
    let resource = match key_id {
        key if key.starts_with("arn:") => key.to_owned(),
        alias if alias.starts_with("alias/") => arn(call, "kms", alias),
        id => arn(call, "kms", &format!("key/{id}")),
    };
    Need::new("kms:Decrypt", resource)
}

fn creating(call: &mut Call<'_>, name: &str, body: &Value) -> Vec<Need> {
    let secret = text(body, "Name").unwrap_or_default();
    let given = tags(body, "Tags");
    let need = Need::new(name, unknown(call, secret))
        .with_request_tags(&given)
        .with("secretsmanager:Name", secret)
        .with_some("secretsmanager:Description", text(body, "Description"))
        .with_some("secretsmanager:KmsKeyId", text(body, "KmsKeyId"));
    let tagging = Need::new("secretsmanager:TagResource", &need.resource).with_request_tags(&given);
    [Some(need), (!given.is_empty()).then_some(tagging)].into_iter().flatten().collect()
}

/// The need to do something to a secret, by its name or its ARN.
fn about(call: &mut Call<'_>, name: &str, id: &str) -> Need {
    let now = call.now;
    let found = secretsmanager::find(&call.region().secretsmanager, id, now).cloned();
    let (resource, tags) = match found {
        Some(secret) => (secret.arn, secret.tags),
        None if id.starts_with("arn:") => (id.to_owned(), Tags::new()),
        None => (unknown(call, id), Tags::new()),
    };
    Need::new(name, resource)
        .with_resource_tags("secretsmanager:ResourceTag", &tags)
        .with("secretsmanager:SecretId", id)
}

/// The ARN of a secret that is not there yet.
fn unknown(call: &Call<'_>, name: &str) -> String {
    arn(call, "secretsmanager", &format!("secret:{name}-{ANY_SUFFIX}"))
}
