//! DescribeSecret: everything about a secret but its value, even if it is about to be deleted.
//!
//! Source: <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html>

use super::model::Secret;
use super::secret_id;
use crate::call::Call;
use crate::error::ApiError;
use crate::time::Time;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// The request.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct DescribeSecret {
    secret_id: String,
}

/// The secret without its value.
pub(super) fn describe_secret(call: &mut Call<'_>, request: &DescribeSecret) -> Result<Value, ApiError> {
    let secret = secret_id::any(call, &request.secret_id)?;
    // Here it is the day of the deletion; in a listing it is the day on which somebody asked for it.
    let due_at = secret.deletion.map(|deletion| deletion.due_at);
    Ok(shown(secret, "VersionIdsToStages", due_at))
}

/// What an answer says about a secret. "Secrets Manager only returns fields that have a value in the response".
pub(super) fn shown(secret: &Secret, versions: &str, deleted_at: Option<Time>) -> Value {
    let mut reply = Map::new();
    let mut add = |name: &str, value: Value| {
        let is_empty = value.is_null() || value == json!([]) || value == json!({});
        if !is_empty {
            reply.insert(name.to_owned(), value);
        }
    };
    let seconds = |time: Option<Time>| json!(time.map(Time::seconds));
    let tags: Vec<Value> = secret.tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
    add("ARN", json!(secret.arn));
    add("Name", json!(secret.name));
    add("Description", json!(secret.description));
    add("KmsKeyId", json!(secret.key_id));
    add("CreatedDate", seconds(Some(secret.created_at)));
    add("LastChangedDate", seconds(Some(secret.changed_at)));
    add("LastAccessedDate", seconds(secret.accessed_at));
    add("DeletedDate", seconds(deleted_at));
    add("Tags", json!(tags));
    add(versions, stages(secret));
    Value::Object(reply)
}

/// The versions that have labels, and the labels.
fn stages(secret: &Secret) -> Value {
    let labelled = secret.versions.iter().filter(|version| !version.stages.is_empty());
    labelled.map(|version| (version.id.clone(), json!(version.stages))).collect::<Map<_, _>>().into()
}
