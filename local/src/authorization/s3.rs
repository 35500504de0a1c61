//! What operations of S3 need.
//!
//! Sources: <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html>,
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html> and the page of each
//! operation. Tags of buckets decide nothing: that has to be enabled for a bucket first, which nobody can here
//! (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/buckets-tagging-enable-abac.html>).

use super::kms;
use super::need::Need;
use crate::call::Call;
use crate::s3::{Request, asked, bucket_arn, key_for};

pub(super) fn needs(call: &mut Call<'_>, request: &Request<'_>) -> Vec<Need> {
    let owner = call.s3.buckets.get(&request.bucket).map_or(&call.account_id, |bucket| &bucket.owner).clone();
    let needs = match request.operation {
        "ListBuckets" => return vec![Need::new("s3:ListAllMyBuckets", "*")],
        "CreateBucket" => creating(request),
        "PutObject" | "GetObject" | "HeadObject" | "DeleteObject" => on_object(call, request),
        "ListObjectsV2" | "ListObjectVersions" => {
            let name = if request.operation == "ListObjectsV2" { "s3:ListBucket" } else { "s3:ListBucketVersions" };
            let refined = ["prefix", "delimiter", "max-keys"];
            let need = Need::new(name, bucket_arn(&request.bucket));
            let with = |need: Need, name: &&str| need.with_some(&format!("s3:{name}"), request.rest.query(name));
            vec![refined.iter().fold(need, with)]
        }
        operation => vec![Need::new(action(operation), bucket_arn(&request.bucket))],
    };
    let by_owner = |need: Need| need.with("aws:ResourceAccount", &owner).with("s3:ResourceAccount", &owner);
    needs.into_iter().map(by_owner).collect()
}

/// The action that an operation on a bucket needs; only some have its name.
fn action(operation: &str) -> String {
    let name = match operation {
        "HeadBucket" => "ListBucket",
        "DeleteBucketTagging" => "PutBucketTagging",
        "GetBucketEncryption" => "GetEncryptionConfiguration",
        "PutBucketEncryption" | "DeleteBucketEncryption" => "PutEncryptionConfiguration",
        "GetPublicAccessBlock" => "GetBucketPublicAccessBlock",
        "PutPublicAccessBlock" | "DeletePublicAccessBlock" => "PutBucketPublicAccessBlock",
        same => same,
    };
    format!("s3:{name}")
}

/// A bucket that comes with tags needs to be tagged, too.
fn creating(request: &Request<'_>) -> Vec<Need> {
    let arn = bucket_arn(&request.bucket);
    let (constraint, tags) = asked(request);
    let need = Need::new("s3:CreateBucket", &arn)
        .with_some("s3:locationconstraint", constraint.as_deref())
        .with_some("s3:x-amz-acl", request.rest.header("x-amz-acl"))
        .with_some("s3:x-amz-object-ownership", request.rest.header("x-amz-object-ownership"))
        .with_request_tags(&tags);
    let owned = request.rest.header("x-amz-object-ownership").is_some();
    let ownership = owned.then(|| Need::new("s3:PutBucketOwnershipControls", &arn));
    let tagging = (!tags.is_empty()).then(|| Need::new("s3:TagResource", &arn).with_request_tags(&tags));
    [Some(need), ownership, tagging].into_iter().flatten().collect()
}

/// Whoever asks for an object that is not there must be allowed to list the bucket to learn that.
fn on_object(call: &mut Call<'_>, request: &Request<'_>) -> Vec<Need> {
    let arn = format!("{}/{}", bucket_arn(&request.bucket), request.key);
    let version = request.rest.query("versionId");
    let verb = match request.operation {
        "PutObject" => "PutObject",
        "DeleteObject" => "DeleteObject",
        _ => "GetObject",
    };
    let need = match version {
        Some(id) if verb != "PutObject" => Need::new(format!("s3:{verb}Version"), arn).with("s3:VersionId", id),
        _ => Need::new(format!("s3:{verb}"), arn)
            .with_some("s3:x-amz-server-side-encryption", request.rest.header("x-amz-server-side-encryption")),
    };
    let is_there = |bucket: &crate::s3::Bucket| bucket.objects.contains_key(&request.key);
    let is_missing = verb == "GetObject" && !call.s3.buckets.get(&request.bucket).is_some_and(is_there);
    let listing = is_missing.then(|| Need::new("s3:ListBucket", bucket_arn(&request.bucket)));
    let key = key_for(call, request).filter(|key| kms::is_of_customer(call, key));
    let using = key.map(|key| {
        let action = if verb == "PutObject" { "kms:GenerateDataKey" } else { "kms:Decrypt" };
        kms::through(call, "s3", action, &key)
    });
    [Some(need), listing, using].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::needs;
    use crate::s3::Request;
    use crate::time::Time;
    use crate::world::World;

    fn needed(method: &str, uri: &str, body: &str) -> Vec<(String, String)> {
        let http = http::Request::builder().method(method).uri(uri).body(body.as_bytes().to_vec());
        let http = http.expect("a request");
        let request = Request::of(&http).unwrap_or_else(|error| panic!("{uri}: {error}"));
        let mut world = World::new(1);
        let needs = needs(&mut world.call("123456789012", "eu-west-1", Time(0)), &request);
        needs.into_iter().map(|need| (need.action, need.resource)).collect()
    }

    #[test]
    fn each_operation_needs_the_action_that_aws_names() {
        for (method, uri, action, resource) in [
            ("GET", "/", "ListAllMyBuckets", "*"),
            ("PUT", "/shop", "CreateBucket", "arn:aws:s3:::shop"),
            ("HEAD", "/shop", "ListBucket", "arn:aws:s3:::shop"),
            ("DELETE", "/shop", "DeleteBucket", "arn:aws:s3:::shop"),
            ("GET", "/shop?location", "GetBucketLocation", "arn:aws:s3:::shop"),
            ("GET", "/shop?tagging", "GetBucketTagging", "arn:aws:s3:::shop"),
            ("PUT", "/shop?tagging", "PutBucketTagging", "arn:aws:s3:::shop"),
            ("DELETE", "/shop?tagging", "PutBucketTagging", "arn:aws:s3:::shop"),
            ("GET", "/shop?versioning", "GetBucketVersioning", "arn:aws:s3:::shop"),
            ("PUT", "/shop?versioning", "PutBucketVersioning", "arn:aws:s3:::shop"),
            ("GET", "/shop?encryption", "GetEncryptionConfiguration", "arn:aws:s3:::shop"),
            ("PUT", "/shop?encryption", "PutEncryptionConfiguration", "arn:aws:s3:::shop"),
            ("DELETE", "/shop?encryption", "PutEncryptionConfiguration", "arn:aws:s3:::shop"),
            ("GET", "/shop?publicAccessBlock", "GetBucketPublicAccessBlock", "arn:aws:s3:::shop"),
            ("PUT", "/shop?publicAccessBlock", "PutBucketPublicAccessBlock", "arn:aws:s3:::shop"),
            ("DELETE", "/shop?publicAccessBlock", "PutBucketPublicAccessBlock", "arn:aws:s3:::shop"),
            ("GET", "/shop?list-type=2", "ListBucket", "arn:aws:s3:::shop"),
            ("GET", "/shop?versions", "ListBucketVersions", "arn:aws:s3:::shop"),
            ("PUT", "/shop/a/b", "PutObject", "arn:aws:s3:::shop/a/b"),
            ("DELETE", "/shop/a", "DeleteObject", "arn:aws:s3:::shop/a"),
            ("DELETE", "/shop/a?versionId=1", "DeleteObjectVersion", "arn:aws:s3:::shop/a"),
        ] {
            let expected = [(format!("s3:{action}"), resource.to_owned())];
            assert_eq!(needed(method, uri, ""), expected, "{method} {uri}");
        }
    }

    #[test]
    fn more_is_needed_for_tags_and_for_what_is_not_there() {
        let actions = |method, uri, body| -> Vec<String> {
            needed(method, uri, body).into_iter().map(|(action, _)| action).collect()
        };
        let body = "<CreateBucketConfiguration><Tags><Tag><Key>a</Key><Value>b</Value></Tag></Tags>\
                    </CreateBucketConfiguration>";
        assert_eq!(actions("PUT", "/shop", body), ["s3:CreateBucket", "s3:TagResource"]);
        assert_eq!(actions("GET", "/shop/a", ""), ["s3:GetObject", "s3:ListBucket"]);
        assert_eq!(actions("HEAD", "/shop/a?versionId=1", ""), ["s3:GetObjectVersion", "s3:ListBucket"]);
    }
}
