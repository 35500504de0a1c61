//! CloudWatch Logs' rules.

use serde_json::{Value, json};

use crate::cloud::{Answer, Cloud};

const ARN: &str = "arn:aws:logs:ap-northeast-1:123456789012:log-group:app";

fn create(cloud: &mut Cloud, name: &str) {
    cloud.logs("CreateLogGroup", json!({ "logGroupName": name })).done();
}

#[test]
fn a_group_is_created_with_tags_and_once() {
    let mut cloud = Cloud::new();
    let body = json!({ "logGroupName": "app", "tags": { "application": "app" } });
    cloud.logs("CreateLogGroup", body.clone()).done();
    assert_eq!(cloud.logs("CreateLogGroup", body).code(), "ResourceAlreadyExistsException");
    let described = cloud.logs("DescribeLogGroups", json!({})).done();
    assert_eq!(described["logGroups"][0]["arn"], format!("{ARN}:*"));
    assert_eq!(described["logGroups"][0]["logGroupArn"], ARN);
    assert_eq!(cloud.logs("ListTagsForResource", json!({ "resourceArn": ARN })).done()["tags"]["application"], "app");
    let starred = json!({ "resourceArn": format!("{ARN}:*") });
    assert_eq!(cloud.logs("ListTagsForResource", starred).code(), "InvalidParameterException");
    assert_eq!(cloud.logs("CreateLogGroup", json!({ "logGroupName": "a b" })).code(), "InvalidParameterException");
}

#[test]
fn groups_are_found_by_prefix_or_pattern_page_by_page() {
    let mut cloud = Cloud::new();
    for name in ["app-a", "app-b", "other-App"] {
        create(&mut cloud, name);
    }
    let mut count = |body: Value| cloud.logs("DescribeLogGroups", body).done()["logGroups"].as_array().map(Vec::len);
    assert_eq!(count(json!({ "logGroupNamePrefix": "app" })), Some(2));
    assert_eq!(count(json!({ "logGroupNamePattern": "app" })), Some(3));
    let both = json!({ "logGroupNamePrefix": "a", "logGroupNamePattern": "b" });
    assert_eq!(cloud.logs("DescribeLogGroups", both).code(), "InvalidParameterException");
    let first = cloud.logs("DescribeLogGroups", json!({ "limit": 2 })).done();
    let second = cloud.logs("DescribeLogGroups", json!({ "limit": 2, "nextToken": first["nextToken"] })).done();
    assert_eq!(second["logGroups"][0]["logGroupName"], "other-App");
    assert_eq!(second.get("nextToken"), None);
}

#[test]
fn retention_is_one_of_the_allowed_numbers() {
    let mut cloud = Cloud::new();
    create(&mut cloud, "app");
    let body = |days: u32| json!({ "logGroupName": "app", "retentionInDays": days });
    assert_eq!(cloud.logs("PutRetentionPolicy", body(8)).code(), "InvalidParameterException");
    cloud.logs("PutRetentionPolicy", body(7)).done();
    assert_eq!(cloud.logs("DescribeLogGroups", json!({})).done()["logGroups"][0]["retentionInDays"], 7);
    cloud.logs("DeleteRetentionPolicy", json!({ "logGroupName": "app" })).done();
    assert_eq!(cloud.logs("DescribeLogGroups", json!({})).done()["logGroups"][0].get("retentionInDays"), None);
    let missing = json!({ "logGroupName": "none", "retentionInDays": 7 });
    assert_eq!(cloud.logs("PutRetentionPolicy", missing).code(), "ResourceNotFoundException");
}

#[test]
fn a_group_is_encrypted_with_a_key_and_with_it_no_longer() {
    let mut cloud = Cloud::new();
    create(&mut cloud, "app");
    let key = "arn:aws:kms:ap-northeast-1:123456789012:key/0e1c";
    let associate = |group: &str, key: &str| json!({ "logGroupName": group, "kmsKeyId": key });
    assert_eq!(cloud.logs("AssociateKmsKey", associate("app", "0e1c")).code(), "InvalidParameterException");
    let with_key = json!({ "logGroupName": "other", "kmsKeyId": "0e1c" });
    assert_eq!(cloud.logs("CreateLogGroup", with_key).code(), "InvalidParameterException");
    assert_eq!(cloud.logs("AssociateKmsKey", associate("none", key)).code(), "ResourceNotFoundException");
    cloud.logs("AssociateKmsKey", associate("app", key)).done();
    assert_eq!(cloud.logs("DescribeLogGroups", json!({})).done()["logGroups"][0]["kmsKeyId"], key);
    cloud.logs("DisassociateKmsKey", json!({ "logGroupName": "app" })).done();
    assert_eq!(cloud.logs("DescribeLogGroups", json!({})).done()["logGroups"][0].get("kmsKeyId"), None);
}

#[test]
fn tags_come_and_go() {
    let mut cloud = Cloud::new();
    create(&mut cloud, "app");
    cloud.logs("TagResource", json!({ "resourceArn": ARN, "tags": { "a": "1", "b": "2" } })).done();
    cloud.logs("UntagResource", json!({ "resourceArn": ARN, "tagKeys": ["a"] })).done();
    assert_eq!(
        cloud.logs("ListTagsForResource", json!({ "resourceArn": ARN })).done(),
        json!({ "tags": { "b": "2" } })
    );
}

#[test]
fn tags_come_and_go_by_the_name_of_the_group() {
    let mut cloud = Cloud::new();
    let of = |tags: Value| json!({ "logGroupName": "app", "tags": tags });
    let list = json!({ "logGroupName": "app" });
    for operation in ["TagLogGroup", "UntagLogGroup", "ListTagsLogGroup"] {
        let body = match operation {
            "TagLogGroup" => of(json!({ "a": "1" })),
            "UntagLogGroup" => of(json!(["a"])),
            _ => list.clone(),
        };
        assert_eq!(cloud.logs(operation, body).code(), "ResourceNotFoundException", "{operation}");
    }
    create(&mut cloud, "app");
    cloud.logs("TagLogGroup", of(json!({ "a": "1", "b": "2" }))).done();
    cloud.logs("UntagLogGroup", of(json!(["a", "c"]))).done();
    assert_eq!(cloud.logs("ListTagsLogGroup", list).done(), json!({ "tags": { "b": "2" } }));
    assert_eq!(cloud.logs("TagLogGroup", of(json!({}))).code(), "InvalidParameterException");
    assert_eq!(cloud.logs("UntagLogGroup", of(json!([]))).code(), "InvalidParameterException");
    let many = |from: usize| (from..from + 26).map(|number| (format!("k{number}"), json!(""))).collect::<Value>();
    cloud.logs("TagLogGroup", of(many(0))).done();
    assert_eq!(cloud.logs("TagLogGroup", of(many(26))).code(), "InvalidParameterException");
}

#[test]
fn a_deleted_group_is_gone() {
    let mut cloud = Cloud::new();
    create(&mut cloud, "app");
    cloud.logs("DeleteLogGroup", json!({ "logGroupName": "app" })).done();
    assert_eq!(cloud.logs("DeleteLogGroup", json!({ "logGroupName": "app" })).code(), "ResourceNotFoundException");
}

#[test]
fn events_are_put_read_and_searched() {
    let mut cloud = Cloud::new();
    create(&mut cloud, "app");
    let stream = json!({ "logGroupName": "app", "logStreamName": "s" });
    cloud.logs("CreateLogStream", stream.clone()).done();
    assert_eq!(cloud.logs("CreateLogStream", stream.clone()).code(), "ResourceAlreadyExistsException");
    let put = |events: Value| json!({ "logGroupName": "app", "logStreamName": "s", "logEvents": events });
    let now = cloud.now.0;
    let events = json!([{ "timestamp": now, "message": "one error" }, { "timestamp": now + 1, "message": "two" }]);
    cloud.logs("PutLogEvents", put(events)).done();
    let backwards = json!([{ "timestamp": 2, "message": "b" }, { "timestamp": 1, "message": "a" }]);
    assert_eq!(cloud.logs("PutLogEvents", put(backwards)).code(), "InvalidParameterException");
    let mut body = json!({ "logGroupName": "app", "logStreamName": "s", "startFromHead": true, "limit": 1 });
    let first = cloud.logs("GetLogEvents", body.clone()).done();
    assert_eq!(first["events"][0]["message"], "one error");
    body["nextToken"] = first["nextForwardToken"].clone();
    let second = cloud.logs("GetLogEvents", body.clone()).done();
    assert_eq!(second["events"][0]["message"], "two");
    body["nextToken"] = second["nextForwardToken"].clone();
    let end = cloud.logs("GetLogEvents", body).done();
    assert_eq!((&end["events"], &end["nextForwardToken"]), (&json!([]), &second["nextForwardToken"]));
    let search = cloud.logs("FilterLogEvents", json!({ "logGroupName": "app", "filterPattern": "error" })).done();
    assert_eq!(search["events"].as_array().map(Vec::len), Some(1));
    let streams = cloud.logs("DescribeLogStreams", json!({ "logGroupName": "app" })).done();
    assert_eq!(streams["logStreams"][0]["lastEventTimestamp"], now + 1);
}

#[test]
fn a_search_has_bounds() {
    let mut cloud = Cloud::new();
    create(&mut cloud, "app");
    let stream = json!({ "logGroupName": "app", "logStreamName": "s" });
    cloud.logs("CreateLogStream", stream).done();
    let now = cloud.now.0;
    let events = json!([{ "timestamp": now, "message": "a" }, { "timestamp": now + 1, "message": "b" }]);
    let put = json!({ "logGroupName": "app", "logStreamName": "s", "logEvents": events });
    cloud.logs("PutLogEvents", put).done();
    let until = json!({ "logGroupName": "app", "endTime": now });
    assert_eq!(cloud.logs("FilterLogEvents", until).done()["events"].as_array().map(Vec::len), Some(1));
    let long = "s".repeat(513);
    for (operation, member, value) in [
        ("FilterLogEvents", "logStreamNames", json!(vec!["s"; 101])),
        ("FilterLogEvents", "logStreamNamePrefix", json!(long)),
        ("FilterLogEvents", "filterPattern", json!("p".repeat(1025))),
        ("DescribeLogStreams", "logStreamNamePrefix", json!(long)),
    ] {
        let mut body = json!({ "logGroupName": "app" });
        body[member] = value;
        assert_eq!(cloud.logs(operation, body).code(), "InvalidParameterException", "{operation} {member}");
    }
    let both = json!({ "logGroupName": "app", "logStreamNames": ["s"], "logStreamNamePrefix": "s" });
    assert_eq!(cloud.logs("FilterLogEvents", both).code(), "InvalidParameterException");
    for (member, value) in [
        ("logGroupNamePrefix", json!(long)),
        ("logGroupNamePattern", json!(long)),
        ("logGroupClass", json!("none")),
        ("logGroupIdentifiers", json!(vec!["app"; 51])),
    ] {
        let mut body = json!({});
        body[member] = value;
        assert_eq!(cloud.logs("DescribeLogGroups", body).code(), "InvalidParameterException", "{member}");
    }
    let keys = json!({ "resourceArn": ARN, "tagKeys": vec!["k"; 51] });
    assert_eq!(cloud.logs("UntagResource", keys).code(), "InvalidParameterException");
}

#[test]
fn events_of_another_time_are_passed_over_and_named() {
    const DAY: u64 = 86_400_000;
    let mut cloud = Cloud::new();
    create(&mut cloud, "app");
    let stream = json!({ "logGroupName": "app", "logStreamName": "s" });
    cloud.logs("CreateLogStream", stream.clone()).done();
    let now = cloud.now.0;
    let mut put = |times: &[u64]| {
        let events: Vec<_> = times.iter().map(|at| json!({ "timestamp": at, "message": "m" })).collect();
        let body = json!({ "logGroupName": "app", "logStreamName": "s", "logEvents": events });
        cloud.logs("PutLogEvents", body).done().get("rejectedLogEventsInfo").cloned()
    };
    assert_eq!(put(&[now - 14 * DAY, now - 14 * DAY + 1]), None);
    assert_eq!(put(&[now, now + 7_200_000]), None);
    assert_eq!(put(&[now, now + 7_200_001]), Some(json!({ "tooNewLogEventStartIndex": 1 })));
    assert_eq!(put(&[now - 14 * DAY - 1, now - 14 * DAY]), Some(json!({ "tooOldLogEventEndIndex": 1 })));
    let kept = cloud.logs("GetLogEvents", stream).done();
    assert_eq!(kept["events"].as_array().map(Vec::len), Some(6));
    cloud.logs("PutRetentionPolicy", json!({ "logGroupName": "app", "retentionInDays": 1 })).done();
    let events = json!([{ "timestamp": now - DAY - 1, "message": "a" }, { "timestamp": now - DAY, "message": "b" }]);
    let body = json!({ "logGroupName": "app", "logStreamName": "s", "logEvents": events });
    let reply = cloud.logs("PutLogEvents", body).done();
    assert_eq!(reply["rejectedLogEventsInfo"], json!({ "expiredLogEventEndIndex": 1 }));
}

#[test]
fn a_batch_has_a_size_and_a_span() {
    let mut cloud = Cloud::new();
    create(&mut cloud, "app");
    cloud.logs("CreateLogStream", json!({ "logGroupName": "app", "logStreamName": "s" })).done();
    let now = cloud.now.0;
    let mut put = |events: Value| {
        cloud.logs("PutLogEvents", json!({ "logGroupName": "app", "logStreamName": "s", "logEvents": events }))
    };
    let of = |bytes: usize| json!([{ "timestamp": now, "message": "m".repeat(bytes - 26) }]);
    put(of(1_048_576)).done();
    assert_eq!(put(of(1_048_577)).code(), "InvalidParameterException");
    let over = |milliseconds: u64| json!([{ "timestamp": now - milliseconds, "message": "a" }, { "timestamp": now, "message": "b" }]);
    put(over(24 * 3_600_000)).done();
    assert_eq!(put(over(24 * 3_600_000 + 1)).code(), "InvalidParameterException");
    assert_eq!(put(json!([])).code(), "InvalidParameterException");
}
