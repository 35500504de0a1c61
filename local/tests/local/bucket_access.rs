//! S3 under IAM: what a policy has to allow.

use crate::cloud::signed::{Refused, Signed};
use serde_json::{Value, json};

fn allow(action: &Value, resource: &Value) -> Value {
    json!({ "Effect": "Allow", "Action": action, "Resource": resource })
}

fn new(tags: &str) -> String {
    format!(
        "<CreateBucketConfiguration><LocationConstraint>ap-northeast-1</LocationConstraint>{tags}\
         </CreateBucketConfiguration>"
    )
}

const TAGS: &str = "<Tags><Tag><Key>application</Key><Value>shop</Value></Tag></Tags>";

#[track_caller]
fn denied<T>(result: Result<T, Refused>, action: &str) {
    let Err(refused) = result else { panic!("{action} was not needed") };
    assert_eq!((refused.status, refused.code.as_str()), (403, "AccessDenied"), "{}", refused.message);
    assert!(refused.message.contains(&format!("perform: {action} on resource: ")), "{}", refused.message);
}

#[test]
fn buckets_are_allowed_by_their_arns() {
    let statements = json!([
        allow(&json!(["s3:CreateBucket", "s3:GetBucketTagging"]), &json!("arn:aws:s3:::shop-*")),
        allow(&json!("s3:ListAllMyBuckets"), &json!("*")),
    ]);
    let (user, _) = Signed::user(&statements);
    user.s3("PUT", "/shop-a", &[], &new("")).expect("allowed");
    user.s3("GET", "/", &[], "").expect("allowed");
    let refused = user.s3("PUT", "/other", &[], &new("")).expect_err("another name");
    let words = "is not authorized to perform: s3:CreateBucket on resource: &quot;arn:aws:s3:::other&quot; because no \
                 identity-based policy allows the s3:CreateBucket action";
    assert!(refused.message.ends_with(words), "{}", refused.message);
    denied(user.s3("PUT", "/shop-b", &[], &new(TAGS)), "s3:TagResource");
    denied(user.s3("DELETE", "/shop-a", &[], ""), "s3:DeleteBucket");
    denied(user.s3("DELETE", "/shop-a?tagging", &[], ""), "s3:PutBucketTagging");
    denied(user.s3("GET", "/shop-a?encryption", &[], ""), "s3:GetEncryptionConfiguration");
    let head = user.s3("HEAD", "/shop-a", &[], "").expect_err("not allowed");
    assert_eq!((head.status, head.code.as_str()), (403, ""));
    let refused = user.s3("GET", "/shop-a?tagging", &[], "").expect_err("no tags");
    assert_eq!(refused.code, "NoSuchTagSet", "allowed");
}

#[test]
fn the_tags_of_a_request_decide_and_those_of_a_bucket_do_not() {
    let of_request = json!({ "StringEquals": { "aws:RequestTag/application": "shop" } });
    let of_bucket = json!({ "StringEquals": { "aws:ResourceTag/application": "shop" } });
    let statements = json!([
        { "Effect": "Allow", "Action": ["s3:CreateBucket", "s3:TagResource"], "Resource": "*", "Condition": of_request },
        { "Effect": "Allow", "Action": "s3:DeleteBucket", "Resource": "*", "Condition": of_bucket },
    ]);
    let (user, _) = Signed::user(&statements);
    user.s3("PUT", "/shop", &[], &new(TAGS)).expect("with the tag");
    denied(user.s3("PUT", "/other", &[], &new("")), "s3:CreateBucket");
    denied(user.s3("DELETE", "/shop", &[], ""), "s3:DeleteBucket");
}

#[test]
fn a_region_can_be_demanded() {
    let condition = json!({ "StringEquals": { "s3:locationconstraint": "ap-northeast-1" } });
    let statement = json!({ "Effect": "Allow", "Action": "s3:CreateBucket", "Resource": "*", "Condition": condition });
    let (user, _) = Signed::user(&json!([statement]));
    user.s3("PUT", "/shop", &[], &new("")).expect("there");
    denied(user.elsewhere("us-east-1").s3("PUT", "/first", &[], ""), "s3:CreateBucket");
}

#[test]
fn that_an_object_is_missing_is_told_to_whoever_may_list() {
    let objects = json!(["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]);
    let listing = json!({ "StringEquals": { "s3:prefix": "a/" } });
    let statements = json!([
        allow(&objects, &json!("arn:aws:s3:::shop/a/*")),
        { "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::shop", "Condition": listing },
    ]);
    let (user, owner) = Signed::user(&statements);
    owner.bucket("shop");
    user.s3("PUT", "/shop/a/1", &[], "1").expect("allowed");
    user.s3("GET", "/shop/a/1", &[], "").expect("allowed");
    denied(user.s3("GET", "/shop/a/2", &[], ""), "s3:ListBucket");
    denied(user.s3("GET", "/shop/b", &[], ""), "s3:GetObject");
    denied(user.s3("DELETE", "/shop/a/1?versionId=null", &[], ""), "s3:DeleteObjectVersion");
    user.s3("GET", "/shop?list-type=2&prefix=a/", &[], "").expect("allowed");
    denied(user.s3("GET", "/shop?list-type=2", &[], ""), "s3:ListBucket");
    denied(user.s3("GET", "/shop?versions", &[], ""), "s3:ListBucketVersions");
    assert_eq!(owner.s3("GET", "/shop/a/2", &[], "").expect_err("missing").code, "NoSuchKey");
}

#[test]
fn an_object_under_a_key_needs_the_key_too() {
    let objects = allow(&json!(["s3:PutObject", "s3:GetObject"]), &json!("*"));
    let through = json!({ "StringEquals": { "kms:ViaService": "s3.ap-northeast-1.amazonaws.com" } });
    let encrypting =
        json!({ "Effect": "Allow", "Action": "kms:GenerateDataKey", "Resource": "*", "Condition": through });
    let (user, owner) = Signed::user(&json!([objects, encrypting]));
    owner.bucket("shop");
    let key = owner.json("kms", "CreateKey", json!({})).expect("a key")["KeyMetadata"]["KeyId"].clone();
    let kms = ("x-amz-server-side-encryption", "aws:kms");
    let own = ("x-amz-server-side-encryption-aws-kms-key-id", key.as_str().expect("an id"));
    user.s3("PUT", "/shop/a", &[kms, own], "1").expect("allowed");
    denied(user.s3("GET", "/shop/a", &[], ""), "kms:Decrypt");
    user.s3("PUT", "/shop/b", &[kms], "1").expect("the key of AWS needs nothing");
    user.s3("GET", "/shop/b", &[], "").expect("the key of AWS needs nothing");
}

#[test]
fn whom_s3_does_not_know_it_turns_away() {
    let (user, _) = Signed::user(&json!([allow(&json!("s3:*"), &json!("*"))]));
    let refused = user.by("AKIAIOSFODNN7EXAMPLE").s3("GET", "/", &[], "").expect_err("a stranger");
    assert_eq!((refused.status, refused.code.as_str()), (403, "InvalidAccessKeyId"));
}
