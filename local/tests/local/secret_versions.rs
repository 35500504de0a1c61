//! Versions of secrets, and the labels that say which one is current.

use serde_json::{Value, json};

use crate::cloud::{Answer, Cloud};
use crate::secrets::{create, token, value};

fn put(cloud: &mut Cloud, number: usize, more: Value) -> Result<Value, deploy_local::error::ApiError> {
    let mut body =
        json!({ "SecretId": "a", "SecretString": format!("v{number}"), "ClientRequestToken": token(number) });
    for (name, value) in more.as_object().expect("members") {
        body[name] = value.clone();
    }
    cloud.secrets("PutSecretValue", body)
}

/// A secret whose first version has the number 0.
fn secret() -> Cloud {
    let mut cloud = Cloud::new();
    create(&mut cloud, "a", "v0");
    cloud
}

/// The labels of each version, oldest first: `0:AWSPREVIOUS 1:AWSCURRENT`.
fn stages(cloud: &mut Cloud) -> String {
    let reply = cloud.secrets("ListSecretVersionIds", json!({ "SecretId": "a", "IncludeDeprecated": true })).done();
    let versions = reply["Versions"].as_array().expect("a list").iter();
    let shown = versions.map(|version| {
        let number = version["VersionId"].as_str().expect("an id").trim_start_matches('0');
        let stages = version["VersionStages"].as_array().into_iter().flatten().filter_map(Value::as_str);
        format!("{}:{}", if number.is_empty() { "0" } else { number }, stages.collect::<Vec<_>>().join("+"))
    });
    shown.collect::<Vec<_>>().join(" ")
}

fn move_stage(
    cloud: &mut Cloud,
    stage: &str,
    from: Option<usize>,
    to: Option<usize>,
) -> Result<Value, deploy_local::error::ApiError> {
    let mut body = json!({ "SecretId": "a", "VersionStage": stage });
    if let Some(from) = from {
        body["RemoveFromVersionId"] = json!(token(from));
    }
    if let Some(to) = to {
        body["MoveToVersionId"] = json!(token(to));
    }
    cloud.secrets("UpdateSecretVersionStage", body)
}

#[test]
fn every_put_moves_current_and_previous() {
    let mut cloud = secret();
    assert_eq!(put(&mut cloud, 1, json!({})).done()["VersionStages"], json!(["AWSCURRENT"]));
    assert_eq!(stages(&mut cloud), "0:AWSPREVIOUS 1:AWSCURRENT");
    let update = json!({ "SecretId": "a", "SecretString": "v2", "ClientRequestToken": token(2) });
    assert_eq!(cloud.secrets("UpdateSecret", update).done()["VersionId"], token(2));
    assert_eq!(stages(&mut cloud), "0: 1:AWSPREVIOUS 2:AWSCURRENT");
    assert_eq!(value(&mut cloud, "a"), "v2");
    let mut read = |body: Value| {
        let mut request = json!({ "SecretId": "a" });
        request.as_object_mut().expect("members").extend(body.as_object().expect("members").clone());
        cloud.secrets("GetSecretValue", request)
    };
    assert_eq!(read(json!({ "VersionStage": "AWSPREVIOUS" })).done()["SecretString"], "v1");
    let oldest = read(json!({ "VersionId": token(0) })).done();
    assert_eq!((&oldest["SecretString"], oldest.get("VersionStages")), (&json!("v0"), None));
    assert_eq!(read(json!({ "VersionId": token(1), "VersionStage": "AWSPREVIOUS" })).done()["SecretString"], "v1");
    let mismatch = read(json!({ "VersionId": token(1), "VersionStage": "AWSCURRENT" })).refusal();
    let words =
        "InvalidRequestException: You provided a VersionStage that is not associated to the provided VersionId.";
    assert_eq!(mismatch, words);
    let missing = "ResourceNotFoundException: Secrets Manager can't find the specified secret value for";
    assert_eq!(read(json!({ "VersionStage": "x" })).refusal(), format!("{missing} staging label: x"));
    let id = token(9);
    assert_eq!(read(json!({ "VersionId": id })).refusal(), format!("{missing} VersionId: {id}"));
    assert_eq!(read(json!({ "VersionId": "short" })).code(), "ValidationException");
}

#[test]
fn a_token_makes_one_version() {
    let mut cloud = secret();
    let first = put(&mut cloud, 1, json!({})).done();
    put(&mut cloud, 2, json!({})).done();
    let again = put(&mut cloud, 1, json!({})).done();
    assert_eq!(again["VersionId"], first["VersionId"]);
    assert_eq!(stages(&mut cloud), "0: 1:AWSPREVIOUS 2:AWSCURRENT", "the same request does nothing");
    assert_eq!(put(&mut cloud, 1, json!({ "SecretString": "x" })).code(), "ResourceExistsException");
    let update = json!({ "SecretId": "a", "SecretString": "v1", "ClientRequestToken": token(1) });
    assert_eq!(cloud.secrets("UpdateSecret", update).code(), "ResourceExistsException");
    assert_eq!(stages(&mut cloud), "0: 1:AWSPREVIOUS 2:AWSCURRENT");
}

#[test]
fn a_token_must_be_there_and_has_32_to_64_characters() {
    let mut cloud = secret();
    let words = "InvalidRequestException: You must provide a ClientRequestToken value. We recommend a UUID-type value.";
    for (operation, id) in [("CreateSecret", "Name"), ("PutSecretValue", "SecretId"), ("UpdateSecret", "SecretId")] {
        let mut body = json!({ "SecretString": "1" });
        body[id] = json!("b");
        assert_eq!(cloud.secrets(operation, body.clone()).refusal(), words, "{operation}");
        for length in [31, 65] {
            body["ClientRequestToken"] = json!("t".repeat(length));
            assert_eq!(cloud.secrets(operation, body.clone()).code(), "InvalidParameterException", "{operation}");
        }
    }
    for (number, length) in [32, 64].into_iter().enumerate() {
        put(&mut cloud, number + 1, json!({ "ClientRequestToken": "t".repeat(length) })).done();
    }
}

#[test]
fn a_put_needs_a_value_and_labels_that_are_some() {
    let mut cloud = secret();
    let body = json!({ "SecretId": "a", "ClientRequestToken": token(1) });
    assert_eq!(cloud.secrets("PutSecretValue", body).code(), "InvalidRequestException");
    let mut code = |stages: Value| put(&mut cloud, 1, json!({ "VersionStages": stages })).code();
    assert_eq!(code(json!([])), "ValidationException");
    assert_eq!(code(json!([""])), "ValidationException");
    assert_eq!(code(json!(["s".repeat(257)])), "ValidationException");
    assert_eq!(code((0..21).map(|number| format!("s{number}")).collect()), "ValidationException");
}

/// What AWS answered to LocalStack's authors.
#[test]
fn labels_move_with_a_put() {
    let mut cloud = secret();
    put(&mut cloud, 1, json!({ "VersionStages": ["one", "two", "three"] })).done();
    assert_eq!(stages(&mut cloud), "0:AWSCURRENT 1:one+three+two");
    put(&mut cloud, 2, json!({ "VersionStages": ["one", "two", "four"] })).done();
    assert_eq!(stages(&mut cloud), "0:AWSCURRENT 1:three 2:four+one+two");
    put(&mut cloud, 3, json!({ "VersionStages": ["AWSPENDING"] })).done();
    move_stage(&mut cloud, "AWSCURRENT", Some(0), Some(3)).done();
    assert_eq!(stages(&mut cloud), "0:AWSPREVIOUS 1:three 2:four+one+two 3:AWSCURRENT+AWSPENDING");
    put(&mut cloud, 4, json!({})).done();
    assert_eq!(stages(&mut cloud), "0: 1:three 2:four+one+two 3:AWSPREVIOUS 4:AWSCURRENT");
}

#[test]
fn the_first_version_is_the_current_one_whatever_else_it_is() {
    let mut cloud = Cloud::new();
    cloud.secrets("CreateSecret", json!({ "Name": "a" })).done();
    put(&mut cloud, 1, json!({ "VersionStages": ["x"] })).done();
    assert_eq!(stages(&mut cloud), "1:AWSCURRENT+x");
}

#[test]
fn a_label_leaves_a_version_only_if_the_request_says_so() {
    let mut cloud = secret();
    put(&mut cloud, 1, json!({})).done();
    let held = move_stage(&mut cloud, "AWSCURRENT", None, Some(0)).refusal();
    let words = format!(
        "InvalidParameterException: The parameter RemoveFromVersionId can't be empty. Staging label AWSCURRENT is currently \
         attached to version {}, so you must explicitly reference that version in RemoveFromVersionId.",
        token(1)
    );
    assert_eq!(held, words);
    assert_eq!(move_stage(&mut cloud, "AWSCURRENT", Some(0), Some(0)).code(), "InvalidParameterException");
    let removed = move_stage(&mut cloud, "AWSCURRENT", Some(1), None).refusal();
    let words = "InvalidParameterException: You can only move staging label AWSCURRENT to a different secret version. It \
                 can\u{2019}t be completely removed.";
    assert_eq!(removed, words);
    assert_eq!(move_stage(&mut cloud, "x", None, None).code(), "InvalidParameterException");
    assert_eq!(move_stage(&mut cloud, "x", Some(1), None).code(), "InvalidParameterException");
    assert_eq!(move_stage(&mut cloud, "x", None, Some(7)).code(), "ResourceNotFoundException");
    move_stage(&mut cloud, "AWSCURRENT", Some(1), Some(0)).done();
    assert_eq!(stages(&mut cloud), "0:AWSCURRENT 1:AWSPREVIOUS", "the way back");
    move_stage(&mut cloud, "x", None, Some(1)).done();
    assert_eq!(stages(&mut cloud), "0:AWSCURRENT 1:AWSPREVIOUS+x");
    move_stage(&mut cloud, "x", Some(1), Some(0)).done();
    move_stage(&mut cloud, "AWSPREVIOUS", Some(1), None).done();
    assert_eq!(stages(&mut cloud), "0:AWSCURRENT+x 1:", "deprecated");
    let listed = cloud.secrets("ListSecretVersionIds", json!({ "SecretId": "a" })).done();
    assert_eq!(listed["Versions"].as_array().map(Vec::len), Some(1), "deprecated versions are shown on demand");
}

#[test]
fn all_versions_of_a_secret_have_twenty_labels_together() {
    let mut cloud = secret();
    let labels: Vec<String> = (0..19).map(|number| format!("s{number}")).collect();
    put(&mut cloud, 1, json!({ "VersionStages": labels })).done();
    assert_eq!(put(&mut cloud, 2, json!({ "VersionStages": ["more"] })).code(), "LimitExceededException");
    assert_eq!(move_stage(&mut cloud, "more", None, Some(0)).code(), "LimitExceededException");
    put(&mut cloud, 2, json!({ "VersionStages": ["s0"] })).done();
}

#[test]
fn a_hundred_versions_are_kept_and_those_of_a_day() {
    let mut cloud = secret();
    for number in 1..100 {
        put(&mut cloud, number, json!({})).done();
    }
    assert_eq!(put(&mut cloud, 100, json!({})).code(), "LimitExceededException");
    cloud.wait(24 * 60 * 60 * 1000);
    put(&mut cloud, 100, json!({})).done();
    let body = json!({ "SecretId": "a", "IncludeDeprecated": true });
    let reply = cloud.secrets("ListSecretVersionIds", body.clone()).done();
    let versions = reply["Versions"].as_array().expect("a list");
    assert_eq!((versions.len(), &versions[0]["VersionId"]), (100, &json!(token(1))), "the oldest one went");
    let (mut seen, mut page) = (0, body);
    page["MaxResults"] = json!(33);
    loop {
        let reply = cloud.secrets("ListSecretVersionIds", page.clone()).done();
        seen += reply["Versions"].as_array().map_or(0, Vec::len);
        match reply.get("NextToken") {
            Some(token) => page["NextToken"] = token.clone(),
            None => break,
        }
    }
    assert_eq!(seen, 100);
    let wrong = json!({ "SecretId": "a", "NextToken": "x" });
    assert_eq!(cloud.secrets("ListSecretVersionIds", wrong).code(), "InvalidNextTokenException");
}

#[test]
fn a_new_key_takes_over_the_versions_in_use() {
    let mut cloud = secret();
    for number in 1..3 {
        put(&mut cloud, number, json!({})).done();
    }
    cloud.secrets("UpdateSecret", json!({ "SecretId": "a", "KmsKeyId": "alias/shop" })).done();
    let body = json!({ "SecretId": "a", "IncludeDeprecated": true });
    let reply = cloud.secrets("ListSecretVersionIds", body).done();
    let keys: Vec<&Value> = reply["Versions"].as_array().expect("a list").iter().map(|v| &v["KmsKeyIds"]).collect();
    assert_eq!(keys, [&json!(["DefaultEncryptionKey"]), &json!(["alias/shop"]), &json!(["alias/shop"])]);
}

#[test]
fn an_update_without_a_value_makes_no_version() {
    let mut cloud = secret();
    let body = json!({ "SecretId": "a", "Description": "new", "ClientRequestToken": token(1) });
    assert_eq!(cloud.secrets("UpdateSecret", body).done().get("VersionId"), None);
    assert_eq!(stages(&mut cloud), "0:AWSCURRENT");
    let described = cloud.secrets("DescribeSecret", json!({ "SecretId": "a" })).done();
    assert_eq!(described["Description"], "new");
    assert_eq!(cloud.secrets("UpdateSecret", json!({ "SecretId": "b" })).code(), "ResourceNotFoundException");
    let long = json!({ "SecretId": "a", "Description": "x".repeat(2049) });
    assert_eq!(cloud.secrets("UpdateSecret", long).code(), "ValidationException");
}

#[test]
fn a_read_is_remembered_by_its_day() {
    const DAY: f64 = 86_400.0;
    let mut cloud = secret();
    let shown = |cloud: &mut Cloud| {
        let described = cloud.secrets("DescribeSecret", json!({ "SecretId": "a" })).done();
        let listed = cloud.secrets("ListSecretVersionIds", json!({ "SecretId": "a" })).done();
        let day = |value: &Value| value.as_f64();
        assert_eq!(day(&described["LastAccessedDate"]), day(&listed["Versions"][0]["LastAccessedDate"]));
        day(&described["LastAccessedDate"])
    };
    assert_eq!(shown(&mut cloud), None);
    value(&mut cloud, "a");
    let day = shown(&mut cloud).expect("a day");
    assert!(day % DAY == 0.0 && (0.0..DAY).contains(&(1_700_000_000.0 - day)), "{day}");
}
