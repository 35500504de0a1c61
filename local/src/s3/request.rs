//! Which operation a request means, and on which bucket and object.
//!
//! Sources: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html> for the two ways to name a bucket,
//! in the path and in the host, and the request syntax of each operation.

use super::refusal;
use crate::codec::rest;
use crate::error::ApiError;
use http::header;
use percent_encoding::percent_decode_str;

/// Parameters of the query that only refine an operation. Every other one names a subresource.
const REFINEMENTS: [&str; 14] = [
    "bucket-region",
    "continuation-token",
    "delimiter",
    "encoding-type",
    "fetch-owner",
    "key-marker",
    "list-type",
    "max-buckets",
    "max-keys",
    "prefix",
    "start-after",
    "version-id-marker",
    "versionId",
    "x-id",
];

/// One request to S3.
pub struct Request<'a> {
    /// `CreateBucket`
    pub operation: &'static str,
    /// The name of the bucket; empty for a request that is about none.
    pub bucket: String,
    /// The key of the object; empty for a request that is about none.
    pub key: String,
    /// What it says.
    pub rest: rest::Request<'a>,
}

impl<'a> Request<'a> {
    /// Finds out what a request means.
    ///
    /// # Errors
    /// `InvalidURI` for a path that is no text, `NotImplemented` for an operation that is not here.
    pub fn of(http: &'a http::Request<Vec<u8>>) -> Result<Self, ApiError> {
        let rest = rest::Request::new(http);
        let (bucket, key) = addressed(http)?;
        let operation = operation(&rest, &bucket, &key);
        let operation = operation.ok_or_else(|| refusal::not_implemented("the operation"))?;
        let named = rest.query("x-id").is_none_or(|named| named == operation);
        match named {
            true => Ok(Self { operation, bucket, key, rest }),
            false => Err(refusal::not_implemented("x-id")),
        }
    }

    /// The same request, unread.
    #[must_use]
    pub fn fresh(&self) -> Request<'a> {
        let Self { operation, bucket, key, rest } = self;
        Self { operation, bucket: bucket.clone(), key: key.clone(), rest: rest.fresh() }
    }
}

/// The bucket and the key: `BUCKET.s3.REGION.amazonaws.com/KEY`, or on any other host `/BUCKET/KEY`.
fn addressed(http: &http::Request<Vec<u8>>) -> Result<(String, String), ApiError> {
    let in_header = || http.headers().get(header::HOST)?.to_str().ok()?.split(':').next();
    let host = http.uri().host().or_else(in_header).unwrap_or_default();
    let path = http.uri().path().strip_prefix('/').unwrap_or_default();
    let (bucket, key) = match bucket_of(host) {
        Some(bucket) => (bucket, path),
        None => path.split_once('/').unwrap_or((path, "")),
    };
    let text = |encoded| percent_decode_str(encoded).decode_utf8().map(|text| text.into_owned());
    match (text(bucket), text(key)) {
        (Ok(bucket), Ok(key)) => Ok((bucket, key)),
        _ => Err(ApiError::client("InvalidURI", "Couldn't parse the specified URI.")),
    }
}

/// The bucket that a host names. `s3.REGION.amazonaws.com` names none.
fn bucket_of(host: &str) -> Option<&str> {
    let name = host.strip_suffix(".amazonaws.com")?;
    let before = |part| name.rfind(part).map(|end| &name[..end]);
    name.strip_suffix(".s3").or_else(|| before(".s3.")).or_else(|| before(".s3-"))
}

/// The operation behind a method, a path and a subresource.
fn operation(rest: &rest::Request<'_>, bucket: &str, key: &str) -> Option<&'static str> {
    let mut subresources = rest.names().filter(|name| !REFINEMENTS.contains(name));
    let subresource = subresources.next().unwrap_or_default();
    if subresources.next().is_some() {
        return None;
    }
    let _ = rest.query(subresource);
    match (bucket.is_empty(), key.is_empty()) {
        (true, true) => (rest.method() == "GET" && subresource.is_empty()).then_some("ListBuckets"),
        (true, false) => None,
        (false, true) => on_bucket(rest, subresource),
        (false, false) => on_object(rest, subresource),
    }
}

fn on_bucket(rest: &rest::Request<'_>, subresource: &str) -> Option<&'static str> {
    Some(match (rest.method(), subresource) {
        ("PUT", "") => "CreateBucket",
        ("HEAD", "") => "HeadBucket",
        ("DELETE", "") => "DeleteBucket",
        ("GET", "") if rest.query("list-type") == Some("2") => "ListObjectsV2",
        ("GET", "versions") => "ListObjectVersions",
        ("GET", "location") => "GetBucketLocation",
        ("GET", "tagging") => "GetBucketTagging",
        ("PUT", "tagging") => "PutBucketTagging",
        ("DELETE", "tagging") => "DeleteBucketTagging",
        ("GET", "versioning") => "GetBucketVersioning",
        ("PUT", "versioning") => "PutBucketVersioning",
        ("GET", "encryption") => "GetBucketEncryption",
        ("PUT", "encryption") => "PutBucketEncryption",
        ("DELETE", "encryption") => "DeleteBucketEncryption",
        ("GET", "publicAccessBlock") => "GetPublicAccessBlock",
        ("PUT", "publicAccessBlock") => "PutPublicAccessBlock",
        ("DELETE", "publicAccessBlock") => "DeletePublicAccessBlock",
        _ => return None,
    })
}

fn on_object(rest: &rest::Request<'_>, subresource: &str) -> Option<&'static str> {
    Some(match (rest.method(), subresource) {
        // With a source it is another operation: CopyObject.
        ("PUT", "") if rest.header("x-amz-copy-source").is_none() => "PutObject",
        ("GET", "") => "GetObject",
        ("HEAD", "") => "HeadObject",
        ("DELETE", "") => "DeleteObject",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::Request;

    fn meant(method: &str, uri: &str) -> Result<(&'static str, String, String), String> {
        let http = http::Request::builder().method(method).uri(uri).body(Vec::new()).expect("a request");
        let request = Request::of(&http).map_err(|error| error.code)?;
        Ok((request.operation, request.bucket, request.key))
    }

    #[test]
    fn a_bucket_is_named_by_the_path_or_by_the_host() {
        let expected = |operation, bucket: &str, key: &str| Ok((operation, bucket.to_owned(), key.to_owned()));
        assert_eq!(meant("GET", "/"), expected("ListBuckets", "", ""));
        assert_eq!(meant("GET", "/?x-id=ListBuckets"), expected("ListBuckets", "", ""));
        assert_eq!(meant("PUT", "/shop"), expected("CreateBucket", "shop", ""));
        assert_eq!(meant("PUT", "/shop/"), expected("CreateBucket", "shop", ""));
        assert_eq!(meant("GET", "/shop/a%2Fb/c%20d?versionId=1"), expected("GetObject", "shop", "a/b/c d"));
        for host in ["a.shop.s3.eu-west-1", "a.shop.s3", "a.shop.s3-eu-west-1", "a.shop.s3.dualstack.eu-west-1"] {
            let uri = format!("https://{host}.amazonaws.com/key?tagging");
            assert_eq!(meant("GET", &uri), Err("NotImplemented".to_owned()), "of an object");
            assert_eq!(meant("GET", &uri.replace("/key", "/")), expected("GetBucketTagging", "a.shop", ""), "{host}");
        }
        let uri = "https://s3.eu-west-1.amazonaws.com/shop?list-type=2&prefix=a";
        assert_eq!(meant("GET", uri), expected("ListObjectsV2", "shop", ""));
        let http = http::Request::get("/key").header("host", "shop.s3.amazonaws.com:443").body(Vec::new());
        assert_eq!(Request::of(&http.expect("a request")).map(|request| request.bucket).ok().as_deref(), Some("shop"));
    }

    #[test]
    fn what_is_not_here_is_not_implemented() {
        for (method, uri) in [
            ("POST", "/shop?delete"),
            ("PUT", "/shop?acl"),
            ("PUT", "/shop?tagging&acl"),
            ("GET", "/shop"),
            ("GET", "/shop?list-type=1"),
            ("GET", "/?x-id=ListDirectoryBuckets"),
            ("PUT", "//key"),
            ("PUT", "/shop/key?partNumber=1&uploadId=a"),
        ] {
            assert_eq!(meant(method, uri), Err("NotImplemented".to_owned()), "{method} {uri}");
        }
        assert_eq!(meant("GET", "/shop/%ff"), Err("InvalidURI".to_owned()));
        let copy = http::Request::put("/shop/key").header("x-amz-copy-source", "/a/b").body(Vec::new());
        assert!(Request::of(&copy.expect("a request")).is_err());
    }
}
