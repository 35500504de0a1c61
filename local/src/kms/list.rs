//! ListKeys and ListAliases.
//!
//! Sources: <https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeys.html> and
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_ListAliases.html>

use super::key_id::{arn, existing};
use super::model::Key;
use crate::call::Call;
use crate::constraint::{check_text, page_size};
use crate::error::ApiError;
use crate::pagination;
use serde::Deserialize;
use serde_json::{Value, json};
use std::ops::RangeInclusive;

/// Characters of a marker.
const MARKER: RangeInclusive<usize> = 1..=1024;

/// The request for all keys.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ListKeys {
    limit: Option<i64>,
    marker: Option<String>,
}

/// The request for the aliases of all keys or of one.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ListAliases {
    key_id: Option<String>,
    limit: Option<i64>,
    marker: Option<String>,
}

/// One page of the keys, whatever their state.
pub(super) fn list_keys(call: &mut Call<'_>, request: &ListKeys) -> Result<Value, ApiError> {
    let size = page_size("limit", request.limit, 1000, 100)?;
    let now = call.now;
    let keys = call.region().kms.keys.values().filter(|key| !key.is_gone(now));
    let keys: Vec<&Key> = keys.collect();
    page(
        "Keys",
        keys,
        |key| key.id.clone(),
        size,
        request.marker.as_deref(),
        |key| json!({ "KeyId": key.id, "KeyArn": key.arn }),
    )
}

/// One page of the aliases.
pub(super) fn list_aliases(call: &mut Call<'_>, request: &ListAliases) -> Result<Value, ApiError> {
    let size = page_size("limit", request.limit, 100, 50)?;
    let of = request.key_id.as_ref().map(|key| existing(call, key).map(|key| key.id.clone())).transpose()?;
    let (now, prefix) = (call.now, arn(call, ""));
    let state = &call.region().kms;
    let is_there = |key_id: &String| state.keys.get(key_id).is_some_and(|key| !key.is_gone(now));
    let aliases = state.aliases.iter().filter(|(_, alias)| is_there(&alias.key_id));
    let aliases = aliases.filter(|(_, alias)| of.as_ref().is_none_or(|of| alias.key_id == *of)).collect();
    page(
        "Aliases",
        aliases,
        |(name, _)| (*name).clone(),
        size,
        request.marker.as_deref(),
        |(name, alias)| {
            json!({
                "AliasName": name,
                "AliasArn": format!("{prefix}{name}"),
                "TargetKeyId": alias.key_id,
                "CreationDate": alias.created_at.seconds(),
                "LastUpdatedDate": alias.updated_at.seconds(),
            })
        },
    )
}

/// One page of a listing, as KMS writes it.
pub(super) fn page<T>(
    member: &str,
    items: Vec<T>,
    key: impl Fn(&T) -> String,
    size: usize,
    marker: Option<&str>,
    show: impl Fn(&T) -> Value,
) -> Result<Value, ApiError> {
    check_text("marker", marker, &MARKER)?;
    let page = pagination::page(items, key, Some(size), marker)
        .map_err(|_| ApiError::client("InvalidMarkerException", "Could not deserialize marker"))?;
    let shown: Vec<Value> = page.items.iter().map(show).collect();
    let mut reply = json!({ "Truncated": page.next_token.is_some() });
    reply[member] = json!(shown);
    if let Some(marker) = page.next_token {
        reply["NextMarker"] = json!(marker);
    }
    Ok(reply)
}
