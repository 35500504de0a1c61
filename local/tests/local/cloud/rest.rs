//! Requests to S3 through the door in process, and what comes back.

use super::signed::{Refused, Signed};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::{HeaderMap, Request};

/// An answer that says yes.
#[derive(Debug)]
pub struct Done {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Signed {
    /// One request. It is signed without its body unless a header says otherwise, and has the checksum that
    /// configurations need.
    pub fn s3(&self, method: &str, uri: &str, headers: &[(&str, &str)], body: &str) -> Result<Done, Refused> {
        let checksum = BASE64.encode(crc32fast::hash(body.as_bytes()).to_be_bytes());
        let is_plain = !headers.iter().any(|(name, _)| name.starts_with("x-amz-checksum") || *name == "content-md5");
        let own: &[(&str, &str)] = match is_plain && method == "PUT" && uri.contains('?') {
            true => &[("x-amz-checksum-crc32", &checksum)],
            false => &[],
        };
        let is_signed = headers.iter().any(|(name, _)| *name == "x-amz-content-sha256");
        let unsigned = (!is_signed).then_some(("x-amz-content-sha256", "UNSIGNED-PAYLOAD"));
        let headers: Vec<(&str, &str)> = headers.iter().chain(own).copied().chain(unsigned).collect();
        self.s3_with(method, uri, &headers, body)
    }

    /// The same with no other headers than these.
    pub fn s3_with(&self, method: &str, uri: &str, headers: &[(&str, &str)], body: &str) -> Result<Done, Refused> {
        let credential = format!("{}/20260101/{}/s3/aws4_request", self.access_key, self.region);
        let authorization = format!("AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0");
        let request = Request::builder().method(method).uri(uri).header("authorization", authorization);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let response = self.local.call(request.body(body.as_bytes().to_vec()).expect("a request"));
        let (parts, body) = response.into_parts();
        let done = Done {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: String::from_utf8(body).expect("text"),
        };
        match done.status {
            200..=299 => Ok(done),
            status => Err(Refused {
                operation: format!("{method} {uri}"),
                status,
                code: done.one("Code"),
                message: done.one("Message"),
            }),
        }
    }

    /// A bucket of this name in the region of the caller.
    pub fn bucket(&self, name: &str) {
        let body = format!(
            "<CreateBucketConfiguration><LocationConstraint>{}</LocationConstraint></CreateBucketConfiguration>",
            self.region
        );
        self.s3("PUT", &format!("/{name}"), &[], &body).expect("a bucket");
    }
}

impl Done {
    /// The text of the first element of this name.
    pub fn one(&self, name: &str) -> String {
        self.all(name).into_iter().next().unwrap_or_default()
    }

    /// The texts of all elements of this name.
    pub fn all(&self, name: &str) -> Vec<String> {
        let opening = format!("<{name}>");
        let behind = self.body.split(&opening).skip(1);
        behind.map(|rest| rest.split('<').next().unwrap_or_default().to_owned()).collect()
    }

    /// A header; empty if there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("text"))
    }
}
