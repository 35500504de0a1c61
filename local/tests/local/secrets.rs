//! Secrets Manager's rules: what a secret is called, what it holds, how it is found and what is said about it.

use serde_json::{Value, json};

use crate::cloud::{Answer, Cloud};

const TOKEN: &str = "00000000-0000-4000-8000-000000000001";

/// A token of its own for each number.
pub fn token(number: usize) -> String {
    format!("{number:032}")
}

pub fn create(cloud: &mut Cloud, name: &str, value: &str) -> Value {
    let number = cloud.world.account(crate::cloud::ACCOUNT).region(crate::cloud::REGION).secretsmanager.secrets.len();
    let body = json!({ "Name": name, "SecretString": value, "ClientRequestToken": token(number) });
    cloud.secrets("CreateSecret", body).done()
}

pub fn value(cloud: &mut Cloud, id: &str) -> Value {
    cloud.secrets("GetSecretValue", json!({ "SecretId": id })).done()["SecretString"].clone()
}

fn names(reply: &Value) -> Vec<&str> {
    let secrets = reply["SecretList"].as_array().expect("a list");
    secrets.iter().map(|secret| secret["Name"].as_str().expect("a name")).collect()
}

#[test]
fn a_secret_comes_back_as_it_was_made() {
    let mut cloud = Cloud::new();
    let body = json!({
        "Name": "shop/db", "SecretString": "hunter2", "ClientRequestToken": TOKEN, "Description": "of the database",
        "KmsKeyId": "0123abcd-0000-4000-8000-000000000000", "Tags": [{ "Key": "application", "Value": "shop" }],
    });
    let made = cloud.secrets("CreateSecret", body).done();
    let arn = made["ARN"].as_str().expect("an ARN").to_owned();
    let (start, suffix) = arn.rsplit_once('-').expect("a hyphen");
    assert_eq!(start, "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:shop/db");
    assert!(suffix.len() == 6 && suffix.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{suffix}");
    assert_eq!(made, json!({ "ARN": arn, "Name": "shop/db", "VersionId": TOKEN }));
    let described = cloud.secrets("DescribeSecret", json!({ "SecretId": "shop/db" })).done();
    let expected = json!({
        "ARN": arn, "Name": "shop/db", "Description": "of the database",
        "KmsKeyId": "0123abcd-0000-4000-8000-000000000000", "Tags": [{ "Key": "application", "Value": "shop" }],
        "CreatedDate": 1_700_000_000.0, "LastChangedDate": 1_700_000_000.0,
        "VersionIdsToStages": { TOKEN: ["AWSCURRENT"] },
    });
    assert_eq!(described, expected);
    let read = cloud.secrets("GetSecretValue", json!({ "SecretId": "shop/db" })).done();
    let expected = json!({
        "ARN": arn, "Name": "shop/db", "SecretString": "hunter2", "VersionId": TOKEN,
        "VersionStages": ["AWSCURRENT"], "CreatedDate": 1_700_000_000.0,
    });
    assert_eq!(read, expected);
}

#[test]
fn a_secret_is_created_once_and_the_same_request_is_answered_again() {
    let mut cloud = Cloud::new();
    let body = |value: &str, token: &str| json!({ "Name": "a", "SecretString": value, "ClientRequestToken": token });
    let made = cloud.secrets("CreateSecret", body("1", &token(1))).done();
    assert_eq!(cloud.secrets("CreateSecret", body("1", &token(1))).done(), made);
    let used = format!(
        "ResourceExistsException: You can't use ClientRequestToken {} because that value is already in use for a version \
         of secret {}.",
        token(1),
        made["ARN"].as_str().expect("an ARN")
    );
    assert_eq!(cloud.secrets("CreateSecret", body("2", &token(1))).refusal(), used);
    let exists = "ResourceExistsException: The operation failed because the secret a already exists.";
    assert_eq!(cloud.secrets("CreateSecret", body("1", &token(2))).refusal(), exists);
    assert_eq!(cloud.secrets("CreateSecret", json!({ "Name": "a" })).refusal(), exists);
}

#[test]
fn a_secret_without_a_value_has_no_version() {
    let mut cloud = Cloud::new();
    let made = cloud.secrets("CreateSecret", json!({ "Name": "a", "ClientRequestToken": token(1) })).done();
    assert_eq!(made.get("VersionId"), None);
    let described = cloud.secrets("DescribeSecret", json!({ "SecretId": "a" })).done();
    assert_eq!(described.get("VersionIdsToStages"), None);
    let refusal = cloud.secrets("GetSecretValue", json!({ "SecretId": "a" })).refusal();
    let words = "ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging label: \
                 AWSCURRENT";
    assert_eq!(refusal, words);
}

#[test]
fn names_have_their_characters_and_their_length() {
    let mut cloud = Cloud::new();
    let words = "ValidationException: Invalid name. Must be a valid name containing alphanumeric characters, or any of \
                 the following: -/_+=.@!";
    for name in ["a b", "a*", "a:b", "é"] {
        assert_eq!(cloud.secrets("CreateSecret", json!({ "Name": name })).refusal(), words, "{name}");
        assert_eq!(cloud.secrets("DescribeSecret", json!({ "SecretId": name })).refusal(), words, "{name}");
    }
    for name in [String::new(), "a".repeat(513)] {
        assert_eq!(cloud.secrets("CreateSecret", json!({ "Name": name })).code(), "ValidationException", "{name}");
    }
    for name in ["/_+=.@-!".to_owned(), "a".repeat(512)] {
        cloud.secrets("CreateSecret", json!({ "Name": name })).done();
    }
    let long = "a".repeat(2049);
    assert_eq!(cloud.secrets("DescribeSecret", json!({ "SecretId": long })).code(), "ValidationException");
}

#[test]
fn a_secret_is_found_by_its_name_its_arn_and_a_part_of_its_arn() {
    let mut cloud = Cloud::new();
    let arn = create(&mut cloud, "shop/db", "1")["ARN"].as_str().expect("an ARN").to_owned();
    let partial = arn[..arn.len() - 7].to_owned();
    for id in ["shop/db", &arn, &partial] {
        assert_eq!(value(&mut cloud, id), "1", "{id}");
    }
    let words = "ResourceNotFoundException: Secrets Manager can't find the specified secret.";
    let elsewhere = arn.replace("ap-northeast-1", "eu-west-1");
    let others = arn.replace("123456789012", "999999999999");
    let wrong = format!("{partial}-000000");
    for id in ["shop", "shop/db-000000", &partial[..partial.len() - 1], &wrong, &elsewhere, &others, "arn:aws:s3:::a"] {
        assert_eq!(cloud.secrets("GetSecretValue", json!({ "SecretId": id })).refusal(), words, "{id}");
    }
}

/// "Don't end your secret name with a hyphen followed by six characters": its partial ARN looks like a complete one.
#[test]
fn a_name_that_ends_like_an_arn_is_not_found_by_a_part_of_it() {
    let mut cloud = Cloud::new();
    let arn = create(&mut cloud, "shop-a1b2c3", "1")["ARN"].as_str().expect("an ARN").to_owned();
    assert_eq!(value(&mut cloud, &arn), "1");
    let partial = json!({ "SecretId": arn[..arn.len() - 7] });
    assert_eq!(cloud.secrets("GetSecretValue", partial).code(), "ResourceNotFoundException");
}

#[test]
fn a_value_is_text_or_bytes_of_64_kibibytes() {
    let mut cloud = Cloud::new();
    let mut put = |member: &str, value: &str| {
        let mut body = json!({ "Name": "a", "ClientRequestToken": token(1) });
        body[member] = json!(value);
        cloud.secrets("CreateSecret", body)
    };
    assert_eq!(put("SecretString", "").code(), "ValidationException");
    assert_eq!(put("SecretString", &"é".repeat(32_769)).code(), "ValidationException");
    assert_eq!(put("SecretBinary", "").code(), "ValidationException");
    assert_eq!(put("SecretBinary", "not base64").code(), "SerializationException");
    assert_eq!(put("SecretBinary", &"AAAA".repeat(21_846)).code(), "ValidationException", "65,538 bytes");
    let refusal = put("SecretString", &"x".repeat(65_537)).refusal();
    assert!(!refusal.contains("xx"), "a refusal never repeats a value");
    put("SecretString", &"é".repeat(32_768)).done();
    let both = json!({ "Name": "b", "SecretString": "a", "SecretBinary": "YQ==", "ClientRequestToken": token(1) });
    assert_eq!(cloud.secrets("CreateSecret", both).code(), "InvalidParameterException");
    let bytes = json!({ "Name": "b", "SecretBinary": "YQ==", "ClientRequestToken": token(1) });
    cloud.secrets("CreateSecret", bytes).done();
    let read = cloud.secrets("GetSecretValue", json!({ "SecretId": "b" })).done();
    assert_eq!((&read["SecretBinary"], read.get("SecretString")), (&json!("YQ=="), None));
}

#[test]
fn what_describes_a_secret_has_bounds() {
    let mut cloud = Cloud::new();
    for (member, length) in [("Description", 2048), ("KmsKeyId", 2048)] {
        let mut body = json!({ "Name": "a" });
        body[member] = json!("x".repeat(length + 1));
        assert_eq!(cloud.secrets("CreateSecret", body.clone()).code(), "ValidationException", "{member}");
        body[member] = json!("x".repeat(length));
        body["Name"] = json!(member);
        cloud.secrets("CreateSecret", body).done();
    }
}

#[test]
fn the_key_of_aws_goes_without_saying() {
    let mut cloud = Cloud::new();
    let body = json!({ "Name": "a", "KmsKeyId": "alias/aws/secretsmanager" });
    cloud.secrets("CreateSecret", body).done();
    let mut key = |update: Value| {
        cloud.secrets("UpdateSecret", update).done();
        cloud.secrets("DescribeSecret", json!({ "SecretId": "a" })).done().get("KmsKeyId").cloned()
    };
    assert_eq!(key(json!({ "SecretId": "a", "Description": "x" })), None);
    assert_eq!(key(json!({ "SecretId": "a", "KmsKeyId": "alias/shop" })), Some(json!("alias/shop")));
    assert_eq!(key(json!({ "SecretId": "a", "Description": "y" })), Some(json!("alias/shop")));
    assert_eq!(key(json!({ "SecretId": "a", "KmsKeyId": "" })), None);
}

#[test]
fn secrets_are_listed_in_order_page_by_page() {
    let mut cloud = Cloud::new();
    for name in ["b", "a", "ab"] {
        create(&mut cloud, name, "1");
        cloud.wait(1_000);
    }
    let mut listed = |body: Value| names(&cloud.secrets("ListSecrets", body).done()).join(" ");
    assert_eq!(listed(json!({})), "b a ab");
    assert_eq!(listed(json!({ "SortOrder": "desc" })), "ab a b");
    assert_eq!(listed(json!({ "SortBy": "name" })), "a ab b");
    assert_eq!(listed(json!({ "SortBy": "name", "SortOrder": "desc" })), "b ab a");
    let (mut seen, mut body) = (Vec::new(), json!({ "MaxResults": 2, "SortBy": "name", "SortOrder": "desc" }));
    loop {
        let reply = cloud.secrets("ListSecrets", body.clone()).done();
        seen.extend(names(&reply).into_iter().map(str::to_owned));
        match reply.get("NextToken") {
            Some(token) => body["NextToken"] = token.clone(),
            None => break,
        }
    }
    assert_eq!(seen, ["b", "ab", "a"]);
    let mut code = |body: Value| cloud.secrets("ListSecrets", body).code();
    assert_eq!(code(json!({ "NextToken": "x" })), "InvalidNextTokenException");
    assert_eq!(code(json!({ "MaxResults": 0 })), "ValidationException");
    assert_eq!(code(json!({ "MaxResults": 101 })), "ValidationException");
    assert_eq!(code(json!({ "SortOrder": "up" })), "ValidationException");
}

/// The first seven are what AWS answered to LocalStack's authors.
#[test]
fn filters_match_the_beginnings_of_names_tags_and_words() {
    let mut cloud = Cloud::new();
    let secrets = [
        ("testing1/one", "a secret"),
        ("/testing2/two", "an secret"),
        ("testing3/x", "asecret"),
        ("/testing4/y", "thesecret"),
    ];
    for (name, description) in secrets {
        let tags = json!([{ "Key": "Key1", "Value": name }]);
        cloud.secrets("CreateSecret", json!({ "Name": name, "Description": description, "Tags": tags })).done();
    }
    let mut found = |key: &str, values: Value| {
        let filter = json!({ "Filters": [{ "Key": key, "Values": values }] });
        let reply = cloud.secrets("ListSecrets", filter).done();
        let mut numbers: Vec<usize> =
            names(&reply).iter().filter_map(|name| secrets.iter().position(|secret| secret.0 == *name)).collect();
        numbers.sort_unstable();
        numbers
    };
    assert_eq!(found("name", json!(["/"])), [1, 3]);
    assert_eq!(found("name", json!(["!/"])), [0, 2]);
    assert_eq!(found("name", json!(["testing1 one"])), [0; 0]);
    assert_eq!(found("description", json!(["a"])), [0, 1, 2]);
    assert_eq!(found("description", json!(["!a"])), [3]);
    assert_eq!(found("description", json!(["a secret"])), [0, 1]);
    assert_eq!(found("description", json!(["!c"])), [0, 1, 2, 3]);
    assert_eq!(found("description", json!(["A SECRET"])), [0, 1], "not case-sensitive");
    assert_eq!(found("name", json!(["Testing1", "/testing2"])), [1], "case-sensitive");
    assert_eq!(found("tag-key", json!(["Key"])), [0, 1, 2, 3]);
    assert_eq!(found("tag-key", json!(["key"])), [0; 0]);
    assert_eq!(found("tag-value", json!(["testing1"])), [0]);
    assert_eq!(found("all", json!(["THESECRET"])), [3]);
    assert_eq!(found("all", json!(["secret testing2"])), [1]);
    assert_eq!(found("primary-region", json!(["ap"])), [0; 0]);
    assert_eq!(found("owning-service", json!(["!rds"])), [0, 1, 2, 3]);
}

#[test]
fn filters_that_are_not_known_are_refused() {
    let mut cloud = Cloud::new();
    let mut code = |filters: Value| cloud.secrets("ListSecrets", json!({ "Filters": filters })).code();
    assert_eq!(code(json!([{ "Key": "owner", "Values": ["x"] }])), "ValidationException");
    assert_eq!(code(json!([{ "Key": "name", "Values": [] }])), "ValidationException");
    assert_eq!(code(json!([{ "Key": "name" }])), "InvalidParameterException");
    assert_eq!(code(json!([{ "Values": ["x"] }])), "InvalidParameterException");
    assert_eq!(code(json!(vec![json!({ "Key": "name", "Values": ["x"] }); 11])), "ValidationException");
}

#[test]
fn a_secret_has_fifty_tags() {
    let mut cloud = Cloud::new();
    create(&mut cloud, "a", "1");
    let mut tag = |tags: Value| cloud.secrets("TagResource", json!({ "SecretId": "a", "Tags": tags }));
    let many = |range: std::ops::Range<usize>| -> Value {
        range.map(|number| json!({ "Key": format!("k{number}"), "Value": "" })).collect()
    };
    tag(many(0..50)).done();
    assert_eq!(tag(many(50..51)).code(), "InvalidParameterException");
    assert_eq!(tag(json!([{ "Key": "aws:x", "Value": "" }])).code(), "InvalidParameterException");
    assert_eq!(tag(json!([{ "Key": "k".repeat(129), "Value": "" }])).code(), "ValidationException");
    assert_eq!(tag(json!([{ "Key": "k1", "Value": "v".repeat(257) }])).code(), "ValidationException");
    let keys: Value = (1..50).map(|number| format!("k{number}")).chain(["none".to_owned()]).collect();
    cloud.secrets("UntagResource", json!({ "SecretId": "a", "TagKeys": keys })).done();
    let described = cloud.secrets("DescribeSecret", json!({ "SecretId": "a" })).done();
    assert_eq!(described["Tags"], json!([{ "Key": "k0", "Value": "" }]));
    let body = json!({ "Name": "b", "Tags": many(0..51) });
    assert_eq!(cloud.secrets("CreateSecret", body).code(), "InvalidParameterException");
}

#[test]
fn a_batch_has_the_values_that_can_be_read_and_the_errors_of_the_others() {
    let mut cloud = Cloud::new();
    for name in ["a", "b", "c"] {
        create(&mut cloud, name, name);
    }
    cloud.secrets("DeleteSecret", json!({ "SecretId": "b" })).done();
    let reply = cloud.secrets("BatchGetSecretValue", json!({ "SecretIdList": ["a", "b", "none"] })).done();
    let errors = json!([
        { "SecretId": "b", "ErrorCode": "InvalidRequestException",
          "Message": "You can't perform this operation on the secret because it was marked for deletion." },
        { "SecretId": "none", "ErrorCode": "ResourceNotFoundException",
          "Message": "Secrets Manager can't find the specified secret." },
    ]);
    assert_eq!((&reply["SecretValues"][0]["SecretString"], &reply["Errors"]), (&json!("a"), &errors));
    let first = json!({ "Filters": [{ "Key": "name", "Values": ["!x"] }], "MaxResults": 1 });
    let reply = cloud.secrets("BatchGetSecretValue", first.clone()).done();
    assert_eq!(reply["SecretValues"][0]["Name"], "a");
    let mut second = first;
    second["NextToken"] = reply["NextToken"].clone();
    let reply = cloud.secrets("BatchGetSecretValue", second).done();
    assert_eq!((&reply["SecretValues"][0]["Name"], reply.get("NextToken")), (&json!("c"), None));
    let mut code = |body: Value| cloud.secrets("BatchGetSecretValue", body).code();
    assert_eq!(code(json!({})), "InvalidParameterException");
    assert_eq!(code(json!({ "SecretIdList": ["a"], "Filters": [] })), "InvalidParameterException");
    assert_eq!(code(json!({ "SecretIdList": ["a"], "MaxResults": 1 })), "InvalidParameterException");
    assert_eq!(code(json!({ "SecretIdList": vec!["a"; 21] })), "ValidationException");
    assert_eq!(code(json!({ "Filters": [], "MaxResults": 21 })), "ValidationException");
}

#[test]
fn what_secrets_manager_does_not_know_is_refused() {
    let mut cloud = Cloud::new();
    assert_eq!(cloud.secrets("CreateSecret", json!({ "Name": "a", "Nmae": "b" })).code(), "ValidationException");
    assert_eq!(cloud.secrets("RotateSecret", json!({ "SecretId": "a" })).code(), "UnknownOperationException");
}

/// Neither the world's types nor an error betray a value where somebody prints them.
#[test]
fn a_value_is_never_printed() {
    let mut cloud = Cloud::new();
    create(&mut cloud, "a", "hunter2");
    let region = cloud.world.account(crate::cloud::ACCOUNT).region(crate::cloud::REGION);
    assert!(!format!("{:?}", region.secretsmanager).contains("hunter2"));
}
