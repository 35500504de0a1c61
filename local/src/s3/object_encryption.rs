//! With what an object is encrypted: as its request says, or else as its bucket does. Nothing is really encrypted here,
//! but a key of KMS must be there and enabled.
//!
//! Sources: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html>,
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/blocking-unblocking-s3-c-encryption-gpb.html>

use super::model::{Algorithm, Encryption, ObjectEncryption};
use super::refusal::{access_denied, invalid_argument, not_implemented};
use super::request::Request;
use crate::call::Call;
use crate::codec::rest::Reply;
use crate::error::ApiError;
use crate::kms;

const METHOD: &str = "x-amz-server-side-encryption";
const KEY: &str = "x-amz-server-side-encryption-aws-kms-key-id";
const BUCKET_KEY: &str = "x-amz-server-side-encryption-bucket-key-enabled";
const OF_CUSTOMER: &str = "x-amz-server-side-encryption-customer-algorithm";
/// The key of AWS for objects without a key of their own.
const MANAGED: &str = "alias/aws/s3";

/// How a new object is encrypted.
pub(super) fn chosen(
    call: &mut Call<'_>,
    request: &Request<'_>,
    default: &Encryption,
) -> Result<ObjectEncryption, ApiError> {
    if request.rest.header(OF_CUSTOMER).is_some() {
        let is_blocked = default.blocked.iter().any(|kind| kind == "SSE-C");
        return Err(if is_blocked { access_denied() } else { not_implemented(OF_CUSTOMER) });
    }
    let (algorithm, key) = asked(request, default)?;
    let bucket_key = match request.rest.header(BUCKET_KEY) {
        None => default.bucket_key,
        Some(text) => text == "true",
    };
    if algorithm == Algorithm::Aes256 {
        return Ok(ObjectEncryption { algorithm, key: None, bucket_key: false });
    }
    let id = kms::encrypting_key(call, key.as_deref().unwrap_or(MANAGED)).map_err(of_kms)?;
    let key = Some(kms::find(call, &id).map_err(of_kms)?.arn.clone());
    Ok(ObjectEncryption { algorithm, key, bucket_key: bucket_key && algorithm == Algorithm::Kms })
}

/// Whether what is encrypted can be read.
pub(super) fn check_readable(call: &mut Call<'_>, encryption: &ObjectEncryption) -> Result<(), ApiError> {
    encryption.key.as_deref().map_or(Ok(()), |key| kms::usable(call, key).map_err(of_kms))
}

/// The same reply with how an object is encrypted.
pub(super) fn shown(reply: Reply, encryption: &ObjectEncryption) -> Reply {
    reply
        .header(METHOD, encryption.algorithm.word())
        .optional(KEY, encryption.key.as_ref())
        .optional(BUCKET_KEY, encryption.bucket_key.then_some(true))
}

/// The key of KMS that a request will use, and whether to encrypt; for whoever decides whether it may.
pub(crate) fn key_for(call: &Call<'_>, request: &Request<'_>) -> Option<String> {
    let bucket = call.s3.buckets.get(&request.bucket)?;
    match request.operation {
        "PutObject" => match asked(request, &bucket.encryption).ok()? {
            (Algorithm::Aes256, _) => None,
            (_, key) => Some(key.unwrap_or_else(|| MANAGED.to_owned())),
        },
        "GetObject" | "HeadObject" => {
            let versions = bucket.objects.get(&request.key)?;
            let id = request.rest.query("versionId");
            let version = id.map_or(versions.last(), |id| versions.iter().find(|version| version.id == id))?;
            version.content.as_ref()?.encryption.key.clone()
        }
        _ => None,
    }
}

/// The algorithm and the key that a request asks for, or else its bucket.
fn asked(request: &Request<'_>, default: &Encryption) -> Result<(Algorithm, Option<String>), ApiError> {
    let method = request.rest.header(METHOD);
    let key = request.rest.header(KEY).map(str::to_owned);
    let Some(method) = method else {
        return match key {
            None => Ok((default.algorithm, default.key.clone())),
            Some(key) => Err(key_without_kms(&key)),
        };
    };
    let algorithm = Algorithm::of(method)
        .ok_or_else(|| invalid_argument("The encryption method specified is not supported", METHOD, method))?;
    match (algorithm, key) {
        (Algorithm::Aes256, Some(key)) => Err(key_without_kms(&key)),
        (_, key) => Ok((algorithm, key)),
    }
}

fn key_without_kms(key: &str) -> ApiError {
    let message = format!(
        "Server Side Encryption with AWS KMS managed key requires HTTP header {METHOD} : aws:kms or aws:kms:dsse"
    );
    invalid_argument(message, KEY, key)
}

/// What KMS answered, as S3 repeats it.
fn of_kms(error: ApiError) -> ApiError {
    ApiError { code: format!("KMS.{}", error.code), ..error }
}
