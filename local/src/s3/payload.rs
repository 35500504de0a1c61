//! Bodies of requests: whether they came whole, with which checksum, and what XML stands in them.
//!
//! Sources: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html> and, for the hash of
//! the body, <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html>

use super::chunked;
use super::model::Checksum;
use super::refusal::{invalid_argument, malformed_xml, not_implemented};
use super::request::Request;
use crate::codec::document;
use crate::codec::xml::Element;
use crate::error::ApiError;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use md5::Md5;
use sha2::{Digest, Sha256};
use std::borrow::Cow;

const HASH: &str = "x-amz-content-sha256";
/// Words that stand in the place of the body's hash.
const UNSIGNED: &str = "UNSIGNED-PAYLOAD";
const STREAMING: [&str; 5] = [
    "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
    "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD",
    "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER",
];
/// The checksums that are known here, with their headers.
const CHECKSUMS: [(&str, &str); 2] = [("CRC32", "x-amz-checksum-crc32"), ("SHA256", "x-amz-checksum-sha256")];

/// The algorithms that a caller may say to use.
///
/// Source: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html#API_PutObject_RequestSyntax>
const ALGORITHMS: [&str; 10] =
    ["CRC32", "CRC32C", "SHA1", "SHA256", "CRC64NVME", "SHA512", "MD5", "XXHASH64", "XXHASH3", "XXHASH128"];

/// Whether a body must come with a checksum.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Demand {
    /// It need not.
    Nothing,
    /// It must, with one or the MD5 hash.
    Checksum,
}

/// A body that came whole.
pub(super) struct Payload<'a> {
    pub(super) bytes: Cow<'a, [u8]>,
    pub(super) checksum: Option<Checksum>,
}

impl Payload<'_> {
    /// The document in the body: one with this root and these members, each at most once.
    pub(super) fn document(&self, root: &str, members: &[&str]) -> Result<Element, ApiError> {
        let document = document::parse(&self.bytes).map_err(|_| malformed_xml())?;
        if document.name != root {
            return Err(malformed_xml());
        }
        check_members(&document, members).map(|()| document)
    }
}

/// Whether an element holds nothing but these members, each at most once.
pub(super) fn check_members(element: &Element, members: &[&str]) -> Result<(), ApiError> {
    let mut left = members.to_vec();
    for child in &element.children {
        let place = left.iter().position(|member| *member == child.name).ok_or_else(malformed_xml)?;
        left.remove(place);
    }
    if element.text.trim().is_empty() { Ok(()) } else { Err(malformed_xml()) }
}

/// Whether an element says yes.
pub(super) fn boolean(element: &Element) -> Result<bool, ApiError> {
    match element.text.to_ascii_lowercase().as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(malformed_xml()),
    }
}

/// Whether the body has the hash that the signature was made with.
pub(super) fn check_hash(request: &Request<'_>) -> Result<(), ApiError> {
    let hash = request.rest.header(HASH).ok_or_else(|| missing(HASH))?;
    if hash == UNSIGNED || STREAMING.contains(&hash) {
        return Ok(());
    }
    if hash.len() != 64 || hex::decode(hash).is_err() {
        let message = format!("{HASH} must be {UNSIGNED}, {}, or a valid sha256 value.", STREAMING.join(", "));
        return Err(invalid_argument(message, HASH, hash));
    }
    match hex::encode(Sha256::digest(request.rest.body())) == hash {
        true => Ok(()),
        false => {
            let message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
            Err(ApiError::client("XAmzContentSHA256Mismatch", message))
        }
    }
}

/// The body of a request, checked against what came with it.
pub(super) fn read<'a>(request: &Request<'a>, demand: Demand) -> Result<Payload<'a>, ApiError> {
    let rest = &request.rest;
    let trailer = rest.header("x-amz-trailer");
    let length = rest.header("x-amz-decoded-content-length");
    let named = rest.header("x-amz-sdk-checksum-algorithm");
    if named.is_some_and(|named| !ALGORITHMS.contains(&named)) {
        return Err(invalid_value("x-amz-sdk-checksum-algorithm"));
    }
    let encoding = rest.header("content-encoding").unwrap_or("aws-chunked");
    if encoding != "aws-chunked" {
        return Err(not_implemented("content-encoding"));
    }
    let is_chunked = rest.header(HASH).is_some_and(|hash| STREAMING.contains(&hash));
    let (bytes, trailers) = match is_chunked {
        true => {
            let decoded = chunked::decode(rest.body(), length)?;
            (Cow::from(decoded.bytes), decoded.trailers)
        }
        false => (Cow::from(rest.body()), Default::default()),
    };
    if trailer.is_some_and(|name| CHECKSUMS.iter().all(|(_, known)| *known != name)) {
        return Err(not_implemented("x-amz-trailer"));
    }
    let mut checksum = None;
    for (algorithm, header) in CHECKSUMS {
        let behind = trailers.get(header).filter(|_| trailer == Some(header)).map(String::as_str);
        if let Some(value) = rest.header(header).or(behind) {
            check(algorithm, header, value, &bytes)?;
            checksum = Some(Checksum { algorithm: algorithm.to_owned(), value: value.to_owned() });
        } else if trailer == Some(header) {
            return Err(ApiError::client("MalformedTrailerError", format!("The trailer {header} is missing.")));
        }
    }
    let md5 = rest.header("content-md5");
    md5.map_or(Ok(()), |value| check_md5(value, &bytes))?;
    match demand == Demand::Checksum && checksum.is_none() && md5.is_none() {
        true => Err(missing("Content-MD5 OR x-amz-checksum-*")),
        false => Ok(Payload { bytes, checksum }),
    }
}

/// The MD5 hash in hexadecimal digits.
pub(super) fn md5(bytes: &[u8]) -> String {
    hex::encode(Md5::digest(bytes))
}

fn check(algorithm: &str, header: &str, value: &str, bytes: &[u8]) -> Result<(), ApiError> {
    let computed = match algorithm {
        "CRC32" => crc32fast::hash(bytes).to_be_bytes().to_vec(),
        _ => Sha256::digest(bytes).to_vec(),
    };
    match BASE64.decode(value) {
        Ok(given) if given == computed => Ok(()),
        Ok(given) if given.len() == computed.len() => {
            let message = format!("The {algorithm} you specified did not match the calculated checksum.");
            Err(ApiError::client("BadDigest", message))
        }
        _ => Err(invalid_value(header)),
    }
}

fn check_md5(value: &str, bytes: &[u8]) -> Result<(), ApiError> {
    match BASE64.decode(value) {
        Ok(given) if given == Md5::digest(bytes).as_slice() => Ok(()),
        Ok(given) if given.len() == 16 => {
            Err(ApiError::client("BadDigest", "The Content-MD5 you specified did not match what we received."))
        }
        _ => Err(ApiError::client("InvalidDigest", "The Content-MD5 you specified was invalid.")),
    }
}

fn invalid_value(header: &str) -> ApiError {
    ApiError::client("InvalidRequest", format!("Value for {header} header is invalid."))
}

fn missing(header: &str) -> ApiError {
    ApiError::client("InvalidRequest", format!("Missing required header for this request: {header}"))
}
