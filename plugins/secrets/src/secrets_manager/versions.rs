//! The versions of a secret that Secrets Manager keeps: about a hundred, and the older ones of a day.
//!
//! Source: <https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html>

use deploy_aws::secretsmanager::Client;
use deploy_aws::secretsmanager::types::SecretVersionsListEntry;
use deploy_aws::{absent, fault};
use deploy_kinds::secrets::VersionName;
use deploy_plugin::model::Fault;

use super::{CURRENT, described};
use crate::store::Version;

/// Versions on one page.
const PAGE: i32 = 100;

/// The versions of a secret, the current one first and then the newest; none where it does not exist.
pub(crate) async fn versions(client: &Client, name: &str) -> Result<Vec<Version>, Fault> {
    // What waits for its deletion has versions still, and gives none of them away.
    if described(client, name).await?.is_none() {
        return Ok(Vec::new());
    }
    let request = client.list_secret_version_ids().secret_id(name).include_deprecated(true).max_results(PAGE);
    let pages = request.into_paginator().send().collect::<Result<Vec<_>, _>>().await;
    let pages = absent(pages.map_err(fault("ListSecretVersionIds")))?.unwrap_or_default();
    let mut entries: Vec<SecretVersionsListEntry> =
        pages.into_iter().flat_map(|page| page.versions.unwrap_or_default()).collect();
    let is_current = |entry: &SecretVersionsListEntry| entry.version_stages().iter().any(|label| label == CURRENT);
    entries.sort_by_key(|entry| (!is_current(entry), entry.created_date.map(|date| -date.as_nanos())));
    let version = |entry: SecretVersionsListEntry| {
        let modified = entry.created_date.map(|date| date.secs());
        // Who set it is told by CloudTrail alone.
        Some(Version { name: VersionName::Id(entry.version_id?), modified, by: None })
    };
    Ok(entries.into_iter().filter_map(version).collect())
}
