//! Amazon ECR: private repositories of images.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/Welcome.html>

mod authorization;
mod image;
mod lifecycle;
mod model;
mod policy;
mod repository;
mod settings;
mod tags;

pub use model::{Image, Repository, State};

use crate::call::Call;
use crate::codec::json;
use crate::error::ApiError;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Answers one operation of the target `AmazonEC2ContainerRegistry_V20150921`.
///
/// # Errors
/// What AWS answers when it refuses; `UnknownOperationException` for an operation that is not here.
pub fn handle(call: &mut Call<'_>, operation: &str, body: &Value) -> Result<Value, ApiError> {
    match operation {
        "CreateRepository" => repository::create_repository(call, read(body)?),
        "DescribeRepositories" => repository::describe_repositories(call, &read(body)?),
        "DeleteRepository" => repository::delete_repository(call, &read(body)?),
        "PutImageScanningConfiguration" => settings::put_image_scanning_configuration(call, &read(body)?),
        "PutImageTagMutability" => settings::put_image_tag_mutability(call, &read(body)?),
        "PutLifecyclePolicy" => lifecycle::put_lifecycle_policy(call, &read(body)?),
        "GetLifecyclePolicy" => lifecycle::get_lifecycle_policy(call, &read(body)?),
        "DeleteLifecyclePolicy" => lifecycle::delete_lifecycle_policy(call, &read(body)?),
        "SetRepositoryPolicy" => policy::set_repository_policy(call, &read(body)?),
        "GetRepositoryPolicy" => policy::get_repository_policy(call, &read(body)?),
        "DeleteRepositoryPolicy" => policy::delete_repository_policy(call, &read(body)?),
        "TagResource" => tags::tag_resource(call, &read(body)?),
        "UntagResource" => tags::untag_resource(call, &read(body)?),
        "ListTagsForResource" => tags::list_tags_for_resource(call, &read(body)?),
        "PutImage" => image::put_image(call, &read(body)?),
        "ListImages" => image::list_images(call, &read(body)?),
        "DescribeImages" => image::describe_images(call, &read(body)?),
        "GetAuthorizationToken" => authorization::get_authorization_token(call, &read(body)?),
        _ => Err(ApiError::client("UnknownOperationException", format!("ECR does not know {operation} here."))),
    }
}

fn read<T: DeserializeOwned>(body: &Value) -> Result<T, ApiError> {
    json::read(body, "InvalidParameterException")
}

/// The error for a parameter that is not valid.
fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::client("InvalidParameterException", message)
}
