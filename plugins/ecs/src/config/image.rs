//! `image = …`: where a container's image comes from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An image: its URI, or the repository it lies in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum ImageConfig {
    /// A URI as `docker pull` takes it: `nginx:1.27`.
    Uri(String),
    /// An image in a repository of this environment.
    Repository(RepositoryImage),
    /// An image in a repository of this account and region that was made elsewhere.
    Account(AccountImage),
}

/// An image in a repository of this environment: `{ repository = "app", tag = "1.4" }`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RepositoryImage {
    /// The repository's key in `[ecs.repositories]`.
    pub repository: String,
    /// The image's tag. Default: `latest`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// The image's digest, `sha256:…`, instead of a tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
}

/// An image in the account's own registry: `{ ecr = "shop", tag = "1.4" }`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountImage {
    /// The repository's name in ECR.
    pub ecr: String,
    /// The image's tag. Default: `latest`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// The image's digest, `sha256:…`, instead of a tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
}
