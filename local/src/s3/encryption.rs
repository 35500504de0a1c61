//! GetBucketEncryption, PutBucketEncryption and DeleteBucketEncryption: how new objects are encrypted by default.
//!
//! Sources: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html>,
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionByDefault.html>,
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_BlockedEncryptionTypes.html>. A key is not looked at before
//! something is encrypted with it.

use super::bucket::existing;
use super::model::{Algorithm, Encryption};
use super::payload::{self, Demand, boolean, check_members};
use super::refusal::{invalid_argument, malformed_xml};
use super::request::Request;
use crate::call::Call;
use crate::codec::rest::Reply;
use crate::codec::xml::Element;
use crate::error::ApiError;

const BY_DEFAULT: &str = "ApplyServerSideEncryptionByDefault";
const BLOCKED: &str = "BlockedEncryptionTypes";
const ROOT: &str = "ServerSideEncryptionConfiguration";

/// How new objects are encrypted; every bucket encrypts them.
pub(super) fn get_bucket_encryption(call: &mut Call<'_>, request: &Request<'_>) -> Result<Reply, ApiError> {
    let Encryption { algorithm, key, bucket_key, blocked } = &existing(call, request)?.encryption;
    let by_default =
        Element::new(BY_DEFAULT).field("SSEAlgorithm", algorithm.word()).optional("KMSMasterKeyID", key.as_ref());
    let rule = Element::new("Rule").child(by_default).field("BucketKeyEnabled", bucket_key);
    let rule = match blocked.is_empty() {
        true => rule,
        false => {
            rule.child(blocked.iter().fold(Element::new(BLOCKED), |list, kind| list.field("EncryptionType", kind)))
        }
    };
    Ok(Reply::document(Element::new(ROOT).child(rule)))
}

/// Changes how new objects are encrypted. Which kinds are blocked changes only if the request says so.
pub(super) fn put_bucket_encryption(call: &mut Call<'_>, request: &Request<'_>) -> Result<Reply, ApiError> {
    let before = existing(call, request)?.encryption.clone();
    let root = payload::read(request, Demand::Checksum)?.document(ROOT, &["Rule"])?;
    let rule = root.get("Rule").ok_or_else(malformed_xml)?;
    check_members(rule, &[BY_DEFAULT, "BucketKeyEnabled", BLOCKED])?;
    let blocked = rule.get(BLOCKED).map(kinds).transpose()?;
    let (algorithm, key) = match rule.get(BY_DEFAULT) {
        Some(by_default) => chosen(by_default)?,
        None if blocked.is_some() => (before.algorithm, before.key),
        None => return Err(malformed_xml()),
    };
    let bucket_key = rule.get("BucketKeyEnabled").map_or(Ok(false), boolean)?;
    let blocked = blocked.unwrap_or(before.blocked);
    existing(call, request)?.encryption = Encryption { algorithm, key, bucket_key, blocked };
    Ok(Reply::empty(200))
}

/// From now on new objects are encrypted as in a new bucket.
pub(super) fn delete_bucket_encryption(call: &mut Call<'_>, request: &Request<'_>) -> Result<Reply, ApiError> {
    let bucket = existing(call, request)?;
    let blocked = std::mem::take(&mut bucket.encryption.blocked);
    bucket.encryption = Encryption { blocked, ..Encryption::default() };
    Ok(Reply::empty(204))
}

/// The algorithm and the key that a request chooses.
fn chosen(by_default: &Element) -> Result<(Algorithm, Option<String>), ApiError> {
    check_members(by_default, &["SSEAlgorithm", "KMSMasterKeyID"])?;
    let algorithm = Algorithm::of(by_default.text_of("SSEAlgorithm")).ok_or_else(malformed_xml)?;
    let key = by_default.get("KMSMasterKeyID").map(|key| key.text.clone());
    if algorithm == Algorithm::Aes256 && key.is_some() {
        let message = "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse";
        return Err(invalid_argument(message, BY_DEFAULT, algorithm.word()));
    }
    match key.as_deref() {
        Some("") => Err(malformed_xml()),
        _ => Ok((algorithm, key)),
    }
}

/// The kinds of encryption that are to be blocked.
fn kinds(blocked: &Element) -> Result<Vec<String>, ApiError> {
    let is_kind = |kind: &Element| kind.name == "EncryptionType" && ["NONE", "SSE-C"].contains(&kind.text.as_str());
    match &blocked.children[..] {
        [kind] if is_kind(kind) => Ok(vec![kind.text.clone()]),
        _ => Err(malformed_xml()),
    }
}
