//! REST with XML, as S3 speaks it: the method, the path, the query and the headers say what is meant; bodies are XML or
//! the bytes of an object.
//!
//! Source: <https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html>. [`Request`] remembers what was read of it, so
//! that a parameter that nobody asked for can be refused instead of ignored.

use super::xml::Element;
use crate::error::ApiError;
use http::Response;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// The namespace of every reply.
const NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";

/// Headers that every request may have: about the transport, or about whoever signed.
const OF_TRANSPORT: [&str; 5] =
    ["x-amz-date", "x-amz-content-sha256", "x-amz-security-token", "x-amz-user-agent", "x-amz-te"];

/// Headers of HTTP that change what is meant.
const WITH_A_MEANING: [&str; 10] = [
    "range",
    "if-match",
    "if-none-match",
    "if-modified-since",
    "if-unmodified-since",
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "expires",
];

/// One request, with what was read of it.
pub struct Request<'a> {
    http: &'a http::Request<Vec<u8>>,
    query: BTreeMap<String, String>,
    read: RefCell<BTreeSet<String>>,
}

impl<'a> Request<'a> {
    /// Reads the query. It cannot fail: what is malformed is text.
    #[must_use]
    pub fn new(http: &'a http::Request<Vec<u8>>) -> Self {
        let query = form_urlencoded::parse(http.uri().query().unwrap_or_default().as_bytes()).into_owned().collect();
        Self { http, query, read: RefCell::default() }
    }

    /// A parameter of the query. One that is present but empty counts as present.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<&str> {
        self.read.borrow_mut().insert(name.to_owned());
        self.query.get(name).map(String::as_str)
    }

    /// A header, by its name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&'a str> {
        self.read.borrow_mut().insert(name.to_owned());
        self.http.headers().get(name)?.to_str().ok()
    }

    /// The headers whose names begin like this, without that beginning.
    #[must_use]
    pub fn headers_below(&self, prefix: &str) -> BTreeMap<String, String> {
        let names = self.http.headers().keys().filter_map(|name| name.as_str().strip_prefix(prefix));
        names.filter_map(|name| Some((name.to_owned(), self.header(&format!("{prefix}{name}"))?.to_owned()))).collect()
    }

    /// The body as it was sent.
    #[must_use]
    pub fn body(&self) -> &'a [u8] {
        self.http.body()
    }

    /// The method: `GET`.
    #[must_use]
    pub fn method(&self) -> &'a str {
        self.http.method().as_str()
    }

    /// The names of the query's parameters.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.query.keys().map(String::as_str)
    }

    /// The first parameter or header with a meaning that nobody read.
    #[must_use]
    pub fn unread(&self) -> Option<String> {
        let read = self.read.borrow();
        let has_meaning = |name: &str| {
            WITH_A_MEANING.contains(&name) || (name.starts_with("x-amz-") && !OF_TRANSPORT.contains(&name))
        };
        let headers = self.http.headers().keys().map(http::HeaderName::as_str).filter(|name| has_meaning(name));
        self.names().chain(headers).find(|name| !read.contains(*name)).map(str::to_owned)
    }

    /// The same request, unread.
    #[must_use]
    pub fn fresh(&self) -> Self {
        Self { http: self.http, query: self.query.clone(), read: RefCell::default() }
    }
}

/// What an operation answers.
#[derive(Debug, Default)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The headers, in order.
    pub headers: Vec<(String, String)>,
    /// The bytes of the body.
    pub body: Vec<u8>,
}

impl Reply {
    /// A reply without a body.
    #[must_use]
    pub fn empty(status: u16) -> Self {
        Self { status, ..Self::default() }
    }

    /// A document.
    #[must_use]
    pub fn document(root: Element) -> Self {
        let body = root.in_namespace(NAMESPACE).document().into_bytes();
        Self { status: 200, body, ..Self::default() }.header("content-type", "application/xml")
    }

    /// The same reply with one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl ToString) -> Self {
        self.headers.push((name.to_owned(), value.to_string()));
        self
    }

    /// The same reply with one more header, if there is a value for it.
    #[must_use]
    pub fn optional(self, name: &str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.header(name, value),
            None => self,
        }
    }
}

/// The answer to a request with this method. One that asked for the head alone gets no body, not even that of an error.
#[must_use]
pub fn respond(result: Result<Reply, ApiError>, method: &http::Method, request_id: &str) -> Response<Vec<u8>> {
    let Reply { status, headers, body } = result.unwrap_or_else(|error| failure(&error, request_id));
    let body = if *method == http::Method::HEAD { Vec::new() } else { body };
    let mut response = Response::new(body);
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR);
    let ids = [("x-amz-request-id", request_id), ("x-amz-id-2", request_id)];
    let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    for (name, value) in headers.chain(ids) {
        // Metadata may hold what HTTP calls opaque: bytes beyond ASCII.
        if let (Ok(name), Ok(value)) =
            (http::HeaderName::from_bytes(name.as_bytes()), http::HeaderValue::from_bytes(value.as_bytes()))
        {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// `<Error><Code/><Message/>…<RequestId/></Error>`, without a namespace.
///
/// Source: <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#RESTErrorResponses>
fn failure(error: &ApiError, request_id: &str) -> Reply {
    let mut root = Element::new("Error").field("Code", &error.code).field("Message", &error.message);
    for (name, value) in &error.fields {
        root = root.field(name, value.as_str().unwrap_or_default());
    }
    let root = root.field("RequestId", request_id).field("HostId", request_id);
    let mut reply = Reply { status: error.status, headers: error.headers.clone(), body: root.document().into_bytes() };
    reply.headers.push(("content-type".to_owned(), "application/xml".to_owned()));
    reply
}

#[cfg(test)]
mod tests {
    use super::{Reply, Request, respond};
    use crate::codec::xml::Element;
    use crate::error::ApiError;

    #[test]
    fn what_nobody_read_is_named() {
        let http = http::Request::get("/a?prefix=b+c&list-type=2")
            .header("x-amz-date", "1")
            .header("range", "bytes=0-1")
            .header("x-amz-meta-a", "1")
            .body(Vec::new())
            .expect("a request");
        let request = Request::new(&http);
        assert_eq!(request.query("prefix"), Some("b c"));
        assert_eq!(request.unread().as_deref(), Some("list-type"));
        assert_eq!(request.query("list-type"), Some("2"));
        assert_eq!(request.unread().as_deref(), Some("range"));
        assert_eq!(request.header("range"), Some("bytes=0-1"));
        assert_eq!(request.headers_below("x-amz-meta-")["a"], "1");
        assert_eq!(request.unread(), None);
        assert!(request.fresh().unread().is_some());
    }

    #[test]
    fn the_head_alone_has_no_body() {
        let error = || ApiError::new(404, "NoSuchKey", "The <key>").with("Key", "a");
        let text = |method| {
            let response = respond(Err(error()), &method, "the-request");
            assert_eq!(
                (response.status().as_u16(), &response.headers()["x-amz-request-id"]),
                (404, &"the-request".parse().expect("text"))
            );
            String::from_utf8(response.into_body()).expect("text")
        };
        assert!(
            text(http::Method::GET)
                .contains("<Error><Code>NoSuchKey</Code><Message>The &lt;key&gt;</Message><Key>a</Key>")
        );
        assert_eq!(text(http::Method::HEAD), "");
        let done = respond(Ok(Reply::document(Element::new("A"))), &http::Method::GET, "x");
        assert_eq!(done.headers()["content-type"], "application/xml");
    }
}
