//! KMS's rules about keys: how they are named, whether they can be used, and how they go.

use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Answer, Cloud, REGION};

const DAY: u64 = 24 * 60 * 60 * 1000;

/// A new key: its id and its ARN.
fn key(cloud: &mut Cloud) -> (String, String) {
    let metadata = cloud.kms("CreateKey", json!({})).done()["KeyMetadata"].clone();
    let text = |member: &str| metadata[member].as_str().expect("a text").to_owned();
    (text("KeyId"), text("Arn"))
}

fn state(cloud: &mut Cloud, key: &str) -> Value {
    cloud.kms("DescribeKey", json!({ "KeyId": key })).done()["KeyMetadata"]["KeyState"].clone()
}

fn alias(cloud: &mut Cloud, operation: &str, name: &str, key: &str) -> Result<Value, deploy_local::error::ApiError> {
    cloud.kms(operation, json!({ "AliasName": name, "TargetKeyId": key }))
}

#[test]
fn a_key_is_described_as_it_was_made() {
    let mut cloud = Cloud::new();
    let body = json!({ "Description": "of the shop", "Tags": [{ "TagKey": "application", "TagValue": "shop" }] });
    let made = cloud.kms("CreateKey", body).done();
    let (id, material) = (&made["KeyMetadata"]["KeyId"], &made["KeyMetadata"]["CurrentKeyMaterialId"]);
    let expected = json!({ "KeyMetadata": {
        "AWSAccountId": ACCOUNT, "KeyId": id,
        "Arn": format!("arn:aws:kms:{REGION}:{ACCOUNT}:key/{}", id.as_str().expect("an id")),
        "CreationDate": 1_700_000_000.0, "Enabled": true, "Description": "of the shop", "KeyUsage": "ENCRYPT_DECRYPT",
        "KeyState": "Enabled", "Origin": "AWS_KMS", "KeyManager": "CUSTOMER",
        "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT", "KeySpec": "SYMMETRIC_DEFAULT",
        "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"], "MultiRegion": false, "CurrentKeyMaterialId": material,
    } });
    assert_eq!(made, expected);
    assert_eq!(material.as_str().map(str::len), Some(64));
    assert_eq!(cloud.kms("DescribeKey", json!({ "KeyId": id })).done(), made);
    let tags = cloud.kms("ListResourceTags", json!({ "KeyId": id })).done();
    assert_eq!(tags["Tags"], json!([{ "TagKey": "application", "TagValue": "shop" }]));
}

#[test]
fn only_symmetric_keys_of_one_region_are_here() {
    let mut cloud = Cloud::new();
    let mut code = |body: Value| cloud.kms("CreateKey", body).code();
    for (member, other) in [("KeySpec", "RSA_2048"), ("KeyUsage", "SIGN_VERIFY"), ("Origin", "EXTERNAL")] {
        assert_eq!(code(json!({ member: other })), "UnsupportedOperationException", "{member}");
        assert_eq!(code(json!({ member: "none" })), "ValidationException", "{member}");
    }
    assert_eq!(code(json!({ "MultiRegion": true })), "UnsupportedOperationException");
    assert_eq!(code(json!({ "Description": "d".repeat(8193) })), "ValidationException");
    let named = json!({ "KeySpec": "SYMMETRIC_DEFAULT", "KeyUsage": "ENCRYPT_DECRYPT", "Origin": "AWS_KMS" });
    cloud.kms("CreateKey", named).done();
}

#[test]
fn a_key_is_named_in_four_ways() {
    let mut cloud = Cloud::new();
    let (id, arn) = key(&mut cloud);
    alias(&mut cloud, "CreateAlias", "alias/shop", &arn).done();
    let of_alias = format!("arn:aws:kms:{REGION}:{ACCOUNT}:alias/shop");
    for reference in [&id, &arn, "alias/shop", &of_alias] {
        let found = cloud.kms("DescribeKey", json!({ "KeyId": reference })).done();
        assert_eq!(found["KeyMetadata"]["KeyId"], id, "{reference}");
    }
    let none = "0123abcd-0000-4000-8000-000000000000";
    let elsewhere = arn.replace(REGION, "eu-west-1");
    let theirs = arn.replace(ACCOUNT, "999999999999");
    for (reference, words) in [
        (none, format!("NotFoundException: Key 'arn:aws:kms:{REGION}:{ACCOUNT}:key/{none}' does not exist")),
        ("shop", "NotFoundException: Invalid keyId 'shop'".to_owned()),
        ("alias/other", format!("NotFoundException: Alias arn:aws:kms:{REGION}:{ACCOUNT}:alias/other is not found.")),
        (&elsewhere, "NotFoundException: Invalid arn eu-west-1".to_owned()),
        (&theirs, format!("NotFoundException: Key '{theirs}' does not exist")),
        ("arn:aws:s3:::shop", "InvalidArnException: Invalid arn arn:aws:s3:::shop".to_owned()),
    ] {
        assert_eq!(cloud.kms("DescribeKey", json!({ "KeyId": reference })).refusal(), words, "{reference}");
    }
    for reference in [String::new(), "k".repeat(2049)] {
        assert_eq!(cloud.kms("DescribeKey", json!({ "KeyId": reference })).code(), "ValidationException");
    }
    let by_alias = cloud.kms("DisableKey", json!({ "KeyId": "alias/shop" })).refusal();
    assert_eq!(by_alias, "NotFoundException: Invalid keyId 'alias/shop'", "what changes a key names it itself");
}

#[test]
fn a_key_is_enabled_disabled_and_about_to_be_deleted() {
    let mut cloud = Cloud::new();
    let (id, arn) = key(&mut cloud);
    let of_key = json!({ "KeyId": id });
    let not_pending = format!("KMSInvalidStateException: {arn} is not pending deletion.");
    assert_eq!(cloud.kms("CancelKeyDeletion", of_key.clone()).refusal(), not_pending);
    cloud.kms("DisableKey", of_key.clone()).done();
    assert_eq!(state(&mut cloud, &id), "Disabled");
    cloud.kms("EnableKey", of_key.clone()).done();
    assert_eq!(state(&mut cloud, &id), "Enabled");
    let scheduled = cloud.kms("ScheduleKeyDeletion", of_key.clone()).done();
    let due = 1_700_000_000.0 + 30.0 * 86_400.0;
    let expected = json!({
        "KeyId": arn, "DeletionDate": due, "KeyState": "PendingDeletion", "PendingWindowInDays": 30,
    });
    assert_eq!(scheduled, expected);
    let described = cloud.kms("DescribeKey", of_key.clone()).done()["KeyMetadata"].clone();
    assert_eq!((&described["DeletionDate"], &described["Enabled"]), (&json!(due), &json!(false)));
    let pending = format!("KMSInvalidStateException: {arn} is pending deletion.");
    for (operation, mut body) in [
        ("EnableKey", json!({})),
        ("DisableKey", json!({})),
        ("ScheduleKeyDeletion", json!({})),
        ("TagResource", json!({ "Tags": [] })),
        ("UntagResource", json!({ "TagKeys": [] })),
    ] {
        body["KeyId"] = json!(id);
        assert_eq!(cloud.kms(operation, body).refusal(), pending, "{operation}");
    }
    assert_eq!(alias(&mut cloud, "CreateAlias", "alias/shop", &id).refusal(), pending);
    cloud.kms("ListResourceTags", of_key.clone()).done();
    cloud.kms("GetKeyPolicy", of_key.clone()).done();
    assert_eq!(cloud.kms("CancelKeyDeletion", of_key).done(), json!({ "KeyId": arn }));
    assert_eq!(state(&mut cloud, &id), "Disabled", "a key that stays is disabled");
}

#[test]
fn a_key_waits_for_7_to_30_days_and_takes_its_aliases_along() {
    let mut cloud = Cloud::new();
    let (id, _) = key(&mut cloud);
    alias(&mut cloud, "CreateAlias", "alias/shop", &id).done();
    for days in [6, 31] {
        let body = json!({ "KeyId": id, "PendingWindowInDays": days });
        assert_eq!(cloud.kms("ScheduleKeyDeletion", body).code(), "ValidationException", "{days}");
    }
    cloud.kms("ScheduleKeyDeletion", json!({ "KeyId": id, "PendingWindowInDays": 7 })).done();
    cloud.wait(7 * DAY - 1);
    assert_eq!(state(&mut cloud, "alias/shop"), "PendingDeletion");
    cloud.wait(1);
    for reference in [id.as_str(), "alias/shop"] {
        let body = json!({ "KeyId": reference });
        assert_eq!(cloud.kms("DescribeKey", body).code(), "NotFoundException", "{reference}");
    }
    assert_eq!(cloud.kms("ListKeys", json!({})).done()["Keys"], json!([]));
    assert_eq!(cloud.kms("ListAliases", json!({})).done()["Aliases"], json!([]));
    let (other, _) = key(&mut cloud);
    alias(&mut cloud, "CreateAlias", "alias/shop", &other).done();
}

#[test]
fn aliases_have_a_prefix_characters_and_one_key() {
    let mut cloud = Cloud::new();
    let (first, _) = key(&mut cloud);
    let (second, _) = key(&mut cloud);
    let long = format!("alias/{}", "a".repeat(251));
    for (name, code) in [
        ("shop", "ValidationException"),
        ("alias/", "ValidationException"),
        ("alias/a b", "ValidationException"),
        ("alias/a:b", "ValidationException"),
        (&long, "ValidationException"),
        ("alias/aws/shop", "InvalidAliasNameException"),
    ] {
        assert_eq!(alias(&mut cloud, "CreateAlias", name, &first).code(), code, "{name}");
    }
    alias(&mut cloud, "CreateAlias", "alias/a/b_c-D1", &first).done();
    let exists = alias(&mut cloud, "CreateAlias", "alias/a/b_c-D1", &second).refusal();
    let words = format!(
        "AlreadyExistsException: An alias with the name arn:aws:kms:{REGION}:{ACCOUNT}:alias/a/b_c-D1 already exists"
    );
    assert_eq!(exists, words);
    assert_eq!(alias(&mut cloud, "CreateAlias", "alias/x", "alias/a/b_c-D1").code(), "ValidationException");
    alias(&mut cloud, "UpdateAlias", "alias/a/b_c-D1", &second).done();
    assert_eq!(alias(&mut cloud, "UpdateAlias", "alias/none", &second).code(), "NotFoundException");
    assert_eq!(alias(&mut cloud, "UpdateAlias", "alias/aws/ssm", &second).code(), "AccessDeniedException");
    let of = |key: &str| json!({ "KeyId": key });
    assert_eq!(cloud.kms("ListAliases", of(&first)).done()["Aliases"], json!([]));
    let listed = cloud.kms("ListAliases", of(&second)).done()["Aliases"][0].clone();
    assert_eq!((&listed["AliasName"], &listed["TargetKeyId"]), (&json!("alias/a/b_c-D1"), &json!(second)));
    let delete = json!({ "AliasName": "alias/a/b_c-D1" });
    cloud.kms("DeleteAlias", delete.clone()).done();
    assert_eq!(cloud.kms("DeleteAlias", delete).code(), "NotFoundException");
    assert_eq!(cloud.kms("DeleteAlias", json!({ "AliasName": "alias/aws/ssm" })).code(), "AccessDeniedException");
}

#[test]
fn an_alias_can_leave_a_key_that_goes() {
    let mut cloud = Cloud::new();
    let (old, _) = key(&mut cloud);
    let (new, _) = key(&mut cloud);
    alias(&mut cloud, "CreateAlias", "alias/shop", &old).done();
    cloud.kms("ScheduleKeyDeletion", json!({ "KeyId": old })).done();
    alias(&mut cloud, "UpdateAlias", "alias/shop", &new).done();
    assert_eq!(alias(&mut cloud, "UpdateAlias", "alias/shop", &old).code(), "KMSInvalidStateException");
}

#[test]
fn a_key_has_fifty_aliases_and_fifty_tags() {
    let mut cloud = Cloud::new();
    let (id, _) = key(&mut cloud);
    for number in 0..50 {
        alias(&mut cloud, "CreateAlias", &format!("alias/a{number}"), &id).done();
    }
    assert_eq!(alias(&mut cloud, "CreateAlias", "alias/more", &id).code(), "LimitExceededException");
    let many = |count: usize| -> Value {
        (0..count).map(|number| json!({ "TagKey": format!("k{number:02}"), "TagValue": "" })).collect()
    };
    let mut tag = |tags: Value| cloud.kms("TagResource", json!({ "KeyId": id, "Tags": tags }));
    tag(many(50)).done();
    assert_eq!(tag(json!([{ "TagKey": "more", "TagValue": "" }])).refusal(), "TagException: Too many tags");
    let reserved = tag(json!([{ "TagKey": "AWS:x", "TagValue": "" }])).refusal();
    assert_eq!(reserved, "TagException: Tags beginning with aws: are reserved");
    let twice = json!([{ "TagKey": "a", "TagValue": "" }, { "TagKey": "a", "TagValue": "" }]);
    assert_eq!(tag(twice).refusal(), "TagException: Duplicate tag keys");
    assert_eq!(tag(json!([{ "TagKey": "k".repeat(129), "TagValue": "" }])).code(), "ValidationException");
    assert_eq!(cloud.kms("CreateKey", json!({ "Tags": many(51) })).refusal(), "TagException: Too many tags");
    let keys: Value = (1..50).map(|number| format!("k{number:02}")).chain(["none".to_owned()]).collect();
    cloud.kms("UntagResource", json!({ "KeyId": id, "TagKeys": keys })).done();
    let left = cloud.kms("ListResourceTags", json!({ "KeyId": id })).done();
    assert_eq!(left, json!({ "Tags": [{ "TagKey": "k00", "TagValue": "" }], "Truncated": false }));
}

#[test]
fn keys_aliases_and_tags_are_listed_page_by_page() {
    let mut cloud = Cloud::new();
    for number in 0..5 {
        let (id, _) = key(&mut cloud);
        alias(&mut cloud, "CreateAlias", &format!("alias/a{number}"), &id).done();
    }
    for (operation, member) in [("ListKeys", "Keys"), ("ListAliases", "Aliases")] {
        let (mut seen, mut body) = (0, json!({ "Limit": 2 }));
        loop {
            let reply = cloud.kms(operation, body.clone()).done();
            seen += reply[member].as_array().expect("a list").len();
            assert_eq!(reply["Truncated"] == true, reply.get("NextMarker").is_some(), "{operation}");
            match reply.get("NextMarker") {
                Some(marker) => body["Marker"] = marker.clone(),
                None => break,
            }
        }
        assert_eq!(seen, 5, "{operation}");
        assert_eq!(cloud.kms(operation, json!({ "Marker": "x" })).code(), "InvalidMarkerException", "{operation}");
        assert_eq!(cloud.kms(operation, json!({ "Limit": 0 })).code(), "ValidationException", "{operation}");
    }
    assert_eq!(cloud.kms("ListAliases", json!({ "Limit": 101 })).code(), "ValidationException");
    assert_eq!(cloud.kms("ListKeys", json!({ "Limit": 1001 })).code(), "ValidationException");
}

#[test]
fn a_key_policy_is_checked_and_kept() {
    let mut cloud = Cloud::new();
    let (id, _) = key(&mut cloud);
    let default = cloud.kms("GetKeyPolicy", json!({ "KeyId": id })).done();
    assert_eq!(default["PolicyName"], "default");
    let default = default["Policy"].as_str().expect("a policy").to_owned();
    assert!(default.contains(&format!("arn:aws:iam::{ACCOUNT}:root")), "{default}");
    let statement = |principal: Value, action: &str| json!({ "Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*" });
    let mut put = |policy: String, more: Value| {
        let mut body = json!({ "KeyId": id, "Policy": policy });
        body.as_object_mut().expect("members").extend(more.as_object().expect("members").clone());
        cloud.kms("PutKeyPolicy", body)
    };
    let document = |statement: Value| json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string();
    let malformed = "MalformedPolicyDocumentException";
    assert_eq!(put("{".to_owned(), json!({})).code(), malformed);
    assert_eq!(
        put(document(json!({ "Effect": "Allow", "Action": "kms:*", "Resource": "*" })), json!({})).code(),
        malformed
    );
    let locked = "MalformedPolicyDocumentException: The new key policy will not allow you to update the key policy in the \
                  future.";
    let root = json!({ "AWS": format!("arn:aws:iam::{ACCOUNT}:root") });
    let only_reads = document(statement(root.clone(), "kms:Get*"));
    assert_eq!(put(only_reads.clone(), json!({})).refusal(), locked);
    let theirs = document(statement(json!({ "AWS": "arn:aws:iam::999999999999:root" }), "kms:*"));
    assert_eq!(put(theirs, json!({})).refusal(), locked);
    let mut on_condition = statement(root.clone(), "kms:*");
    on_condition["Condition"] = json!({ "Bool": { "aws:MultiFactorAuthPresent": "true" } });
    assert_eq!(put(document(on_condition), json!({})).refusal(), locked);
    assert_eq!(put(format!("{default}{}", " ".repeat(32_768)), json!({})).code(), "LimitExceededException");
    assert_eq!(put(default.clone(), json!({ "PolicyName": "other" })).code(), "NotFoundException");
    assert_eq!(put(default, json!({ "PolicyName": "AWS_RAM" })).code(), "ValidationException");
    put(only_reads.clone(), json!({ "BypassPolicyLockoutSafetyCheck": true })).done();
    let written = document(statement(root, "kms:Put*"));
    put(written.clone(), json!({ "PolicyName": "default" })).done();
    assert_eq!(cloud.kms("GetKeyPolicy", json!({ "KeyId": id })).done()["Policy"], written, "as it was written");
    assert_eq!(cloud.kms("CreateKey", json!({ "Policy": only_reads })).refusal(), locked);
}

#[test]
fn the_keys_of_aws_come_with_their_first_use_and_nobody_changes_them() {
    let mut cloud = Cloud::new();
    assert_eq!(cloud.kms("ListAliases", json!({})).done()["Aliases"], json!([]));
    let described = cloud.kms("DescribeKey", json!({ "KeyId": "alias/aws/ssm" })).done()["KeyMetadata"].clone();
    assert_eq!(described["KeyManager"], "AWS");
    cloud.secrets("CreateSecret", json!({ "Name": "a" })).done();
    assert_eq!(cloud.kms("ListAliases", json!({})).done()["Aliases"].as_array().map(Vec::len), Some(1));
    let token = crate::secrets::token(1);
    let first = json!({ "SecretId": "a", "SecretString": "1", "ClientRequestToken": token });
    cloud.secrets("PutSecretValue", first).done();
    cloud.ssm("PutParameter", json!({ "Name": "A", "Value": "1", "Type": "SecureString" })).done();
    let listed = cloud.kms("ListAliases", json!({})).done();
    let names: Vec<&Value> = listed["Aliases"].as_array().expect("two").iter().map(|a| &a["AliasName"]).collect();
    assert_eq!(names, [&json!("alias/aws/secretsmanager"), &json!("alias/aws/ssm")]);
    let again = cloud.kms("DescribeKey", json!({ "KeyId": "alias/aws/ssm" })).done();
    assert_eq!(again["KeyMetadata"], described, "the same key");
    for operation in ["DisableKey", "ScheduleKeyDeletion"] {
        let body = json!({ "KeyId": described["KeyId"] });
        assert_eq!(cloud.kms(operation, body).code(), "AccessDeniedException", "{operation}");
    }
    let id = described["KeyId"].as_str().expect("an id");
    assert_eq!(alias(&mut cloud, "CreateAlias", "alias/mine", id).code(), "AccessDeniedException");
    assert_eq!(cloud.kms("DescribeKey", json!({ "KeyId": "alias/aws/none" })).code(), "NotFoundException");
}

#[test]
fn what_kms_does_not_know_is_refused() {
    let mut cloud = Cloud::new();
    assert_eq!(cloud.kms("DescribeKey", json!({ "KeyId": "a", "KeyIdd": "b" })).code(), "ValidationException");
    assert_eq!(cloud.kms("Encrypt", json!({ "KeyId": "a" })).code(), "UnknownOperationException");
}
