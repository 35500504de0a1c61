//! ListSecrets.
//!
//! Source: <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html>

use super::filter::{self, Filter};
use super::model::Secret;
use super::{bounds, describe};
use crate::call::Call;
use crate::error::ApiError;
use crate::pagination::{self, Page};
use crate::time::Time;
use serde::Deserialize;
use serde_json::{Value, json};

/// The request.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ListSecrets {
    #[serde(default)]
    include_planned_deletion: bool,
    max_results: Option<i64>,
    next_token: Option<String>,
    #[serde(default)]
    filters: Vec<Filter>,
    #[serde(default)]
    sort_order: SortOrder,
    #[serde(default)]
    sort_by: SortBy,
}

/// Up or down.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum SortOrder {
    #[default]
    Asc,
    Desc,
}

/// What the order follows.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum SortBy {
    #[default]
    CreatedDate,
    LastAccessedDate,
    LastChangedDate,
    Name,
}

/// One page of the secrets that pass all filters, without their values.
pub(super) fn list_secrets(call: &mut Call<'_>, request: &ListSecrets) -> Result<Value, ApiError> {
    filter::check(&request.filters)?;
    let max = bounds::listing_size(request.max_results)?;
    let found = found(call, &request.filters, request.include_planned_deletion);
    let key = |secret: &Secret| request.sort_order.applied(request.sort_by.key(secret));
    let page = page(found, key, max, request.next_token.as_deref())?;
    let shown: Vec<Value> = page
        .items
        .iter()
        .map(|secret| {
            let requested_at = secret.deletion.map(|deletion| deletion.requested_at);
            describe::shown(secret, "SecretVersionsToStages", requested_at)
        })
        .collect();
    Ok(with_token(json!({ "SecretList": shown }), page.next_token))
}

/// The secrets that pass all filters.
pub(super) fn found(call: &mut Call<'_>, filters: &[Filter], with_planned_deletion: bool) -> Vec<Secret> {
    let now = call.now;
    let secrets = call.region().secretsmanager.secrets.values();
    let is_shown = |secret: &&Secret| with_planned_deletion && !secret.is_gone(now) || secret.deletion.is_none();
    secrets.filter(is_shown).filter(|secret| filter::matches_all(filters, secret)).cloned().collect()
}

/// One page of a listing.
pub(super) fn page<T>(
    items: Vec<T>,
    key: impl Fn(&T) -> String,
    max: usize,
    token: Option<&str>,
) -> Result<Page<T>, ApiError> {
    pagination::page(items, key, Some(max), token)
        .map_err(|_| ApiError::client("InvalidNextTokenException", "The NextToken value is invalid."))
}

/// The reply with its token, if there is a next page.
pub(super) fn with_token(mut reply: Value, token: Option<String>) -> Value {
    if let Some(token) = token {
        reply["NextToken"] = Value::from(token);
    }
    reply
}

impl SortBy {
    /// What decides the order, and the name where that is the same.
    fn key(self, secret: &Secret) -> String {
        let time = match self {
            Self::CreatedDate => secret.created_at,
            Self::LastAccessedDate => secret.accessed_at.unwrap_or_default(),
            Self::LastChangedDate => secret.changed_at,
            Self::Name => Time::default(),
        };
        format!("{:020} {}", time.0, secret.name)
    }
}

impl SortOrder {
    /// The key itself, or one that sorts the other way round: every byte the other way round, and an end that comes
    /// after all of them, so that a name stands behind those that go on from it.
    fn applied(self, key: String) -> String {
        match self {
            Self::Asc => key,
            Self::Desc => key.bytes().map(|byte| char::from(0xff - byte)).chain(['\u{100}']).collect(),
        }
    }
}
