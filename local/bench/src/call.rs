//! What a call is named, read from its request.

use http::request::Parts;
use hyper::body::Bytes;
use percent_encoding::percent_decode_str;

/// A call, as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Service and operation as policies spell them: `ec2:CreateVpc`.
    pub operation: String,
    /// Its number among all calls, from 1.
    pub number: usize,
    /// Its number among the calls of this operation, from 1.
    pub nth: usize,
    /// What it says.
    pub body: Bytes,
}

impl Call {
    /// Whether it only looks. AWS names such operations `Describe…`, `List…`, `Get…` or `Head…`.
    #[must_use]
    pub fn is_read(&self) -> bool {
        let (_, name) = self.operation.split_once(':').unwrap_or(("", &self.operation));
        ["Describe", "List", "Get", "Head", "Filter", "BatchGet"].iter().any(|verb| name.starts_with(verb))
    }
}

/// How a service is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    /// A form in, XML out, in EC2's dialect.
    Ec2Query,
    /// A form in, XML out.
    AwsQuery,
    /// JSON 1.1 with the operation in a header.
    Json,
    /// S3.
    Rest,
}

/// What a request asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) protocol: Protocol,
    pub(crate) operation: String,
}

impl Asked {
    /// Reads it from the target of a JSON request, the action of a form, or method and address.
    pub(crate) fn of(head: &Parts, body: &[u8]) -> Self {
        if let Some(target) = header(head, "x-amz-target") {
            let (service, operation) = target.split_once('.').unwrap_or(("", target));
            return Self { protocol: Protocol::Json, operation: format!("{}:{operation}", of_target(service)) };
        }
        let service = signed_for(head).unwrap_or_default();
        let form = if body.is_empty() { head.uri.query().unwrap_or_default().as_bytes() } else { body };
        let (protocol, operation) = match service {
            "s3" => (Protocol::Rest, of_rest(head)),
            "ec2" => (Protocol::Ec2Query, field(form, "Action")),
            _ => (Protocol::AwsQuery, field(form, "Action")),
        };
        Self { protocol, operation: format!("{service}:{operation}") }
    }
}

fn header<'a>(head: &'a Parts, name: &str) -> Option<&'a str> {
    head.headers.get(name)?.to_str().ok()
}

/// The service of the credential scope: `Credential=<access key>/<date>/<region>/<service>/aws4_request`.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>
fn signed_for(head: &Parts) -> Option<&str> {
    header(head, "authorization")?.split_once("Credential=")?.1.split('/').nth(3)
}

/// The service behind the target's prefix.
fn of_target(prefix: &str) -> &str {
    match prefix {
        "AmazonEC2ContainerServiceV20141113" => "ecs",
        "AmazonSSM" => "ssm",
        "Logs_20140328" => "logs",
        "AmazonEC2ContainerRegistry_V20150921" => "ecr",
        "TrentService" => "kms",
        other => other,
    }
}

/// A field of a form, or nothing.
fn field(form: &[u8], name: &str) -> String {
    let form = String::from_utf8_lossy(form);
    let value = form.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name);
    value.map(|(_, value)| percent_decode_str(value).decode_utf8_lossy().into_owned()).unwrap_or_default()
}

/// S3's operation: the SDKs name it in the address where method and path would not tell; the rest is named by what is
/// addressed and by the subresource.
fn of_rest(head: &Parts) -> String {
    let query = head.uri.query().unwrap_or_default();
    let named = field(query.as_bytes(), "x-id");
    if !named.is_empty() {
        return named;
    }
    let mut path = head.uri.path().splitn(3, '/').skip(1).filter(|part| !part.is_empty());
    let thing = match (path.next(), path.next()) {
        (None, _) => "Buckets",
        (Some(_), None) => "Bucket",
        (Some(_), Some(_)) => "Object",
    };
    let subresource = query.split(['&', '=']).next().unwrap_or_default();
    let method = head.method.as_str();
    let verb = match (method, thing, subresource) {
        ("GET", "Buckets", _) => return "ListBuckets".to_owned(),
        ("GET", "Bucket", "list-type") => return "ListObjectsV2".to_owned(),
        ("PUT", "Bucket", "") => "Create".to_owned(),
        _ => capitalised(&method.to_lowercase()),
    };
    format!("{verb}{thing}{}", capitalised(subresource))
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(method: &str, address: &str, headers: &[(&str, &str)], body: &str) -> Asked {
        let builder = http::Request::builder().method(method).uri(address);
        let builder = headers.iter().fold(builder, |builder, (name, value)| builder.header(*name, *value));
        Asked::of(&builder.body(()).expect("a request").into_parts().0, body.as_bytes())
    }

    #[test]
    fn each_protocol_names_its_operation() {
        let signed =
            |service: &str| format!("AWS4-HMAC-SHA256 Credential=key/20260101/eu-west-1/{service}/aws4_request, …");
        let signed: Vec<String> =
            ["ec2", "iam", "s3"].iter().map(|service| signed(service).replace('…', "x")).collect();
        let by = |index: usize| [("authorization", signed[index].as_str())];
        for (found, protocol, operation) in [
            (
                asked("POST", "/", &[("x-amz-target", "AmazonSSM.PutParameter")], "{}"),
                Protocol::Json,
                "ssm:PutParameter",
            ),
            (asked("POST", "/", &by(0), "Action=CreateVpc&Version=1"), Protocol::Ec2Query, "ec2:CreateVpc"),
            (asked("POST", "/", &by(1), "Version=1&Action=CreateRole"), Protocol::AwsQuery, "iam:CreateRole"),
            (asked("GET", "/?Action=ListRoles", &by(1), ""), Protocol::AwsQuery, "iam:ListRoles"),
            (asked("GET", "/bucket/a/b?x-id=GetObject", &by(2), ""), Protocol::Rest, "s3:GetObject"),
            (asked("PUT", "/bucket", &by(2), ""), Protocol::Rest, "s3:CreateBucket"),
            (asked("PUT", "/bucket?versioning", &by(2), "x"), Protocol::Rest, "s3:PutBucketVersioning"),
            (asked("HEAD", "/bucket", &by(2), ""), Protocol::Rest, "s3:HeadBucket"),
            (asked("DELETE", "/bucket/a/b", &by(2), ""), Protocol::Rest, "s3:DeleteObject"),
            (asked("GET", "/", &by(2), ""), Protocol::Rest, "s3:ListBuckets"),
        ] {
            assert_eq!(found, Asked { protocol, operation: operation.to_owned() });
        }
    }

    #[test]
    fn a_look_is_told_from_a_change() {
        let call = |operation: &str| Call { operation: operation.to_owned(), number: 1, nth: 1, body: Bytes::new() };
        assert!(call("ec2:DescribeVpcs").is_read() && call("ssm:GetParameters").is_read());
        assert!(!call("ec2:CreateVpc").is_read() && !call("ssm:PutParameter").is_read());
    }
}
