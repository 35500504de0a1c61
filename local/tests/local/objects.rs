//! S3: objects, their versions and their listings.

use crate::cloud::ACCOUNT;
use crate::cloud::rest::Done;
use crate::cloud::signed::{Refused, Signed};
use deploy_local::Local;
use serde_json::json;

fn owner() -> Signed {
    let aws = Signed::new(Local::in_memory(7), ACCOUNT);
    aws.bucket("shop");
    aws
}

fn versioning(aws: &Signed, status: &str) {
    let body = format!("<VersioningConfiguration><Status>{status}</Status></VersioningConfiguration>");
    aws.s3("PUT", "/shop?versioning", &[], &body).expect("a status");
}

#[track_caller]
fn code(result: Result<Done, Refused>) -> String {
    result.expect_err("a refusal").code
}

#[test]
fn an_object_comes_back_as_it_was_put() {
    let aws = owner();
    let headers = [("content-type", "text/plain"), ("x-amz-meta-who", "me"), ("x-amz-checksum-crc32", "NhCmhg==")];
    let put = aws.s3("PUT", "/shop/a/b%20c", &headers, "hello").expect("an object");
    let etag = "\"5d41402abc4b2a76b9719d911017c592\"";
    assert_eq!((put.header("etag"), put.header("x-amz-checksum-crc32")), (etag, "NhCmhg=="));
    assert_eq!((put.header("x-amz-server-side-encryption"), put.header("x-amz-version-id")), ("AES256", ""));
    let got = aws.s3("GET", "/shop/a/b%20c", &[("x-amz-checksum-mode", "ENABLED")], "").expect("it");
    assert_eq!((got.body.as_str(), got.header("content-length"), got.header("etag")), ("hello", "5", etag));
    assert_eq!((got.header("content-type"), got.header("x-amz-meta-who")), ("text/plain", "me"));
    assert_eq!(got.header("last-modified"), "Tue, 14 Nov 2023 22:13:20 GMT");
    assert_eq!((got.header("x-amz-checksum-crc32"), got.header("x-amz-checksum-type")), ("NhCmhg==", "FULL_OBJECT"));
    let head = aws.s3("HEAD", "/shop/a/b%20c", &[], "").expect("it");
    assert_eq!((head.body.as_str(), head.header("content-length")), ("", "5"));
    assert_eq!(head.header("x-amz-checksum-crc32"), "", "nobody asked");
    aws.s3("PUT", "/shop/plain", &[], "").expect("an empty one");
    assert_eq!(aws.s3("GET", "/shop/plain", &[], "").expect("it").header("content-type"), "binary/octet-stream");
    for _ in 0..2 {
        assert_eq!(aws.s3("DELETE", "/shop/a/b%20c", &[], "").expect("gone").status, 204);
    }
    assert_eq!(code(aws.s3("GET", "/shop/a/b%20c", &[], "")), "NoSuchKey");
    assert_eq!(code(aws.s3("GET", "/shop/plain", &[("range", "bytes=0-1")], "")), "NotImplemented");
}

#[test]
fn a_bucket_that_holds_something_stays() {
    let aws = owner();
    aws.s3("PUT", "/shop/a", &[], "1").expect("an object");
    let refused = aws.s3("DELETE", "/shop", &[], "").expect_err("not empty");
    assert_eq!((refused.status, refused.code.as_str()), (409, "BucketNotEmpty"));
    assert_eq!(refused.message, "The bucket you tried to delete is not empty");
    versioning(&aws, "Enabled");
    let marker = aws.s3("DELETE", "/shop/a", &[], "").expect("a marker");
    let refused = aws.s3("DELETE", "/shop", &[], "").expect_err("versions are left");
    assert!(refused.message.ends_with("You must delete all versions in the bucket."), "{}", refused.message);
    for id in [marker.header("x-amz-version-id"), "null"] {
        aws.s3("DELETE", &format!("/shop/a?versionId={id}"), &[], "").expect("for good");
    }
    aws.s3("DELETE", "/shop", &[], "").expect("empty");
}

#[test]
fn a_chunked_body_is_put_together() {
    let aws = owner();
    let put = |headers: &[(&str, &str)], body: &str| {
        let usual = [
            ("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
            ("content-encoding", "aws-chunked"),
            ("x-amz-decoded-content-length", "11"),
        ];
        let headers: Vec<(&str, &str)> = usual.iter().chain(headers).copied().collect();
        aws.s3_with("PUT", "/shop/a", &headers, body)
    };
    let trailer = ("x-amz-trailer", "x-amz-checksum-crc32");
    let body = "5\r\nhello\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32:DUoRhQ==\r\n\r\n";
    let done = put(&[trailer], body).expect("two chunks");
    assert_eq!(done.header("x-amz-checksum-crc32"), "DUoRhQ==");
    assert_eq!(aws.s3("GET", "/shop/a", &[], "").expect("it").body, "hello world");
    assert_eq!(code(put(&[trailer], &body.replace("DUoRhQ==", "AAAAAA=="))), "BadDigest");
    assert_eq!(code(put(&[trailer], &body.replace("x-amz-checksum-crc32", "x-other"))), "MalformedTrailerError");
    assert_eq!(code(put(&[trailer], &body.replace("6\r\n world\r\n", ""))), "IncompleteBody");
    assert_eq!(code(put(&[("x-amz-trailer", "x-amz-checksum-sha1")], body)), "NotImplemented");
    assert_eq!(code(aws.s3("PUT", "/shop/a", &[("content-encoding", "gzip")], "x")), "NotImplemented");
}

#[test]
fn objects_are_listed_by_prefix_and_delimiter_page_by_page() {
    let aws = owner();
    for key in ["b", "a/1", "a/2", "c/d/1", "%C3%A9%26"] {
        aws.s3("PUT", &format!("/shop/{key}"), &[], "1").expect("an object");
    }
    let list = |query: &str| aws.s3("GET", &format!("/shop?list-type=2&{query}"), &[], "");
    let all = list("").expect("a list");
    assert_eq!(all.all("Key"), ["a/1", "a/2", "b", "c/d/1", "é&amp;"]);
    assert_eq!(
        (all.one("KeyCount"), all.one("MaxKeys"), all.one("IsTruncated")),
        ("5".into(), "1000".into(), "false".into())
    );
    assert_eq!((all.one("Size").as_str(), all.one("StorageClass").as_str()), ("1", "STANDARD"));
    assert_eq!(list("encoding-type=url").expect("a list").all("Key")[4], "%C3%A9%26");
    let grouped = list("delimiter=/").expect("a list");
    assert_eq!(
        (grouped.all("Key"), grouped.one("KeyCount")),
        (vec!["b".to_owned(), "é&amp;".to_owned()], "4".to_owned())
    );
    assert_eq!(grouped.body.matches("<CommonPrefixes>").count(), 2);
    assert_eq!(list("prefix=c/&delimiter=/").expect("a list").all("Prefix"), ["c/", "c/d/"]);
    assert_eq!(list("start-after=a/2").expect("a list").all("Key"), ["b", "c/d/1", "é&amp;"]);
    assert!(list("fetch-owner=true").expect("a list").body.contains("<Owner><ID>"));
    let (mut seen, mut token) = (Vec::new(), String::new());
    loop {
        let more = if token.is_empty() { String::new() } else { format!("&continuation-token={token}") };
        let page = list(&format!("delimiter=/&max-keys=1{more}")).expect("a page");
        seen.extend([page.all("Key"), page.all("Prefix")].concat().into_iter().filter(|text| !text.is_empty()));
        token = page.one("NextContinuationToken");
        assert_eq!(page.one("IsTruncated"), (!token.is_empty()).to_string());
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(seen, ["a/", "b", "c/", "é&amp;"]);
    assert_eq!(list("max-keys=0").expect("nothing").one("KeyCount"), "0");
    assert_eq!(list("max-keys=5000").expect("a list").one("MaxKeys"), "1000");
    for query in ["max-keys=-1", "max-keys=x", "continuation-token=x", "continuation-token=", "encoding-type=xml"] {
        assert_eq!(code(list(query)), "InvalidArgument", "{query}");
    }
}

#[test]
fn versions_and_markers_stay_until_they_are_named() {
    let aws = owner();
    aws.s3("PUT", "/shop/a", &[], "0").expect("before");
    versioning(&aws, "Enabled");
    let put =
        |body: &str| aws.s3("PUT", "/shop/a", &[], body).expect("a version").header("x-amz-version-id").to_owned();
    let (first, second) = (put("1"), put("2"));
    assert_eq!((first.len(), first == second), (32, false));
    let get = |query: &str| aws.s3("GET", &format!("/shop/a{query}"), &[], "");
    let body = |query: &str| get(query).expect("a version").body;
    assert_eq!(
        (body(""), body("?versionId=null"), body(&format!("?versionId={first}"))),
        ("2".into(), "0".into(), "1".into())
    );
    let gone = aws.s3("DELETE", "/shop/a", &[], "").expect("a marker");
    let marker = gone.header("x-amz-version-id").to_owned();
    assert_eq!(gone.header("x-amz-delete-marker"), "true");
    assert_eq!(code(get("")), "NoSuchKey");
    let refused = get(&format!("?versionId={marker}")).expect_err("a marker");
    assert_eq!((refused.status, refused.code.as_str()), (405, "MethodNotAllowed"));
    assert!(aws.s3("GET", "/shop?list-type=2", &[], "").expect("a list").all("Key").is_empty());
    let list = |query: &str| aws.s3("GET", &format!("/shop?versions&{query}"), &[], "");
    let all = list("").expect("a list");
    let ids = [marker.clone(), second.clone(), first.clone(), "null".to_owned()];
    assert_eq!(
        (all.all("VersionId"), all.all("IsLatest")),
        (ids.to_vec(), ["true", "false", "false", "false"].map(str::to_owned).to_vec())
    );
    assert_eq!((all.body.matches("<DeleteMarker>").count(), all.body.matches("<Version>").count()), (1, 3));
    let page = list("max-keys=2").expect("a page");
    assert_eq!((page.one("NextKeyMarker"), page.one("NextVersionIdMarker")), ("a".to_owned(), second.clone()));
    let rest = list(&format!("key-marker=a&version-id-marker={second}")).expect("the rest");
    assert_eq!(rest.all("VersionId"), ids[2..]);
    assert_eq!(code(list("version-id-marker=x")), "InvalidArgument");
    let named = aws.s3("DELETE", &format!("/shop/a?versionId={marker}"), &[], "").expect("the marker");
    assert_eq!((named.header("x-amz-delete-marker"), named.header("x-amz-version-id")), ("true", marker.as_str()));
    assert_eq!(body(""), "2", "it is back");
    assert_eq!(code(get(&format!("?versionId={marker}"))), "NoSuchVersion");
    assert_eq!(code(get("?versionId=x")), "InvalidArgument");
}

#[test]
fn a_bucket_that_keeps_no_more_versions_replaces_the_one_without() {
    let aws = owner();
    versioning(&aws, "Enabled");
    aws.s3("PUT", "/shop/a", &[], "1").expect("a version");
    versioning(&aws, "Suspended");
    for body in ["2", "3"] {
        let put = aws.s3("PUT", "/shop/a", &[], body).expect("an object");
        assert_eq!(put.header("x-amz-version-id"), "");
    }
    let ids = || aws.s3("GET", "/shop?versions", &[], "").expect("a list").all("VersionId");
    assert_eq!((ids().len(), ids()[0].as_str()), (2, "null"));
    let gone = aws.s3("DELETE", "/shop/a", &[], "").expect("a marker");
    assert_eq!((gone.header("x-amz-version-id"), ids().len()), ("null", 2));
    aws.s3("DELETE", "/shop/b?versionId=null", &[], "").expect("what is not there is passed over");
}

#[test]
fn an_object_is_put_only_if_there_is_none() {
    let aws = owner();
    let put = || aws.s3("PUT", "/shop/a", &[("if-none-match", "*")], "1");
    put().expect("the first");
    let refused = put().expect_err("the second");
    assert_eq!((refused.status, refused.code.as_str()), (412, "PreconditionFailed"));
    assert_eq!(code(aws.s3("PUT", "/shop/a", &[("if-none-match", "\"x\"")], "1")), "InvalidArgument");
    assert_eq!(code(aws.s3("PUT", "/shop/a", &[("if-match", "\"x\"")], "1")), "NotImplemented");
}

#[test]
fn keys_metadata_and_bodies_have_bounds() {
    let aws = owner();
    let key = |length| format!("/shop/{}", "k".repeat(length));
    aws.s3("PUT", &key(1024), &[], "").expect("the longest key");
    assert_eq!(code(aws.s3("PUT", &key(1025), &[], "")), "KeyTooLongError");
    let long = "v".repeat(2048);
    assert_eq!(code(aws.s3("PUT", "/shop/a", &[("x-amz-meta-a", &long)], "")), "MetadataTooLarge");
    aws.s3("PUT", "/shop/a", &[("x-amz-meta-a", &long[1..])], "").expect("all that fits");
    assert_eq!(code(aws.s3("PUT", "/shop/a", &[], &"x".repeat(5_000_000))), "EntityTooLarge");
    assert_eq!(code(aws.s3("PUT", "/shop/a", &[("x-amz-acl", "private")], "")), "AccessControlListNotSupported");
    assert_eq!(code(aws.s3("PUT", "/shop/a", &[("x-amz-storage-class", "GLACIER")], "")), "NotImplemented");
}

#[test]
fn an_object_is_encrypted_as_it_says_or_as_its_bucket_says() {
    let aws = owner();
    let made = aws.json("kms", "CreateKey", json!({})).expect("a key")["KeyMetadata"].clone();
    let (id, arn) = (made["KeyId"].as_str().expect("an id"), made["Arn"].as_str().expect("an ARN"));
    let kms = ("x-amz-server-side-encryption", "aws:kms");
    let own = ("x-amz-server-side-encryption-aws-kms-key-id", id);
    let shown = aws.s3("PUT", "/shop/a", &[kms, own], "1").expect("with a key");
    assert_eq!(shown.header("x-amz-server-side-encryption-aws-kms-key-id"), arn);
    assert_ne!(shown.header("etag"), "\"c4ca4238a0b923820dcc509a6f75849b\"", "no longer the hash of the content");
    let managed = aws.s3("PUT", "/shop/b", &[kms], "1").expect("with the key of AWS");
    assert!(managed.header("x-amz-server-side-encryption-aws-kms-key-id").starts_with("arn:aws:kms:"));
    let default = "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms\
                   </SSEAlgorithm><KMSMasterKeyID>alias/none</KMSMasterKeyID></ApplyServerSideEncryptionByDefault></Rule>\
                   </ServerSideEncryptionConfiguration>";
    aws.s3("PUT", "/shop?encryption", &[], default).expect("nobody looks at the key");
    assert_eq!(code(aws.s3("PUT", "/shop/c", &[], "1")), "KMS.NotFoundException");
    aws.s3("PUT", "/shop/c", &[("x-amz-server-side-encryption", "AES256")], "1").expect("as it says itself");
    aws.json("kms", "DisableKey", json!({ "KeyId": id })).expect("disabled");
    assert_eq!(code(aws.s3("GET", "/shop/a", &[], "")), "KMS.DisabledException");
    assert_eq!(code(aws.s3("PUT", "/shop/a", &[kms, own], "1")), "KMS.DisabledException");
    let customer = [("x-amz-server-side-encryption-customer-algorithm", "AES256")];
    assert_eq!(code(aws.s3("PUT", "/shop/d", &customer, "1")), "AccessDenied", "blocked since April 2026");
    for headers in [[("x-amz-server-side-encryption", "AES256"), own], [("x-amz-server-side-encryption", "DES"), own]] {
        assert_eq!(code(aws.s3("PUT", "/shop/d", &headers, "1")), "InvalidArgument");
    }
    assert_eq!(code(aws.s3("PUT", "/shop/d", &[own], "1")), "InvalidArgument");
}
