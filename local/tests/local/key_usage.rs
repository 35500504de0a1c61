//! What services do with keys that are not there, are disabled or about to be deleted, and who may use them.

use deploy_local::error::ApiError;
use serde_json::{Value, json};

use crate::cloud::signed::Signed;
use crate::cloud::{ACCOUNT, Answer, Cloud, REGION};
use crate::secrets::token;

const NONE: &str = "0123abcd-0000-4000-8000-000000000000";

fn arn(key: &str) -> String {
    format!("arn:aws:kms:{REGION}:{ACCOUNT}:key/{key}")
}

fn put(cloud: &mut Cloud, key: &str) -> Result<Value, ApiError> {
    let body = json!({ "Name": "A", "Value": "1", "Type": "SecureString", "KeyId": key, "Overwrite": true });
    cloud.ssm("PutParameter", body)
}

/// What KMS answered, as services repeat it, up to the id of the request.
#[track_caller]
fn assert_repeats(refusal: &str, begin: &str, code: &str) {
    let start = format!("{begin} (Service: AWSKMS; Status Code: 400; Error Code: {code}; Request ID: ");
    assert!(refusal.starts_with(&start) && refusal.ends_with("; Proxy: null)"), "{refusal}");
}

#[test]
fn a_parameter_is_encrypted_with_a_key_that_can_be_used() {
    let mut cloud = Cloud::new();
    let missing = format!("InvalidKeyId: Key '{}' does not exist", arn(NONE));
    assert_repeats(&put(&mut cloud, NONE).refusal(), &missing, "NotFoundException");
    let missing = format!("InvalidKeyId: Alias arn:aws:kms:{REGION}:{ACCOUNT}:alias/shop is not found.");
    assert_repeats(&put(&mut cloud, "alias/shop").refusal(), &missing, "NotFoundException");
    let key = cloud.key("alias/shop");
    for reference in ["alias/shop", &key, &arn(&key)] {
        put(&mut cloud, reference).done();
    }
    cloud.kms("DisableKey", json!({ "KeyId": key })).done();
    let disabled = format!("InvalidKeyId: {} is disabled.", arn(&key));
    assert_repeats(&put(&mut cloud, "alias/shop").refusal(), &disabled, "DisabledException");
    let inherited = json!({ "Name": "A", "Value": "2", "Overwrite": true });
    assert_repeats(&cloud.ssm("PutParameter", inherited.clone()).refusal(), &disabled, "DisabledException");
    cloud.kms("ScheduleKeyDeletion", json!({ "KeyId": key })).done();
    let pending = format!("InvalidKeyId: {} is pending deletion.", arn(&key));
    assert_repeats(&cloud.ssm("PutParameter", inherited).refusal(), &pending, "KMSInvalidStateException");
    let plain = json!({ "Name": "B", "Value": "1", "Type": "String" });
    cloud.ssm("PutParameter", plain).done();
}

#[test]
fn a_parameter_is_decrypted_with_the_key_that_encrypted_it() {
    let mut cloud = Cloud::new();
    let key = cloud.key("alias/shop");
    put(&mut cloud, "alias/shop").done();
    let reads = [
        ("GetParameter", json!({ "Name": "A" })),
        ("GetParameters", json!({ "Names": ["A"] })),
        ("GetParametersByPath", json!({ "Path": "/" })),
        ("GetParameterHistory", json!({ "Name": "A" })),
    ];
    let read = |cloud: &mut Cloud, number: usize| {
        let (operation, mut body) = reads[number].clone();
        body["WithDecryption"] = json!(true);
        cloud.ssm(operation, body)
    };
    // Another key under the same name changes nothing for what is encrypted.
    let other = cloud.kms("CreateKey", json!({})).done()["KeyMetadata"]["KeyId"].clone();
    cloud.kms("UpdateAlias", json!({ "AliasName": "alias/shop", "TargetKeyId": other })).done();
    cloud.kms("DisableKey", json!({ "KeyId": other })).done();
    for number in 0..reads.len() {
        read(&mut cloud, number).done();
    }
    cloud.kms("DisableKey", json!({ "KeyId": key })).done();
    let disabled = format!("InvalidKeyId: {} is disabled.", arn(&key));
    for (number, (operation, body)) in reads.clone().into_iter().enumerate() {
        assert_repeats(&read(&mut cloud, number).refusal(), &disabled, "DisabledException");
        cloud.ssm(operation, body).done();
    }
    cloud.kms("EnableKey", json!({ "KeyId": key })).done();
    read(&mut cloud, 0).done();
    cloud.kms("ScheduleKeyDeletion", json!({ "KeyId": key, "PendingWindowInDays": 7 })).done();
    cloud.wait(7 * 24 * 60 * 60 * 1000);
    let gone = format!("InvalidKeyId: Key '{}' does not exist", arn(&key));
    assert_repeats(&read(&mut cloud, 1).refusal(), &gone, "NotFoundException");
}

#[test]
fn a_secret_is_encrypted_with_a_key_that_can_be_used() {
    let mut cloud = Cloud::new();
    let create = |name: &str, key: &str| json!({ "Name": name, "SecretString": "1", "ClientRequestToken": token(1), "KmsKeyId": key });
    let invalid = "InvalidParameterException: The operation failed because of an invalid KMS key:";
    let missing = format!("{invalid} Alias arn:aws:kms:{REGION}:{ACCOUNT}:alias/shop is not found.");
    assert_eq!(cloud.secrets("CreateSecret", create("a", "alias/shop")).refusal(), missing);
    let empty = json!({ "Name": "a", "KmsKeyId": "shop" });
    assert_eq!(cloud.secrets("CreateSecret", empty).refusal(), format!("{invalid} Invalid keyId 'shop'"));
    let key = cloud.key("alias/shop");
    cloud.secrets("CreateSecret", create("a", "alias/shop")).done();
    cloud.kms("DisableKey", json!({ "KeyId": key })).done();
    let cannot =
        format!("EncryptionFailure: Secrets Manager can't encrypt the secret value: {} is disabled.", arn(&key));
    assert_repeats(&cloud.secrets("CreateSecret", create("b", &key)).refusal(), &cannot, "DisabledException");
    let put = json!({ "SecretId": "a", "SecretString": "2", "ClientRequestToken": token(2) });
    for operation in ["PutSecretValue", "UpdateSecret"] {
        assert_repeats(&cloud.secrets(operation, put.clone()).refusal(), &cannot, "DisabledException");
    }
    cloud.secrets("UpdateSecret", json!({ "SecretId": "a", "Description": "new" })).done();
}

#[test]
fn a_secret_is_decrypted_with_the_key_that_encrypted_it() {
    let mut cloud = Cloud::new();
    let key = cloud.key("alias/shop");
    let create = json!({ "Name": "a", "SecretString": "1", "ClientRequestToken": token(1), "KmsKeyId": "alias/shop" });
    cloud.secrets("CreateSecret", create).done();
    let id = json!({ "SecretId": "a" });
    let cannot = format!("Secrets Manager can't decrypt the secret value: {} is disabled.", arn(&key));
    cloud.kms("DisableKey", json!({ "KeyId": key })).done();
    let refused = cloud.secrets("GetSecretValue", id.clone()).refusal();
    assert_repeats(&refused, &format!("DecryptionFailure: {cannot}"), "DisabledException");
    let batch = cloud.secrets("BatchGetSecretValue", json!({ "SecretIdList": ["a"] })).done();
    assert_eq!(batch["Errors"][0]["ErrorCode"], "DecryptionFailure");
    let other = json!({ "SecretId": "a", "KmsKeyId": "alias/aws/secretsmanager" });
    assert_eq!(cloud.secrets("UpdateSecret", other.clone()).code(), "DecryptionFailure", "it has to be read first");
    cloud.kms("EnableKey", json!({ "KeyId": key })).done();
    cloud.secrets("UpdateSecret", other).done();
    cloud.kms("DisableKey", json!({ "KeyId": key })).done();
    assert_eq!(cloud.secrets("GetSecretValue", id).done()["SecretString"], "1", "the old key is not needed any more");
}

/// A world that an earlier version of this program kept knows no keys; what it holds can be read as before.
#[test]
fn what_was_encrypted_before_there_was_kms_can_be_read() {
    let mut cloud = Cloud::new();
    cloud.key("alias/shop");
    put(&mut cloud, "alias/shop").done();
    let create = json!({ "Name": "a", "SecretString": "1", "ClientRequestToken": token(1), "KmsKeyId": "alias/shop" });
    cloud.secrets("CreateSecret", create).done();
    let mut kept: Value = serde_json::from_slice(&cloud.bytes()).expect("JSON");
    let region = &mut kept["accounts"][ACCOUNT]["regions"][REGION];
    region.as_object_mut().expect("a region").remove("kms");
    for path in ["/ssm/parameters/A/versions/0", "/secretsmanager/secrets/a/versions/0"] {
        let version = region.pointer_mut(path).and_then(Value::as_object_mut).expect("a version");
        version.remove("encrypted_with").expect("a key");
    }
    cloud.world = serde_json::from_value(kept).expect("a world");
    let read = cloud.ssm("GetParameter", json!({ "Name": "A", "WithDecryption": true })).done();
    assert_eq!(read["Parameter"]["Value"], "1");
    assert_eq!(cloud.secrets("GetSecretValue", json!({ "SecretId": "a" })).done()["SecretString"], "1");
}

fn key(owner: &Signed, tag: &str) -> String {
    let body = json!({ "Tags": [{ "TagKey": "application", "TagValue": tag }] });
    let made = owner.json("kms", "CreateKey", body).expect("a key");
    made["KeyMetadata"]["KeyId"].as_str().expect("an id").to_owned()
}

#[test]
fn keys_are_allowed_by_their_arns_their_tags_and_their_aliases() {
    let statements = json!([
        { "Effect": "Allow", "Action": ["kms:DescribeKey", "kms:CreateAlias"], "Resource": "*",
          "Condition": { "StringEquals": { "aws:ResourceTag/application": "shop" } } },
        { "Effect": "Allow", "Action": "kms:CreateAlias",
          "Resource": format!("arn:aws:kms:{REGION}:{ACCOUNT}:alias/shop") },
        { "Effect": "Allow", "Action": "kms:DisableKey", "Resource": "*",
          "Condition": { "ForAnyValue:StringEquals": { "kms:ResourceAliases": ["alias/shop"] } } },
        { "Effect": "Allow", "Action": "kms:CreateKey", "Resource": "*" },
    ]);
    let (ci, owner) = Signed::user(&statements);
    let (ours, theirs) = (key(&owner, "shop"), key(&owner, "other"));
    let ask = |operation: &str, body: Value| ci.json("kms", operation, body).map(drop).map_err(|refused| refused.code);
    let denied = Err("AccessDeniedException".to_owned());
    assert_eq!(ask("DescribeKey", json!({ "KeyId": ours })), Ok(()));
    assert_eq!(ask("DescribeKey", json!({ "KeyId": theirs })), denied);
    assert_eq!(ask("DisableKey", json!({ "KeyId": ours })), denied, "it has no alias yet");
    let alias = |name: &str, key: &str| json!({ "AliasName": name, "TargetKeyId": key });
    assert_eq!(ask("CreateAlias", alias("alias/other", &ours)), denied, "another alias");
    assert_eq!(ask("CreateAlias", alias("alias/shop", &theirs)), denied, "another key");
    assert_eq!(ask("CreateAlias", alias("alias/shop", &ours)), Ok(()));
    assert_eq!(ask("DisableKey", json!({ "KeyId": ours })), Ok(()));
    assert_eq!(ask("ListKeys", json!({})), denied);
    assert_eq!(ask("CreateKey", json!({})), Ok(()));
    assert_eq!(ask("CreateKey", json!({ "Tags": [{ "TagKey": "a", "TagValue": "" }] })), denied, "tags are an action");
}

#[test]
fn whoever_uses_a_key_through_a_service_needs_the_key_too() {
    let own = json!({ "Effect": "Allow", "Action": ["ssm:*", "secretsmanager:*"], "Resource": "*" });
    let through = |service: &str, actions: Value| {
        let via = format!("{service}.{REGION}.amazonaws.com");
        json!({ "Effect": "Allow", "Action": actions, "Resource": "*", "Condition": { "StringEquals": { "kms:ViaService": via } } })
    };
    let put = |by: &Signed, key: &str| {
        let body = json!({ "Name": "A", "Value": "1", "Type": "SecureString", "KeyId": key, "Overwrite": true });
        by.json("ssm", "PutParameter", body).map(drop).map_err(|refused| refused.message)
    };
    let get = |by: &Signed, decrypt: bool| {
        let body = json!({ "Names": ["A"], "WithDecryption": decrypt });
        by.json("ssm", "GetParameters", body).map(drop).map_err(|refused| refused.message)
    };
    let (nobody, owner) = Signed::user(&json!([own]));
    let of_owner = key(&owner, "shop");
    put(&nobody, "alias/aws/ssm").expect("the key of AWS is everybody's");
    get(&nobody, true).expect("the key of AWS is everybody's");
    assert!(put(&nobody, &of_owner).expect_err("no kms:Encrypt").contains("kms:Encrypt on resource: arn:aws:kms"));
    put(&owner, &of_owner).expect("the owner may do everything");
    get(&nobody, false).expect("nothing is decrypted");
    assert!(get(&nobody, true).expect_err("no kms:Decrypt").contains("kms:Decrypt on resource: arn:aws:kms"));
    let (reader, owner) = Signed::user(&json!([own, through("ssm", json!(["kms:Encrypt", "kms:Decrypt"]))]));
    put(&reader, &key(&owner, "shop")).expect("kms:Encrypt");
    get(&reader, true).expect("kms:Decrypt");

    let create = |by: &Signed, key: &str| {
        let body = json!({ "Name": "a", "SecretString": "1", "ClientRequestToken": token(1), "KmsKeyId": key });
        by.json("secretsmanager", "CreateSecret", body).map(drop).map_err(|refused| refused.message)
    };
    let words = Err("Access to KMS is not allowed".to_owned());
    assert_eq!(create(&reader, &key(&owner, "shop")), words, "through another service");
    let (writer, owner) =
        Signed::user(&json!([own, through("secretsmanager", json!(["kms:GenerateDataKey", "kms:Decrypt"]))]));
    create(&writer, &key(&owner, "shop")).expect("kms:GenerateDataKey");
    let value = json!({ "SecretId": "a" });
    writer.json("secretsmanager", "GetSecretValue", value).expect("kms:Decrypt");
}
