//! The kind in the embedded AWS: made, found, changed, deleted, and what happens behind its back.

use aws_sdk_s3::types::BucketVersioningStatus::Suspended;
use aws_sdk_s3::types::VersioningConfiguration;
use deploy_plugin::model::{FaultKind, Retry};
use deploy_plugin::{Aws, Host, Purpose, Wanted};
use serde_json::{Value, json};

use super::server::{Driver, address};
use crate::bucket::{Encryption, PublicAccessBlock};

const NAME: &str = "shop-dev-uploads-123456789012";

fn inputs() -> Value {
    json!({
        "name": NAME,
        "versioning": true,
        "encryption": {"algorithm": "aws:kms", "kms_key": "alias/shop", "bucket_key": true},
        "public_access_block": {
            "block_public_acls": true,
            "ignore_public_acls": true,
            "block_public_policy": true,
            "restrict_public_buckets": true,
        },
        "tags": {"team": "a"},
    })
}

/// The inputs with one field as `value`.
fn with(pointer: &str, value: Value) -> Value {
    let mut inputs = inputs();
    *inputs.pointer_mut(pointer).expect("a field") = value;
    inputs
}

fn plain() -> Value {
    let mut inputs = with("/encryption", json!({"algorithm": "AES256", "bucket_key": false}));
    inputs["versioning"] = json!(false);
    inputs
}

#[tokio::test]
async fn what_was_made_is_found_as_it_was_desired() {
    for region in ["ap-northeast-1", "us-east-1"] {
        for desired in [inputs(), plain(), with("/tags", json!({}))] {
            let driver = Driver::start(region).await;
            let made = driver.create("uploads", desired.clone()).await.expect("made");
            let found = driver.only().await;
            let mut desired = desired;
            if desired["tags"] == json!({}) {
                desired.as_object_mut().expect("inputs").remove("tags");
            }
            assert_eq!((found.inputs, &found.outputs, &found.id), (desired, &made.outputs, &made.id));
            let domain = format!("{NAME}.s3.{region}.amazonaws.com");
            let outputs = json!({"name": NAME, "arn": format!("arn:aws:s3:::{NAME}"), "domain_name": domain});
            assert_eq!(found.outputs, outputs);
            assert_eq!(found.address, address("uploads"));
        }
    }
}

#[tokio::test]
async fn every_field_is_seen_to_differ_and_brought_back() {
    let driver = Driver::start("ap-northeast-1").await;
    driver.create("uploads", inputs()).await.expect("made");
    let others = [
        with("/versioning", json!(false)),
        with("/encryption", json!({"algorithm": "AES256", "bucket_key": false})),
        with("/encryption/kms_key", json!("alias/other")),
        with("/encryption/bucket_key", json!(false)),
        with("/encryption/algorithm", json!("aws:kms:dsse")),
        with("/public_access_block/block_public_acls", json!(false)),
        with("/public_access_block/ignore_public_acls", json!(false)),
        with("/public_access_block/block_public_policy", json!(false)),
        with("/public_access_block/restrict_public_buckets", json!(false)),
        with("/tags", json!({"team": "b", "more": "c"})),
    ];
    for other in others {
        driver.update(driver.only().await, other.clone()).await;
        assert_eq!(driver.only().await.inputs, other);
        driver.update(driver.only().await, inputs()).await;
        assert_eq!(driver.only().await.inputs, inputs());
    }
}

#[tokio::test]
async fn what_happens_behind_our_back_is_seen() {
    let driver = Driver::start("ap-northeast-1").await;
    driver.create("uploads", inputs()).await.expect("made");
    let writes = &driver.s3.writes;
    writes.delete_public_access_block().bucket(NAME).send().await.expect("done");
    writes.delete_bucket_encryption().bucket(NAME).send().await.expect("done");
    let suspended = VersioningConfiguration::builder().status(Suspended).build();
    writes.put_bucket_versioning().bucket(NAME).versioning_configuration(suspended).send().await.expect("done");
    let found = driver.only().await.inputs;
    assert_eq!(found["public_access_block"], serde_json::to_value(PublicAccessBlock::NONE).expect("plain data"));
    assert_eq!(found["encryption"], serde_json::to_value(Encryption::s3()).expect("plain data"));
    assert_eq!(found["versioning"], json!(false));
    writes.delete_bucket_tagging().bucket(NAME).send().await.expect("done");
    assert_eq!(driver.discover(Vec::new(), Purpose::Compare).await, [], "without its tags it is nobody's");
}

#[tokio::test]
async fn only_what_differs_is_written() {
    let driver = Driver::start("ap-northeast-1").await;
    driver.create("uploads", inputs()).await.expect("made");
    let before = driver.only().await;
    // Had a field been written that the host finds equal, it would be what the host believes it to be.
    driver.s3.put_versioning(NAME, false).await.expect("done");
    driver.s3.put_encryption(NAME, &Encryption::s3()).await.expect("done");
    driver.s3.put_public_access_block(NAME, PublicAccessBlock::NONE).await.expect("done");
    driver.update(before, with("/tags", json!({"team": "b"}))).await;
    let found = driver.only().await.inputs;
    assert_eq!((&found["tags"], &found["versioning"]), (&json!({"team": "b"}), &json!(false)));
    assert_eq!(found["encryption"]["algorithm"], json!("AES256"));
    assert_eq!(found["public_access_block"]["block_public_acls"], json!(false));
}

#[tokio::test]
async fn a_bucket_is_retired_deleted_and_deleted_again() {
    let driver = Driver::start("ap-northeast-1").await;
    driver.create("uploads", inputs()).await.expect("made");
    let to = address("uploads").retire("1");
    driver.retire(driver.only().await, &to).await;
    let found = driver.only().await;
    assert_eq!((&found.address, &found.inputs), (&to, &inputs()));
    driver.delete(found.clone()).await.expect("deleted");
    assert_eq!(driver.discover(Vec::new(), Purpose::Compare).await, []);
    driver.delete(found).await.expect("deleted already");
}

#[tokio::test]
async fn a_bucket_with_something_in_it_is_not_deleted() {
    let driver = Driver::start("ap-northeast-1").await;
    driver.create("uploads", inputs()).await.expect("made");
    let body = aws_sdk_s3::primitives::ByteStream::from_static(b"hello");
    driver.s3.put_encryption(NAME, &Encryption::s3()).await.expect("done");
    driver.s3.writes.put_object().bucket(NAME).key("a").body(body).send().await.expect("done");
    let full = driver.delete(driver.only().await).await.expect_err("it is not empty");
    assert_eq!((full.kind, full.retry, full.has_code("BucketNotEmpty")), (FaultKind::Conflict, Retry::Never, true));
    assert!(full.help.expect("a help").contains(&format!("empty {NAME} first")));
    assert!(full.request_id.is_some());
}

#[tokio::test]
async fn a_deletion_reads_only_whose_it_is() {
    let driver = Driver::start("ap-northeast-1").await;
    driver.create("uploads", inputs()).await.expect("made");
    let found = driver.discover(Vec::new(), Purpose::Delete).await.remove(0);
    assert_eq!((&found.address, &found.inputs["tags"]), (&address("uploads"), &json!({"team": "a"})));
    assert_eq!(found.inputs["encryption"]["algorithm"], "AES256", "it was not asked for");
}

#[tokio::test]
async fn a_bucket_under_another_name_is_found_where_it_is_desired() {
    let driver = Driver::start("ap-northeast-1").await;
    driver.create("uploads", with("/name", json!("files-of-123456789012"))).await.expect("made");
    assert_eq!(driver.discover(Vec::new(), Purpose::Compare).await, []);
    let account = json!({"$ref": "deploy.account.current#id"});
    for name in [json!("files-of-123456789012"), json!({"$text": ["files-of-", account]}), json!({"$text": [account]})]
    {
        let wanted = Wanted { address: address("uploads"), inputs: with("/name", name) };
        assert_eq!(driver.discover(vec![wanted], Purpose::Compare).await.len(), 1);
    }
}

#[tokio::test]
async fn buckets_of_others_and_elsewhere_are_not_ours() {
    let driver = Driver::start("us-east-1").await;
    driver.s3.create("shop-dev-without-tags", Default::default()).await.expect("made");
    let theirs = [("application", "shop"), ("environment", "prod"), ("deploy:address", "bucket.bucket.uploads")];
    let theirs = theirs.map(|(key, value)| (key.to_owned(), value.to_owned()));
    driver.s3.create("shop-dev-of-prod", theirs.into()).await.expect("made");
    assert_eq!(driver.discover(Vec::new(), Purpose::Compare).await, []);
}

#[tokio::test]
async fn a_name_that_is_taken_is_said_with_what_to_do() {
    let driver = Driver::start("us-east-1").await;
    driver.s3.create(NAME, Default::default()).await.expect("made");
    let taken = driver.create("uploads", inputs()).await.expect_err("it is there");
    assert_eq!((taken.kind, taken.code.as_deref()), (FaultKind::Conflict, Some("BucketAlreadyOwnedByYou")));
    assert!(taken.help.expect("a help").contains("set another `name`"));
}

#[tokio::test]
async fn a_creation_that_is_sent_twice_makes_one_bucket() {
    for region in ["us-east-1", "eu-west-1"] {
        let driver = Driver::start(region).await;
        let first = driver.create("uploads", inputs()).await.expect("made");
        assert_eq!(driver.create("uploads", inputs()).await.expect("it is there"), first);
        let other = driver.create("others", inputs()).await.expect_err("it is another's");
        assert!(other.has_code("BucketAlreadyOwnedByYou"));
    }
}

#[tokio::test]
async fn a_service_that_is_not_there_is_a_fault_without_effect_on_the_rest() {
    let driver = Driver::at("http://127.0.0.1:1".to_owned(), "us-east-1");
    let fault = driver.create("uploads", inputs()).await.expect_err("nobody answers");
    assert_eq!((fault.kind, fault.retry), (FaultKind::Unavailable, Retry::Never));
    assert_eq!(fault.operation.as_deref(), Some("CreateBucket"));
}

#[tokio::test]
async fn why_the_host_gives_no_credentials_is_said_in_its_words() {
    let aws = Aws { region: "us-east-1".to_owned(), endpoint_url: Some("http://127.0.0.1:1".to_owned()) };
    let driver = Driver::with(&Host::offering(aws, None));
    let fault = driver.create("uploads", inputs()).await.expect_err("no credentials");
    assert_eq!((fault.kind, fault.message.as_str()), (FaultKind::Denied, "there is no host here to give credentials"));
}
