//! `[ecs.repositories.NAME]`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::yes;

/// An ECR repository.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RepositoryConfig {
    /// The repository's name. `{prefix}`, `{app}` and `{env}` are filled in. Default: `{prefix}-NAME`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether every image is scanned for known vulnerabilities when it is pushed.
    #[serde(default = "yes")]
    pub scan_on_push: bool,
    /// Whether a tag, once pushed, always means the same image.
    #[serde(default)]
    pub immutable_tags: bool,
    /// How many images are kept; older ones expire. Default: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub keep_images: Option<u32>,
    /// Whether the repository may be deleted together with the images in it.
    #[serde(default)]
    pub force_delete: bool,
}
