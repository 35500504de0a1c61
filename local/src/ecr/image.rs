//! PutImage, ListImages and DescribeImages: manifests only, no layers.
//!
//! Sources: <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImage.html> and
//! <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImages.html>

use super::invalid;
use super::model::{Image, Repository, repository};
use crate::call::Call;
use crate::error::ApiError;
use crate::pagination;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// The media type of a manifest that does not say.
const MEDIA_TYPE: &str = "application/vnd.docker.distribution.manifest.v2+json";
/// Characters of a tag.
///
/// Source: <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImage.html>
const MAX_TAG: usize = 300;
/// Images on one page.
const MAX_RESULTS: usize = 1000;
/// Images on a page whose size was not asked for.
const DEFAULT_RESULTS: usize = 100;

/// The request to put.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PutImage {
    registry_id: Option<String>,
    repository_name: String,
    image_manifest: String,
    image_manifest_media_type: Option<String>,
    image_tag: Option<String>,
    image_digest: Option<String>,
}

/// The request to list.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ListImages {
    registry_id: Option<String>,
    repository_name: String,
    filter: Option<ImageFilter>,
    max_results: Option<usize>,
    next_token: Option<String>,
}

/// The request to describe.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct DescribeImages {
    registry_id: Option<String>,
    repository_name: String,
    #[serde(default)]
    image_ids: Vec<ImageIdentifier>,
    filter: Option<ImageFilter>,
    max_results: Option<usize>,
    next_token: Option<String>,
}

/// Tagged images, images without a tag, or both.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ImageFilter {
    tag_status: Option<TagStatus>,
}

/// Whether an image has a tag.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum TagStatus {
    Tagged,
    Untagged,
    Any,
}

/// An image by tag, digest, or both.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ImageIdentifier {
    image_tag: Option<String>,
    image_digest: Option<String>,
}

/// Puts an image, or a tag on one. A tag moves to the new image, unless the repository forbids it.
pub(super) fn put_image(call: &mut Call<'_>, request: &PutImage) -> Result<Value, ApiError> {
    let now = call.now;
    let digest = format!("sha256:{}", hex::encode(Sha256::digest(request.image_manifest.as_bytes())));
    if request.image_digest.as_ref().is_some_and(|claimed| *claimed != digest) {
        return Err(ApiError::client(
            "ImageDigestDoesNotMatchException",
            "The specified image digest does not match the digest that Amazon ECR calculated for the image.",
        ));
    }
    if request.image_tag.as_ref().is_some_and(|tag| !(1..=MAX_TAG).contains(&tag.chars().count())) {
        return Err(invalid(format!("Invalid parameter at 'imageTag': it has 1 to {MAX_TAG} characters.")));
    }
    let repository = repository(call, request.registry_id.as_deref(), &request.repository_name)?;
    let tag = request.image_tag.as_ref();
    let holder = tag.and_then(|tag| repository.images.iter().find(|(_, image)| image.tags.contains(tag)));
    let holder = holder.map(|(digest, _)| digest.clone());
    if holder.as_ref() == Some(&digest) || tag.is_none() && repository.images.contains_key(&digest) {
        return Err(ApiError::client(
            "ImageAlreadyExistsException",
            "Image with the same digest and tag already exists.",
        ));
    }
    if let (Some(holder), Some(tag)) = (&holder, tag) {
        if !repository.can_move(tag) {
            return Err(ApiError::client(
                "ImageTagAlreadyExistsException",
                format!("The image tag '{tag}' already exists and cannot be overwritten because the tag is immutable."),
            ));
        }
        if let Some(image) = repository.images.get_mut(holder) {
            image.tags.remove(tag);
        }
    }
    let image = repository.images.entry(digest.clone()).or_insert_with(|| Image {
        manifest: request.image_manifest.clone(),
        media_type: request.image_manifest_media_type.clone().unwrap_or_else(|| MEDIA_TYPE.to_owned()),
        tags: BTreeSet::new(),
        pushed_at: now,
    });
    image.tags.extend(tag.cloned());
    let media_type = image.media_type.clone();
    Ok(json!({ "image": {
        "registryId": call.account_id,
        "repositoryName": request.repository_name,
        "imageId": identifier(&digest, tag),
        "imageManifest": request.image_manifest,
        "imageManifestMediaType": media_type,
    } }))
}

/// One page of identifiers: one for each tag, and one for each image without a tag.
pub(super) fn list_images(call: &mut Call<'_>, request: &ListImages) -> Result<Value, ApiError> {
    let repository = repository(call, request.registry_id.as_deref(), &request.repository_name)?;
    let identifiers: Vec<(String, Value)> = filtered(repository, request.filter.as_ref())
        .flat_map(|(digest, image)| match image.tags.is_empty() {
            true => vec![(digest.clone(), identifier(digest, None))],
            false => image.tags.iter().map(|tag| (format!("{digest}:{tag}"), identifier(digest, Some(tag)))).collect(),
        })
        .collect();
    paged("imageIds", identifiers, request.max_results, request.next_token.as_deref())
}

/// Describes the images that are named, all of which must be there; or one page of all of them.
pub(super) fn describe_images(call: &mut Call<'_>, request: &DescribeImages) -> Result<Value, ApiError> {
    let account_id = call.account_id.clone();
    let repository = repository(call, request.registry_id.as_deref(), &request.repository_name)?;
    let mut found = Vec::new();
    if request.image_ids.is_empty() {
        found.extend(filtered(repository, request.filter.as_ref()));
    }
    for wanted in &request.image_ids {
        let image = repository.images.iter().find(|(digest, image)| {
            wanted.image_digest.as_ref().is_none_or(|asked| asked == *digest)
                && wanted.image_tag.as_ref().is_none_or(|tag| image.tags.contains(tag))
        });
        found.push(image.ok_or_else(|| no_image(&account_id, &request.repository_name, wanted))?);
    }
    let details = found
        .into_iter()
        .map(|(digest, image)| (digest.clone(), detail(&account_id, &request.repository_name, digest, image)))
        .collect();
    paged("imageDetails", details, request.max_results, request.next_token.as_deref())
}

fn filtered<'a>(
    repository: &'a Repository,
    filter: Option<&ImageFilter>,
) -> impl Iterator<Item = (&'a String, &'a Image)> {
    let status = filter.and_then(|filter| filter.tag_status).unwrap_or(TagStatus::Any);
    repository.images.iter().filter(move |(_, image)| match status {
        TagStatus::Any => true,
        TagStatus::Tagged => !image.tags.is_empty(),
        TagStatus::Untagged => image.tags.is_empty(),
    })
}

fn paged(
    member: &str,
    items: Vec<(String, Value)>,
    max_results: Option<usize>,
    token: Option<&str>,
) -> Result<Value, ApiError> {
    let max = max_results.unwrap_or(DEFAULT_RESULTS);
    if !(1..=MAX_RESULTS).contains(&max) {
        return Err(invalid("maxResults should be between 1 and 1000."));
    }
    let page = pagination::page(items, |(key, _)| key.clone(), Some(max), token)
        .map_err(|_| invalid("Invalid parameter at 'nextToken' failed to satisfy constraint: 'Invalid token'"))?;
    let mut reply = serde_json::Map::new();
    reply.insert(member.to_owned(), page.items.into_iter().map(|(_, value)| value).collect());
    if let Some(token) = page.next_token {
        reply.insert("nextToken".to_owned(), token.into());
    }
    Ok(Value::Object(reply))
}

fn identifier(digest: &str, tag: Option<&String>) -> Value {
    match tag {
        Some(tag) => json!({ "imageDigest": digest, "imageTag": tag }),
        None => json!({ "imageDigest": digest }),
    }
}

fn detail(account_id: &str, repository: &str, digest: &str, image: &Image) -> Value {
    let mut reply = json!({
        "registryId": account_id,
        "repositoryName": repository,
        "imageDigest": digest,
        "imageSizeInBytes": size(&image.manifest),
        "imagePushedAt": image.pushed_at.seconds(),
        "imageManifestMediaType": image.media_type,
    });
    if !image.tags.is_empty() {
        reply["imageTags"] = json!(image.tags);
    }
    reply
}

/// What the manifest says of the sizes of the configuration and the layers: "the size, in bytes, of the image in the
/// repository", whose layers are compressed.
///
/// Source: <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageDetail.html>
fn size(manifest: &str) -> u64 {
    let manifest: Value = serde_json::from_str(manifest).unwrap_or_default();
    let layers = manifest["layers"].as_array().map(Vec::as_slice).unwrap_or_default();
    layers.iter().chain([&manifest["config"]]).filter_map(|part| part["size"].as_u64()).sum()
}

fn no_image(account_id: &str, repository: &str, wanted: &ImageIdentifier) -> ApiError {
    let shown = |part: &Option<String>| part.as_ref().map_or("null".to_owned(), |text| format!("'{text}'"));
    ApiError::client(
        "ImageNotFoundException",
        format!(
            "The image with imageId {{imageDigest:{}, imageTag:{}}} does not exist within the repository with name \
             '{repository}' in the registry with id '{account_id}'",
            shown(&wanted.image_digest),
            shown(&wanted.image_tag)
        ),
    )
}
