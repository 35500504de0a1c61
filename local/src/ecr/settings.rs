//! PutImageScanningConfiguration and PutImageTagMutability.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImageTagMutability.html>

use super::model::{ScanningConfiguration, TagExclusion, TagMutability, check_exclusions, repository};
use crate::call::Call;
use crate::error::ApiError;
use serde::Deserialize;
use serde_json::{Value, json};

/// The request to scan, or not to.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PutImageScanningConfiguration {
    registry_id: Option<String>,
    repository_name: String,
    image_scanning_configuration: ScanningConfiguration,
}

/// The request to let tags move, or not to.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PutImageTagMutability {
    registry_id: Option<String>,
    repository_name: String,
    image_tag_mutability: TagMutability,
    #[serde(default)]
    image_tag_mutability_exclusion_filters: Vec<TagExclusion>,
}

/// Sets whether images are scanned when they are pushed.
pub(super) fn put_image_scanning_configuration(
    call: &mut Call<'_>,
    request: &PutImageScanningConfiguration,
) -> Result<Value, ApiError> {
    let scanning = request.image_scanning_configuration;
    repository(call, request.registry_id.as_deref(), &request.repository_name)?.scanning = scanning;
    Ok(json!({
        "registryId": call.account_id,
        "repositoryName": request.repository_name,
        "imageScanningConfiguration": scanning,
    }))
}

/// Sets whether tags can move.
pub(super) fn put_image_tag_mutability(
    call: &mut Call<'_>,
    request: &PutImageTagMutability,
) -> Result<Value, ApiError> {
    let (mutability, exclusions) = (request.image_tag_mutability, &request.image_tag_mutability_exclusion_filters);
    let repository = repository(call, request.registry_id.as_deref(), &request.repository_name)?;
    check_exclusions(mutability, exclusions)?;
    repository.tag_mutability = mutability;
    repository.tag_exclusions.clone_from(exclusions);
    let mut reply = json!({
        "registryId": call.account_id,
        "repositoryName": request.repository_name,
        "imageTagMutability": mutability,
    });
    if !exclusions.is_empty() {
        reply["imageTagMutabilityExclusionFilters"] = json!(exclusions);
    }
    Ok(reply)
}
