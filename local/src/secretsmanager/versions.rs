//! ListSecretVersionIds.
//!
//! Source: <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecretVersionIds.html>

use super::list::{page, with_token};
use super::model::Version;
use super::{bounds, secret_id};
use crate::call::Call;
use crate::error::ApiError;
use serde::Deserialize;
use serde_json::{Value, json};

/// How a version says that the key of AWS encrypts it.
const DEFAULT_KEY: &str = "DefaultEncryptionKey";

/// The request.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ListSecretVersionIds {
    secret_id: String,
    max_results: Option<i64>,
    next_token: Option<String>,
    #[serde(default)]
    include_deprecated: bool,
}

/// One page of the versions, oldest first; those without a label only on demand.
pub(super) fn list_secret_version_ids(call: &mut Call<'_>, request: &ListSecretVersionIds) -> Result<Value, ApiError> {
    let max = bounds::listing_size(request.max_results)?;
    let secret = secret_id::any(call, &request.secret_id)?;
    let versions = secret.versions.iter().enumerate();
    let found: Vec<(usize, &Version)> =
        versions.filter(|(_, version)| request.include_deprecated || !version.stages.is_empty()).collect();
    let key = |(number, version): &(usize, &Version)| format!("{:020} {number:06}", version.created_at.0);
    let page = page(found, key, max, request.next_token.as_deref())?;
    let shown: Vec<Value> = page.items.into_iter().map(|(_, version)| shown(version)).collect();
    Ok(with_token(json!({ "ARN": secret.arn, "Name": secret.name, "Versions": shown }), page.next_token))
}

fn shown(version: &Version) -> Value {
    let mut shown = json!({
        "VersionId": version.id,
        "CreatedDate": version.created_at.seconds(),
        "KmsKeyIds": [version.key_id.as_deref().unwrap_or(DEFAULT_KEY)],
    });
    if !version.stages.is_empty() {
        shown["VersionStages"] = json!(version.stages);
    }
    if let Some(day) = version.accessed_at {
        shown["LastAccessedDate"] = json!(day.seconds());
    }
    shown
}
