//! The inputs and outputs of `ecs.repository`: an ECR repository for images.

use std::collections::BTreeMap;

use deploy_plugin::Resource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A repository.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Repository {
    /// Its name.
    #[schemars(extend("x-force-new" = true, "x-unique" = true))]
    pub name: String,
    /// Whether images are scanned when they are pushed.
    pub scan_on_push: bool,
    /// Whether a tag can move to another image: `MUTABLE`, or `IMMUTABLE`. By hand there can be exclusions from either.
    pub tag_mutability: String,
    /// Which images expire, as ECR's own document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifecycle_policy: Option<Value>,
    /// Whether it may be deleted with images in it.
    pub force_delete: bool,
    /// The user's tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// What others may refer to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RepositoryOutputs {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// What stands before `:tag` in the name of an image.
    pub uri: String,
}

impl Resource for Repository {
    const KIND: &'static str = "ecs.repository";
    type Outputs = RepositoryOutputs;
}
