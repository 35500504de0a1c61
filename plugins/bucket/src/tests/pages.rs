//! What README.md says of permissions, and what `conformance.toml` gives the section.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::config::BucketConfig;

/// The action that each call needs.
///
/// Source: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html>
const ACTIONS: [(&str, &[&str]); 11] = [
    ("CreateBucket", &["s3:CreateBucket", "s3:TagResource"]),
    ("DeleteBucket", &["s3:DeleteBucket"]),
    ("GetBucketEncryption", &["s3:GetEncryptionConfiguration"]),
    ("GetBucketTagging", &["s3:GetBucketTagging"]),
    ("GetBucketVersioning", &["s3:GetBucketVersioning"]),
    ("GetPublicAccessBlock", &["s3:GetBucketPublicAccessBlock"]),
    ("ListBuckets", &["s3:ListAllMyBuckets"]),
    ("PutBucketEncryption", &["s3:PutEncryptionConfiguration"]),
    ("PutBucketTagging", &["s3:PutBucketTagging"]),
    ("PutBucketVersioning", &["s3:PutBucketVersioning"]),
    ("PutPublicAccessBlock", &["s3:PutBucketPublicAccessBlock"]),
];

/// The operations that the code names where it translates errors.
fn called() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = std::fs::read_dir(folder).expect("the sources").filter_map(Result::ok);
    let texts = files.filter_map(|file| std::fs::read_to_string(file.path()).ok()).collect::<String>();
    let calls = texts.split("map_err(fault(\"").skip(1).filter_map(|rest| rest.split_once('"'));
    calls.map(|(operation, _)| operation.to_owned()).collect()
}

#[test]
fn the_policy_in_the_readme_allows_every_call_and_nothing_else() {
    let actions: BTreeMap<&str, &[&str]> = ACTIONS.into();
    let readme = include_str!("../../README.md");
    let policy = readme.split("```json").nth(1).and_then(|rest| rest.split("```").next()).expect("a policy");
    let policy: serde_json::Value = serde_json::from_str(policy).expect("a policy");
    let statements = policy["Statement"].as_array().expect("statements").iter();
    let allowed: BTreeSet<&str> = statements
        .flat_map(|statement| statement["Action"].as_array().expect("a list"))
        .filter_map(|action| action.as_str())
        .collect();
    let called = called();
    let needed = called.iter().flat_map(|call| *actions.get(call.as_str()).unwrap_or_else(|| panic!("{call}")));
    assert_eq!(allowed, needed.copied().collect());
    assert_eq!(called.len(), ACTIONS.len());
}

#[test]
fn the_conformance_file_fits_the_section() {
    let sections: BTreeMap<String, BucketConfig> =
        toml::from_str(include_str!("../../conformance.toml")).expect("sections");
    assert_eq!(sections.keys().map(String::as_str).collect::<Vec<_>>(), ["first", "replaced", "then"]);
}
