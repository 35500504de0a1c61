//! How secrets are deleted: at the end of a window, or at once; and what can be done with them until then.

use serde_json::{Value, json};

use crate::cloud::{Answer, Cloud};
use crate::secrets::{create, token, value};

const DAY: u64 = 24 * 60 * 60 * 1000;
const MARKED: &str =
    "InvalidRequestException: You can't perform this operation on the secret because it was marked for deletion.";

fn secret() -> Cloud {
    let mut cloud = Cloud::new();
    create(&mut cloud, "a", "v0");
    cloud
}

fn delete(cloud: &mut Cloud, days: i64) -> Value {
    cloud.secrets("DeleteSecret", json!({ "SecretId": "a", "RecoveryWindowInDays": days })).done()
}

#[test]
fn a_deleted_secret_takes_part_in_nothing() {
    let mut cloud = secret();
    delete(&mut cloud, 7);
    let token = token(1);
    for (operation, mut body) in [
        ("GetSecretValue", json!({})),
        ("PutSecretValue", json!({ "SecretString": "1", "ClientRequestToken": token })),
        ("UpdateSecret", json!({ "Description": "x" })),
        ("UpdateSecretVersionStage", json!({ "VersionStage": "x", "MoveToVersionId": token })),
        ("TagResource", json!({ "Tags": [] })),
        ("UntagResource", json!({ "TagKeys": [] })),
    ] {
        body["SecretId"] = json!("a");
        assert_eq!(cloud.secrets(operation, body).refusal(), MARKED, "{operation}");
    }
    let again = cloud.secrets("DeleteSecret", json!({ "SecretId": "a" })).refusal();
    let words = "InvalidRequestException: You can't perform this operation on the secret because it was already scheduled \
                 for deletion.";
    assert_eq!(again, words);
    cloud.secrets("ListSecretVersionIds", json!({ "SecretId": "a" })).done();
}

#[test]
fn a_deleted_secret_is_shown_on_demand() {
    let mut cloud = secret();
    cloud.wait(1_000);
    let due = 1_700_000_001.0 + 7.0 * 86_400.0;
    assert_eq!(delete(&mut cloud, 7)["DeletionDate"], due);
    let described = cloud.secrets("DescribeSecret", json!({ "SecretId": "a" })).done();
    assert_eq!(described["DeletedDate"], due);
    assert_eq!(cloud.secrets("ListSecrets", json!({})).done()["SecretList"], json!([]));
    let listed = cloud.secrets("ListSecrets", json!({ "IncludePlannedDeletion": true })).done();
    assert_eq!(listed["SecretList"][0]["DeletedDate"], 1_700_000_001.0, "when somebody asked for it");
}

#[test]
fn a_deleted_secret_blocks_its_name_until_its_day_has_come() {
    let mut cloud = secret();
    delete(&mut cloud, 7);
    cloud.wait(7 * DAY - 1);
    let again = json!({ "Name": "a", "SecretString": "new", "ClientRequestToken": token(0) });
    let words = "InvalidRequestException: You can't create this secret because a secret with this name is already \
                 scheduled for deletion.";
    assert_eq!(cloud.secrets("CreateSecret", again.clone()).refusal(), words);
    cloud.wait(1);
    for operation in ["DescribeSecret", "GetSecretValue", "RestoreSecret", "ListSecretVersionIds"] {
        let refused = cloud.secrets(operation, json!({ "SecretId": "a" }));
        assert_eq!(refused.code(), "ResourceNotFoundException", "{operation}");
    }
    let listed = cloud.secrets("ListSecrets", json!({ "IncludePlannedDeletion": true })).done();
    assert_eq!(listed["SecretList"], json!([]));
    cloud.secrets("CreateSecret", again).done();
    assert_eq!(value(&mut cloud, "a"), "new");
}

#[test]
fn a_restored_secret_is_as_it_was() {
    let mut cloud = secret();
    delete(&mut cloud, 30);
    cloud.wait(30 * DAY - 1);
    let restored = cloud.secrets("RestoreSecret", json!({ "SecretId": "a" })).done();
    assert_eq!(restored["Name"], "a");
    assert_eq!(value(&mut cloud, "a"), "v0");
    let described = cloud.secrets("DescribeSecret", json!({ "SecretId": "a" })).done();
    assert_eq!(described.get("DeletedDate"), None);
    cloud.secrets("RestoreSecret", json!({ "SecretId": "a" })).done();
    assert_eq!(cloud.secrets("RestoreSecret", json!({ "SecretId": "b" })).code(), "ResourceNotFoundException");
}

#[test]
fn a_window_has_7_to_30_days_and_30_by_default() {
    let mut cloud = secret();
    for days in [6, 31, -1] {
        let body = json!({ "SecretId": "a", "RecoveryWindowInDays": days });
        assert_eq!(cloud.secrets("DeleteSecret", body).code(), "InvalidParameterException", "{days}");
    }
    let both = json!({ "SecretId": "a", "RecoveryWindowInDays": 7, "ForceDeleteWithoutRecovery": true });
    assert_eq!(cloud.secrets("DeleteSecret", both).code(), "InvalidParameterException");
    assert_eq!(cloud.secrets("DeleteSecret", json!({ "SecretId": "b" })).code(), "ResourceNotFoundException");
    let deleted = cloud.secrets("DeleteSecret", json!({ "SecretId": "a" })).done();
    assert_eq!(deleted["DeletionDate"], 1_700_000_000.0 + 30.0 * 86_400.0);
}

#[test]
fn a_secret_can_be_deleted_at_once() {
    let mut cloud = secret();
    delete(&mut cloud, 7);
    let force = |id: &str| json!({ "SecretId": id, "ForceDeleteWithoutRecovery": true });
    let deleted = cloud.secrets("DeleteSecret", force("a")).done();
    assert_eq!(deleted["DeletionDate"], 1_700_000_000.0);
    assert_eq!(cloud.secrets("DescribeSecret", json!({ "SecretId": "a" })).code(), "ResourceNotFoundException");
    let again = cloud.secrets("DeleteSecret", force("a")).done();
    assert_eq!(again["Name"], "a", "what is not there is deleted as well");
    create(&mut cloud, "a", "new");
    assert_eq!(value(&mut cloud, "a"), "new");
}
