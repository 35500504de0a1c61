//! Who may do what with a secret: policies with ARNs, tags and the keys of Secrets Manager.

use serde_json::{Value, json};

use crate::cloud::ACCOUNT;
use crate::cloud::signed::{Refused, Signed};
use crate::secrets::token;

fn create(by: &Signed, name: &str, tags: Value) -> Result<Value, Refused> {
    let body = json!({ "Name": name, "SecretString": name, "ClientRequestToken": token(1), "Tags": tags });
    by.json("secretsmanager", "CreateSecret", body)
}

fn tag(value: &str) -> Value {
    json!([{ "Key": "application", "Value": value }])
}

fn arn(path: &str) -> String {
    format!("arn:aws:secretsmanager:ap-northeast-1:{ACCOUNT}:secret:{path}")
}

#[test]
fn a_new_secret_is_allowed_by_its_name_with_what_follows_left_open() {
    for (resource, is_allowed) in [
        (arn("shop/db-??????"), true),
        (arn("shop/db-*"), true),
        (arn("shop/*"), true),
        (arn("shop/db"), false),
        (arn("shop/db-AbCdEf"), false),
        (arn("other/*"), false),
    ] {
        let actions = ["secretsmanager:CreateSecret", "secretsmanager:TagResource"];
        let (ci, _) = Signed::user(&json!({ "Effect": "Allow", "Action": actions, "Resource": resource }));
        assert_eq!(create(&ci, "shop/db", tag("shop")).is_ok(), is_allowed, "{resource}");
    }
    let named = json!({ "StringLike": { "secretsmanager:Name": "shop/*" } });
    let statement =
        json!({ "Effect": "Allow", "Action": "secretsmanager:CreateSecret", "Resource": "*", "Condition": named });
    let (ci, _) = Signed::user(&statement);
    create(&ci, "shop/db", json!([])).expect("by its name");
    let refused = create(&ci, "other/db", json!([])).expect_err("another name");
    assert_eq!((refused.status, refused.code.as_str()), (400, "AccessDeniedException"));
    let refused = create(&ci, "shop/other", tag("shop")).expect_err("tags are an action of their own");
    assert!(refused.message.contains("secretsmanager:TagResource"), "{refused:?}");
}

#[test]
fn tags_of_a_request_and_of_a_secret_decide() {
    let ours = |key: &str| json!({ "StringEquals": { format!("{key}/application"): "shop" } });
    let statements = json!([
        { "Effect": "Allow", "Action": ["secretsmanager:CreateSecret", "secretsmanager:TagResource"], "Resource": "*",
          "Condition": ours("aws:RequestTag") },
        { "Effect": "Allow", "Action": ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
          "Resource": "*", "Condition": ours("secretsmanager:ResourceTag") },
        { "Effect": "Allow", "Action": ["secretsmanager:DeleteSecret", "secretsmanager:RestoreSecret"],
          "Resource": "*", "Condition": ours("aws:ResourceTag") },
        { "Effect": "Allow", "Action": "secretsmanager:UntagResource", "Resource": "*",
          "Condition": { "ForAllValues:StringEquals": { "aws:TagKeys": ["team"] } } },
    ]);
    let (ci, owner) = Signed::user(&statements);
    create(&ci, "ours", tag("shop")).expect("our tag");
    assert_eq!(create(&ci, "theirs", tag("other")).expect_err("another tag").code, "AccessDeniedException");
    create(&owner, "theirs", tag("other")).expect("the owner may do everything");
    for operation in ["DescribeSecret", "GetSecretValue", "DeleteSecret", "RestoreSecret"] {
        ci.json("secretsmanager", operation, json!({ "SecretId": "ours" })).expect(operation);
        let refused = ci.json("secretsmanager", operation, json!({ "SecretId": "theirs" })).expect_err(operation);
        assert_eq!(refused.code, "AccessDeniedException", "{operation}");
    }
    let untag = |key: &str| {
        let body = json!({ "SecretId": "ours", "TagKeys": [key] });
        ci.json("secretsmanager", "UntagResource", body).is_ok()
    };
    assert!(untag("team") && !untag("application"));
    let missing = ci.json("secretsmanager", "GetSecretValue", json!({ "SecretId": "none" })).expect_err("not there");
    assert_eq!(missing.code, "AccessDeniedException", "what is not there has no tags that a condition could match");
}

#[test]
fn a_version_and_a_way_to_delete_can_be_told_apart() {
    let current = json!({ "StringEquals": { "secretsmanager:VersionStage": "AWSCURRENT" } });
    let statements = json!([
        { "Effect": "Allow", "Action": "secretsmanager:*", "Resource": "*" },
        { "Effect": "Deny", "Action": "secretsmanager:GetSecretValue", "Resource": "*",
          "Condition": { "StringNotEquals": current["StringEquals"] } },
        { "Effect": "Deny", "Action": "secretsmanager:DeleteSecret", "Resource": "*",
          "Condition": { "Bool": { "secretsmanager:ForceDeleteWithoutRecovery": "true" } } },
    ]);
    let (ci, _) = Signed::user(&statements);
    create(&ci, "a", json!([])).expect("a secret");
    let call = |operation: &str, mut body: Value| {
        body["SecretId"] = json!("a");
        ci.json("secretsmanager", operation, body).map(drop).map_err(|refused| refused.code)
    };
    let denied = Err("AccessDeniedException".to_owned());
    assert_eq!(call("GetSecretValue", json!({})), Ok(()));
    assert_eq!(call("GetSecretValue", json!({ "VersionStage": "AWSPREVIOUS" })), denied);
    assert_eq!(call("DeleteSecret", json!({ "ForceDeleteWithoutRecovery": true })), denied);
    assert_eq!(call("DeleteSecret", json!({})), Ok(()));
}

#[test]
fn a_batch_asks_about_each_secret() {
    let statements = json!([
        { "Effect": "Allow", "Action": "secretsmanager:BatchGetSecretValue", "Resource": "*" },
        { "Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": arn("ours-*") },
    ]);
    let (ci, owner) = Signed::user(&statements);
    for name in ["ours", "theirs"] {
        create(&owner, name, json!([])).expect("a secret");
    }
    let batch = json!({ "SecretIdList": ["ours", "theirs"] });
    let reply = ci.json("secretsmanager", "BatchGetSecretValue", batch).expect("an answer");
    assert_eq!(reply["SecretValues"][0]["SecretString"], "ours");
    let error = &reply["Errors"][0];
    assert_eq!((&error["SecretId"], &error["ErrorCode"]), (&json!("theirs"), &json!("AccessDeniedException")));
    let filter = json!({ "Filters": [{ "Key": "name", "Values": ["ours"] }] });
    let refused = ci.json("secretsmanager", "BatchGetSecretValue", filter).expect_err("a listing");
    assert!(refused.message.contains("secretsmanager:ListSecrets"), "{refused:?}");
}
