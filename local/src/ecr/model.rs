//! Repositories and their images.

use super::invalid;
use crate::call::Call;
use crate::error::ApiError;
use crate::time::Time;
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
    /// Whether images are scanned when they are pushed.
    pub scanning: ScanningConfiguration,
    /// How images are encrypted, as it was given.
    pub encryption: Value,
    /// The lifecycle policy: its text.
    pub lifecycle_policy: Option<String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// Its images by digest.
    pub images: BTreeMap<String, Image>,
}

/// Whether a tag can move from one image to another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum TagMutability {
    /// It can.
    #[default]
    Mutable,
    /// It cannot.
    Immutable,
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
