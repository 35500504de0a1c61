//! Repositories and their images.

use super::invalid;
use crate::call::Call;
use crate::error::ApiError;
use crate::time::Time;
use deploy_policy::wildcard::Pattern;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What ECR remembers in one region.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct State {
    /// The repositories by name.
    pub repositories: BTreeMap<String, Repository>,
}

/// One repository.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repository {
    /// Its name.
    pub name: String,
    /// When it was created.
    pub created_at: Time,
    /// Whether a tag can move from one image to another.
    pub tag_mutability: TagMutability,
    /// The tags that are excluded from that, and do the opposite.
    #[serde(default)]
    pub tag_exclusions: Vec<TagExclusion>,
    /// Whether images are scanned when they are pushed.
    pub scanning: ScanningConfiguration,
    /// How images are encrypted, as it was given.
    pub encryption: Value,
    /// The lifecycle policy: its text.
    pub lifecycle_policy: Option<String>,
    /// The policy that lets other accounts in: its text.
    #[serde(default)]
    pub policy: Option<String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// Its images by digest.
    pub images: BTreeMap<String, Image>,
}

/// Whether a tag can move from one image to another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TagMutability {
    /// It can.
    #[default]
    Mutable,
    /// It cannot.
    Immutable,
    /// It can, but for tags that are excluded.
    MutableWithExclusion,
    /// It cannot, but for tags that are excluded.
    ImmutableWithExclusion,
}

/// Tags that are excluded from what holds for the others.
///
/// Source: <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageTagMutabilityExclusionFilter.html>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TagExclusion {
    /// What such a tag looks like; `*` stands for any text.
    pub filter: String,
    /// `WILDCARD`, which is all that there is.
    pub filter_type: String,
}

/// Whether images are scanned when they are pushed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ScanningConfiguration {
    /// They are.
    #[serde(default)]
    pub scan_on_push: bool,
}

/// One image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Image {
    /// Its manifest.
    pub manifest: String,
    /// The media type of the manifest.
    pub media_type: String,
    /// Its tags, if it has any.
    pub tags: BTreeSet<String>,
    /// When it was pushed.
    pub pushed_at: Time,
}

impl Repository {
    /// Whether a tag can move from one image to another.
    pub(super) fn can_move(&self, tag: &str) -> bool {
        let excluded = || self.tag_exclusions.iter().any(|exclusion| Pattern::plain(&exclusion.filter).matches(tag));
        match self.tag_mutability {
            TagMutability::Mutable => true,
            TagMutability::Immutable => false,
            TagMutability::MutableWithExclusion => !excluded(),
            TagMutability::ImmutableWithExclusion => excluded(),
        }
    }
}

/// What a request sets of it: filters stand with a mutability that has exclusions, and with no other.
pub(super) fn check_exclusions(mutability: TagMutability, exclusions: &[TagExclusion]) -> Result<(), ApiError> {
    let has = matches!(mutability, TagMutability::MutableWithExclusion | TagMutability::ImmutableWithExclusion);
    match has != exclusions.is_empty() && exclusions.iter().all(|exclusion| exclusion.filter_type == "WILDCARD") {
        true => Ok(()),
        false => Err(invalid(
            "Invalid parameter at 'imageTagMutabilityExclusionFilters' failed to satisfy constraint: 'must be given with \
             IMMUTABLE_WITH_EXCLUSION or MUTABLE_WITH_EXCLUSION, and with nothing else'",
        )),
    }
}

/// The ARN of a repository.
pub(super) fn arn(call: &Call<'_>, name: &str) -> String {
    format!("arn:aws:ecr:{}:{}:repository/{name}", call.region, call.account_id)
}

/// The repository of this registry with this name. Other registries are not known here.
pub(super) fn repository<'a>(
    call: &'a mut Call<'_>,
    registry_id: Option<&str>,
    name: &str,
) -> Result<&'a mut Repository, ApiError> {
    check_registry(call, registry_id)?;
    let missing = not_found(call, name);
    call.region().ecr.repositories.get_mut(name).ok_or(missing)
}

/// The registry of an account has the account's id.
pub(super) fn check_registry(call: &Call<'_>, registry_id: Option<&str>) -> Result<(), ApiError> {
    match registry_id.is_none_or(|id| id == call.account_id) {
        true => Ok(()),
        false => Err(invalid("The embedded AWS knows the registry of the calling account only.")),
    }
}

/// The error for a repository that is not there.
pub(super) fn not_found(call: &Call<'_>, name: &str) -> ApiError {
    ApiError::client(
        "RepositoryNotFoundException",
        format!("The repository with name '{name}' does not exist in the registry with id '{}'", call.account_id),
    )
}
