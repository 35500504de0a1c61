//! CreateRepository, DescribeRepositories and DeleteRepository.
//!
//! Sources: <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html> and
//! <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRepository.html>

use super::invalid;
use super::model::{
    Repository, ScanningConfiguration, TagExclusion, TagMutability, arn, check_exclusions, check_registry, not_found,
    repository,
};
use super::tags::{self, Tag};
use crate::call::Call;
use crate::error::ApiError;
use crate::pagination;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Repositories on a page whose size was not asked for.
const DEFAULT_RESULTS: usize = 100;
/// Repositories on one page.
const MAX_RESULTS: usize = 1000;
/// Names in one request.
const MAX_NAMES: usize = 100;

/// The request to create.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct CreateRepository {
    registry_id: Option<String>,
    repository_name: String,
    #[serde(default)]
    tags: Vec<Tag>,
    #[serde(default)]
    image_tag_mutability: TagMutability,
    #[serde(default)]
    image_tag_mutability_exclusion_filters: Vec<TagExclusion>,
    #[serde(default)]
    image_scanning_configuration: ScanningConfiguration,
    encryption_configuration: Option<Value>,
}

/// The request to describe.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct DescribeRepositories {
    registry_id: Option<String>,
    #[serde(default)]
    repository_names: Vec<String>,
    max_results: Option<usize>,
    next_token: Option<String>,
}

/// The request to delete.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct DeleteRepository {
    registry_id: Option<String>,
    repository_name: String,
    #[serde(default)]
    force: bool,
}

/// Creates a repository.
pub(super) fn create_repository(call: &mut Call<'_>, request: CreateRepository) -> Result<Value, ApiError> {
    check_registry(call, request.registry_id.as_deref())?;
    check_name(&request.repository_name)?;
    let tags = tags::checked(&request.tags)?;
    check_exclusions(request.image_tag_mutability, &request.image_tag_mutability_exclusion_filters)?;
    let name = request.repository_name;
    if call.region().ecr.repositories.contains_key(&name) {
        return Err(ApiError::client(
            "RepositoryAlreadyExistsException",
            format!("The repository with name '{name}' already exists in the registry with id '{}'", call.account_id),
        ));
    }
    let repository = Repository {
        name: name.clone(),
        created_at: call.now,
        tag_mutability: request.image_tag_mutability,
        tag_exclusions: request.image_tag_mutability_exclusion_filters,
        scanning: request.image_scanning_configuration,
        encryption: request.encryption_configuration.unwrap_or_else(|| json!({ "encryptionType": "AES256" })),
        lifecycle_policy: None,
        policy: None,
        tags,
        images: BTreeMap::new(),
    };
    let reply = json!({ "repository": shown(call, &repository) });
    call.region().ecr.repositories.insert(name, repository);
    Ok(reply)
}

/// Describes the repositories that are named, all of which must be there; or one page of all of them.
pub(super) fn describe_repositories(call: &mut Call<'_>, request: &DescribeRepositories) -> Result<Value, ApiError> {
    check_registry(call, request.registry_id.as_deref())?;
    let all = &call.region().ecr.repositories;
    if !request.repository_names.is_empty() {
        if request.repository_names.len() > MAX_NAMES || request.max_results.is_some() {
            return Err(invalid("Up to 100 repositoryNames, and no maxResults together with them."));
        }
        let named: Vec<(&String, Option<Repository>)> =
            request.repository_names.iter().map(|name| (name, all.get(name).cloned())).collect();
        let described: Result<Vec<Value>, ApiError> = named
            .into_iter()
            .map(|(name, found)| found.map(|found| shown(call, &found)).ok_or_else(|| not_found(call, name)))
            .collect();
        return Ok(json!({ "repositories": described? }));
    }
    let max = request.max_results.unwrap_or(DEFAULT_RESULTS);
    if !(1..=MAX_RESULTS).contains(&max) {
        return Err(invalid("maxResults should be between 1 and 1000."));
    }
    let all: Vec<Repository> = all.values().cloned().collect();
    let key = |repository: &Repository| repository.name.clone();
    let page = pagination::page(all, key, Some(max), request.next_token.as_deref())
        .map_err(|_| invalid("Invalid parameter at 'nextToken' failed to satisfy constraint: 'Invalid token'"))?;
    let described: Vec<Value> = page.items.iter().map(|repository| shown(call, repository)).collect();
    let mut reply = json!({ "repositories": described });
    if let Some(token) = page.next_token {
        reply["nextToken"] = json!(token);
    }
    Ok(reply)
}

/// Deletes a repository; one with images only if it is forced.
pub(super) fn delete_repository(call: &mut Call<'_>, request: &DeleteRepository) -> Result<Value, ApiError> {
    let name = &request.repository_name;
    let found = repository(call, request.registry_id.as_deref(), name)?.clone();
    if !found.images.is_empty() && !request.force {
        return Err(ApiError::client(
            "RepositoryNotEmptyException",
            format!(
                "The repository with name '{name}' in registry with id '{}' cannot be deleted because it still \
                 contains images",
                call.account_id
            ),
        ));
    }
    call.region().ecr.repositories.remove(name);
    Ok(json!({ "repository": shown(call, &found) }))
}

/// The reply shape `Repository`.
fn shown(call: &Call<'_>, repository: &Repository) -> Value {
    let mut reply = json!({
        "repositoryArn": arn(call, &repository.name),
        "registryId": call.account_id,
        "repositoryName": repository.name,
        "repositoryUri": format!("{}.dkr.ecr.{}.amazonaws.com/{}", call.account_id, call.region, repository.name),
        "createdAt": repository.created_at.seconds(),
        "imageTagMutability": repository.tag_mutability,
        "imageScanningConfiguration": repository.scanning,
        "encryptionConfiguration": repository.encryption,
    });
    if !repository.tag_exclusions.is_empty() {
        reply["imageTagMutabilityExclusionFilters"] = json!(repository.tag_exclusions);
    }
    reply
}

/// 2 to 256 characters: words of lower-case letters and digits, joined by one of `. _ - /` or by `__`.
fn check_name(name: &str) -> Result<(), ApiError> {
    let valid = regex_lite::Regex::new("^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$")
        .is_ok_and(|pattern| pattern.is_match(&name.replace("__", "_")));
    match valid && (2..=256).contains(&name.len()) {
        true => Ok(()),
        false => Err(invalid(format!(
            "Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression \
             '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*'' ({name})"
        ))),
    }
}
