//! The versions of a parameter that Parameter Store keeps: the last hundred.
//!
//! Source: <https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-versions.html>

use deploy_aws::ssm::Client;
use deploy_aws::ssm::types::ParameterHistory;
use deploy_aws::{absent, fault};
use deploy_kinds::secrets::VersionName;
use deploy_plugin::model::Fault;

use crate::store::Version;

/// Versions on one page.
const PAGE: i32 = 50;

/// The versions of a parameter, the newest first; none where it does not exist.
pub(crate) async fn versions(client: &Client, name: &str) -> Result<Vec<Version>, Fault> {
    // Not decrypted: what comes back of a SecureString is cipher text.
    let request = client.get_parameter_history().name(name).max_results(PAGE);
    let pages = request.into_paginator().send().collect::<Result<Vec<_>, _>>().await;
    let pages = absent(pages.map_err(fault("GetParameterHistory")))?.unwrap_or_default();
    let version = |version: ParameterHistory| Version {
        name: VersionName::Number(version.version),
        modified: version.last_modified_date.map(|date| date.secs()),
        by: version.last_modified_user,
    };
    let mut versions: Vec<Version> =
        pages.into_iter().flat_map(|page| page.parameters.unwrap_or_default()).map(version).collect();
    versions.sort_by_key(|version| std::cmp::Reverse(version.name.clone()));
    Ok(versions)
}
