//! Parameter Store's rules.

use serde_json::{Value, json};

use crate::cloud;
use crate::cloud::{Answer, Cloud};

fn put(cloud: &mut Cloud, name: &str, value: &str) -> Value {
    cloud.ssm("PutParameter", json!({ "Name": name, "Value": value, "Type": "String", "Overwrite": true })).done()
}

fn names(reply: &Value) -> Vec<&str> {
    let parameters = reply["Parameters"].as_array().expect("a list");
    parameters.iter().map(|parameter| parameter["Name"].as_str().expect("a name")).collect()
}

#[test]
fn a_parameter_is_created_once_and_overwritten_on_demand() {
    let mut cloud = Cloud::new();
    let body = json!({ "Name": "/app/A", "Value": "1", "Type": "String", "Description": "first" });
    assert_eq!(cloud.ssm("PutParameter", body.clone()).done(), json!({ "Version": 1, "Tier": "Standard" }));
    assert_eq!(cloud.ssm("PutParameter", body).code(), "ParameterAlreadyExists");
    let again = json!({ "Name": "/app/A", "Value": "2", "Overwrite": true });
    assert_eq!(cloud.ssm("PutParameter", again).done()["Version"], 2);
    let described = cloud.ssm("DescribeParameters", json!({})).done();
    let metadata = &described["Parameters"][0];
    assert_eq!((&metadata["Description"], &metadata["Type"]), (&json!("first"), &json!("String")));
    assert_eq!(metadata["LastModifiedUser"], "arn:aws:iam::123456789012:user/local");
    assert_eq!(metadata.get("Value"), None, "a description never holds a value");
}

#[test]
fn a_new_parameter_needs_a_type() {
    let mut cloud = Cloud::new();
    let refusal = cloud.ssm("PutParameter", json!({ "Name": "A", "Value": "1" })).refusal();
    assert_eq!(refusal, "ValidationException: A parameter type is required when you create a parameter.");
}

#[test]
fn tags_do_not_go_with_overwrite() {
    let mut cloud = Cloud::new();
    let body = json!({
        "Name": "A", "Value": "1", "Type": "String", "Overwrite": true, "Tags": [{ "Key": "a", "Value": "b" }]
    });
    assert!(cloud.ssm("PutParameter", body).refusal().contains("tags and overwrite can't be used together"));
}

#[test]
fn names_follow_the_rules() {
    let mut cloud = Cloud::new();
    let deep = "/a".repeat(16);
    let long = format!("/{}", "a".repeat(1011));
    let refused = [
        ("/aws/x", "AccessDeniedException"),
        ("ssm-x", "ValidationException"),
        ("a/b", "ValidationException"),
        ("/a//b", "ValidationException"),
        ("/a/", "ValidationException"),
        ("a b", "ValidationException"),
        ("", "ValidationException"),
        (deep.as_str(), "HierarchyLevelLimitExceededException"),
        (long.as_str(), "ValidationException"),
    ];
    for (name, code) in refused {
        let body = json!({ "Name": name, "Value": "1", "Type": "String" });
        assert_eq!(cloud.ssm("PutParameter", body).code(), code, "{name}");
    }
    for name in ["MY_PARAM_1", "/app/dev/MY_PARAM_1", &"/a".repeat(15), &format!("/{}", "a".repeat(1010))] {
        put(&mut cloud, name, "1");
    }
}

#[test]
fn values_have_a_size_in_bytes_and_no_references() {
    let mut cloud = Cloud::new();
    let mut put = |value: String, tier: &str| {
        let body = json!({ "Name": "A", "Value": value, "Type": "String", "Tier": tier, "Overwrite": true });
        cloud.ssm("PutParameter", body)
    };
    assert_eq!(put("é".repeat(2049), "Standard").code(), "ValidationException");
    assert_eq!(put("é".repeat(2048), "Standard").done()["Tier"], "Standard");
    assert_eq!(put("a".repeat(4097), "Intelligent-Tiering").done()["Tier"], "Advanced");
    assert_eq!(put("a".repeat(8193), "Advanced").code(), "ValidationException");
    assert!(put("a".to_owned(), "Standard").refusal().contains("can't downgrade"));
    assert_eq!(put("{{ssm:B}}".to_owned(), "Advanced").code(), "ValidationException");
    assert_eq!(put(String::new(), "Advanced").code(), "ValidationException");
}

#[test]
fn what_describes_a_value_has_bounds() {
    let mut cloud = Cloud::new();
    for (member, text) in [("Description", "d".repeat(1025)), ("KeyId", "k".repeat(257)), ("DataType", "x".to_owned())]
    {
        let mut body = json!({ "Name": "B", "Value": "1", "Type": "SecureString" });
        body[member] = json!(text);
        assert_eq!(cloud.ssm("PutParameter", body).code(), "ValidationException", "{member}");
    }
}

#[test]
fn values_match_the_allowed_pattern_whole() {
    let mut cloud = Cloud::new();
    let body = |value: &str| json!({ "Name": "A", "Value": value, "Type": "String", "AllowedPattern": "\\d+" });
    assert_eq!(cloud.ssm("PutParameter", body("a1")).code(), "ParameterPatternMismatchException");
    cloud.ssm("PutParameter", body("12")).done();
    let inherited = json!({ "Name": "A", "Value": "x", "Overwrite": true });
    assert_eq!(cloud.ssm("PutParameter", inherited).code(), "ParameterPatternMismatchException");
}

#[test]
fn a_hundred_versions_are_kept_unless_the_oldest_is_labelled() {
    let mut cloud = Cloud::new();
    for _ in 0..101 {
        put(&mut cloud, "A", "1");
    }
    let first = cloud.ssm("GetParameterHistory", json!({ "Name": "A" })).done();
    assert_eq!(first["Parameters"].as_array().map(Vec::len), Some(50));
    assert_eq!(first["Parameters"][0]["Version"], 2);
    cloud.ssm("LabelParameterVersion", json!({ "Name": "A", "ParameterVersion": 2, "Labels": ["stay"] })).done();
    let body = json!({ "Name": "A", "Value": "1", "Overwrite": true });
    assert_eq!(cloud.ssm("PutParameter", body).code(), "ParameterMaxVersionLimitExceeded");
    cloud.ssm("UnlabelParameterVersion", json!({ "Name": "A", "ParameterVersion": 2, "Labels": ["stay"] })).done();
    assert_eq!(put(&mut cloud, "A", "1")["Version"], 102);
}

#[test]
fn versions_and_labels_select() {
    let mut cloud = Cloud::new();
    put(&mut cloud, "/app/A", "one");
    put(&mut cloud, "/app/A", "two");
    let labels = json!({ "Name": "/app/A", "ParameterVersion": 1, "Labels": ["good", "1bad", "aws"] });
    let reply = cloud.ssm("LabelParameterVersion", labels).done();
    assert_eq!(reply, json!({ "InvalidLabels": ["1bad", "aws"], "ParameterVersion": 1 }));
    let arn = "arn:aws:ssm:ap-northeast-1:123456789012:parameter/app/A";
    for (name, value) in [("/app/A", "two"), ("/app/A:1", "one"), ("/app/A:good", "one"), (arn, "two")] {
        let reply = cloud.ssm("GetParameter", json!({ "Name": name })).done();
        assert_eq!(reply["Parameter"]["Value"], value, "{name}");
        assert_eq!(reply["Parameter"]["ARN"], arn);
    }
    let selected = cloud.ssm("GetParameter", json!({ "Name": format!("{arn}:1") })).done();
    assert_eq!(selected["Parameter"]["Selector"], ":1");
    assert_eq!(cloud.ssm("GetParameter", json!({ "Name": "/app/A:9" })).code(), "ParameterVersionNotFound");
    assert_eq!(cloud.ssm("GetParameter", json!({ "Name": "/app/B" })).code(), "ParameterNotFound");
}

#[test]
fn a_label_moves_to_another_version() {
    let mut cloud = Cloud::new();
    put(&mut cloud, "A", "one");
    put(&mut cloud, "A", "two");
    for version in [1, 2] {
        let body = json!({ "Name": "A", "ParameterVersion": version, "Labels": ["live"] });
        cloud.ssm("LabelParameterVersion", body).done();
    }
    let history = cloud.ssm("GetParameterHistory", json!({ "Name": "A" })).done();
    let labels: Vec<&Value> = history["Parameters"].as_array().expect("two").iter().map(|v| &v["Labels"]).collect();
    assert_eq!(labels, [&json!([]), &json!(["live"])]);
}

#[test]
fn a_secure_string_is_opaque_unless_it_is_asked_for() {
    let mut cloud = Cloud::new();
    let body = json!({ "Name": "A", "Value": "hunter2", "Type": "SecureString" });
    cloud.ssm("PutParameter", body).done();
    let closed = cloud.ssm("GetParameters", json!({ "Names": ["A", "B"] })).done();
    assert_eq!(closed["InvalidParameters"], json!(["B"]));
    let text = closed["Parameters"][0]["Value"].as_str().expect("text");
    assert!(!text.contains("hunter2") && text.len() > 100, "{text}");
    let open = cloud.ssm("GetParameters", json!({ "Names": ["A"], "WithDecryption": true })).done();
    assert_eq!(open["Parameters"][0]["Value"], "hunter2");
    let history = cloud.ssm("GetParameterHistory", json!({ "Name": "A" })).done().to_string();
    assert!(!history.contains("hunter2"));
    let described = cloud.ssm("DescribeParameters", json!({})).done();
    assert_eq!(described["Parameters"][0]["KeyId"], "alias/aws/ssm");
}

#[test]
fn at_most_ten_names_at_once() {
    let mut cloud = Cloud::new();
    let names: Vec<String> = (0..11).map(|number| format!("A{number}")).collect();
    assert_eq!(cloud.ssm("GetParameters", json!({ "Names": names })).code(), "ValidationException");
    assert_eq!(cloud.ssm("DeleteParameters", json!({ "Names": names })).code(), "ValidationException");
}

#[test]
fn a_deleted_name_rests_for_half_a_minute() {
    let mut cloud = Cloud::new();
    put(&mut cloud, "A", "1");
    let deleted = cloud.ssm("DeleteParameters", json!({ "Names": ["A", "B"] })).done();
    assert_eq!(deleted, json!({ "DeletedParameters": ["A"], "InvalidParameters": ["B"] }));
    let body = json!({ "Name": "A", "Value": "1", "Type": "String" });
    cloud.wait(29_999);
    assert_eq!(cloud.ssm("PutParameter", body.clone()).code(), "TooManyUpdates");
    cloud.wait(1);
    assert_eq!(cloud.ssm("PutParameter", body).done()["Version"], 1);
    assert_eq!(cloud.ssm("DeleteParameter", json!({ "Name": "B" })).code(), "ParameterNotFound");
}

#[test]
fn paths_list_one_level_or_all() {
    let mut cloud = Cloud::new();
    for name in ["/app/dev/A", "/app/dev/deep/B", "/app/dev2/C", "FLAT"] {
        put(&mut cloud, name, "1");
    }
    let mut below = |path: &str, recursive: bool| {
        let reply = cloud.ssm("GetParametersByPath", json!({ "Path": path, "Recursive": recursive })).done();
        names(&reply).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(below("/app/dev", false), ["/app/dev/A"]);
    assert_eq!(below("/app/dev/", true), ["/app/dev/A", "/app/dev/deep/B"]);
    assert_eq!(below("/", false), ["FLAT"]);
    assert_eq!(cloud.ssm("GetParametersByPath", json!({ "Path": "app" })).code(), "ValidationException");
    assert_eq!(
        cloud.ssm("GetParametersByPath", json!({ "Path": "/", "MaxResults": 11 })).code(),
        "ValidationException"
    );
}

#[test]
fn pages_cover_everything_once() {
    let mut cloud = Cloud::new();
    for number in 0..23 {
        put(&mut cloud, &format!("/p/{number:02}"), "1");
    }
    let (mut seen, mut token) = (Vec::new(), Value::Null);
    loop {
        let mut body = json!({});
        if !token.is_null() {
            body["NextToken"] = token;
        }
        let reply = cloud.ssm("DescribeParameters", body).done();
        seen.extend(names(&reply).into_iter().map(str::to_owned));
        token = reply["NextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert_eq!(seen.len(), 23);
    assert_eq!(cloud.ssm("DescribeParameters", json!({ "NextToken": "x" })).code(), "InvalidNextToken");
    assert_eq!(cloud.ssm("DescribeParameters", json!({ "MaxResults": 51 })).code(), "ValidationException");
}

#[test]
fn filters_by_name_path_type_tier_and_tag() {
    let mut cloud = Cloud::new();
    let tagged = json!({
        "Name": "/app/A", "Value": "1", "Type": "SecureString", "Tags": [{ "Key": "application", "Value": "app" }]
    });
    cloud.ssm("PutParameter", tagged).done();
    put(&mut cloud, "/app/x/B", "1");
    let mut listed = |filter: Value| {
        let reply = cloud.ssm("DescribeParameters", json!({ "ParameterFilters": [filter] })).done();
        names(&reply).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let (a, b, none) = ("/app/A", "/app/x/B", Vec::<String>::new());
    assert_eq!(listed(json!({ "Key": "tag:application", "Values": ["app"] })), [a]);
    assert_eq!(listed(json!({ "Key": "tag:application", "Values": ["other"] })), none);
    assert_eq!(listed(json!({ "Key": "tag:application" })), [a]);
    assert_eq!(listed(json!({ "Key": "Type", "Values": ["String"] })), [b]);
    assert_eq!(listed(json!({ "Key": "Tier", "Values": ["Standard"] })), [a, b]);
    assert_eq!(listed(json!({ "Key": "KeyId", "Values": ["alias/aws/ssm"] })), [a]);
    assert_eq!(listed(json!({ "Key": "Name", "Option": "Contains", "Values": ["x"] })), [b]);
    assert_eq!(listed(json!({ "Key": "Name", "Option": "BeginsWith", "Values": ["/app"] })), [a, b]);
    assert_eq!(listed(json!({ "Key": "Path", "Values": ["/app"] })), [a]);
    assert_eq!(listed(json!({ "Key": "Path", "Option": "Recursive", "Values": ["/app"] })), [a, b]);
}

#[test]
fn filters_that_are_not_known_are_refused() {
    let mut cloud = Cloud::new();
    let mut code = |filter: Value| cloud.ssm("DescribeParameters", json!({ "ParameterFilters": [filter] })).code();
    assert_eq!(code(json!({ "Key": "Owner", "Values": ["x"] })), "ValidationException");
    assert_eq!(code(json!({ "Key": "tag:", "Values": ["x"] })), "ValidationException");
    assert_eq!(code(json!({ "Key": "Label", "Values": ["x"] })), "InvalidFilterKey");
    assert_eq!(code(json!({ "Key": "tag:a", "Option": "BeginsWith", "Values": ["x"] })), "InvalidFilterOption");
    assert_eq!(code(json!({ "Key": "Name", "Values": [] })), "InvalidFilterValue");
    let by_path = json!({ "Path": "/", "ParameterFilters": [{ "Key": "tag:a", "Values": ["x"] }] });
    assert_eq!(cloud.ssm("GetParametersByPath", by_path).code(), "InvalidFilterKey");
}

#[test]
fn tags_change_without_a_new_version() {
    let mut cloud = Cloud::new();
    put(&mut cloud, "A", "1");
    let resource = json!({ "ResourceType": "Parameter", "ResourceId": "A" });
    let with = |name: &str, value: Value| {
        let mut body = resource.clone();
        body[name] = value;
        body
    };
    let tags = json!([{ "Key": "a", "Value": "1" }, { "Key": "b", "Value": "2" }]);
    cloud.ssm("AddTagsToResource", with("Tags", tags)).done();
    cloud.ssm("RemoveTagsFromResource", with("TagKeys", json!(["a", "z"]))).done();
    let listed = cloud.ssm("ListTagsForResource", resource).done();
    assert_eq!(listed, json!({ "TagList": [{ "Key": "b", "Value": "2" }] }));
    let wrong = json!({ "ResourceType": "Parameter", "ResourceId": "Z" });
    assert_eq!(cloud.ssm("ListTagsForResource", wrong).code(), "InvalidResourceId");
    let wrong = json!({ "ResourceType": "Document", "ResourceId": "A" });
    assert_eq!(cloud.ssm("ListTagsForResource", wrong).code(), "InvalidResourceType");
}

#[test]
fn what_is_not_known_is_refused() {
    let mut cloud = Cloud::new();
    assert_eq!(cloud.ssm("GetParameter", json!({ "Name": "A", "Nmae": "B" })).code(), "ValidationException");
    assert_eq!(cloud.ssm("SendCommand", json!({})).code(), "UnknownOperationException");
}

#[test]
fn a_version_has_ten_labels_of_a_hundred_characters() {
    let mut cloud = Cloud::new();
    put(&mut cloud, "A", "1");
    let mut label = |labels: &[String]| cloud.ssm("LabelParameterVersion", json!({ "Name": "A", "Labels": labels }));
    let labels: Vec<String> = (0..11).map(|number| format!("l{number}")).collect();
    assert_eq!(label(&labels).code(), "ValidationException");
    label(&labels[..10]).done();
    assert_eq!(label(&labels[10..]).code(), "ParameterVersionLabelLimitExceeded");
    label(&labels[..10]).done();
    let long = "l".repeat(101);
    assert_eq!(label(std::slice::from_ref(&long)).done()["InvalidLabels"], json!([long]));
    for invalid in ["ssm-x", "AWS", "a b"] {
        assert_eq!(label(&[invalid.to_owned()]).done()["InvalidLabels"], json!([invalid]));
    }
}

#[test]
fn ten_thousand_standard_parameters_and_no_more() {
    let mut cloud = Cloud::new();
    put(&mut cloud, "A", "1");
    let state = &mut cloud.world.account(cloud::ACCOUNT).region(cloud::REGION).ssm;
    let model = state.parameters["A"].clone();
    for number in 1..10_000 {
        state.parameters.insert(format!("A{number}"), model.clone());
    }
    let body = |name: &str, tier: &str| json!({ "Name": name, "Value": "1", "Type": "String", "Tier": tier, "Overwrite": true });
    assert_eq!(cloud.ssm("PutParameter", body("B", "Standard")).code(), "ParameterLimitExceeded");
    cloud.ssm("PutParameter", body("A", "Standard")).done();
    cloud.ssm("PutParameter", body("A", "Advanced")).done();
    cloud.ssm("PutParameter", body("B", "Standard")).done();
    cloud.ssm("PutParameter", body("C", "Advanced")).done();
}

#[test]
fn a_parameter_has_fifty_tags() {
    let mut cloud = Cloud::new();
    let tags = |range: std::ops::Range<u32>| {
        range.map(|number| json!({ "Key": format!("k{number}"), "Value": "" })).collect::<Vec<_>>()
    };
    let body = json!({ "Name": "A", "Value": "1", "Type": "String", "Tags": tags(0..51) });
    assert!(cloud.ssm("PutParameter", body).is_err());
    let body = json!({ "Name": "A", "Value": "1", "Type": "String", "Tags": tags(0..50) });
    cloud.ssm("PutParameter", body).done();
    let more = json!({ "ResourceType": "Parameter", "ResourceId": "A", "Tags": tags(50..51) });
    assert_eq!(cloud.ssm("AddTagsToResource", more).code(), "TooManyTagsError");
}
