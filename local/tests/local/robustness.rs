//! Whatever comes through the gate, an answer goes out: it never panics, and what it writes can be read.

use crate::cloud::signed::Signed;
use deploy_local::Local;
use http::{Request, Response};
use proptest::prelude::*;
use quick_xml::Reader;
use quick_xml::events::Event;

const QUERY_SERVICES: [&str; 4] = ["ec2", "iam", "sts", "s3"];
const TARGETS: [&str; 7] = [
    "AmazonEC2ContainerServiceV20141113",
    "AmazonSSM",
    "Logs_20140328",
    "AmazonEC2ContainerRegistry_V20150921",
    "secretsmanager",
    "TrentService",
    "None",
];
const ACTIONS: [&str; 14] = [
    "CreateVpc",
    "CreateSubnet",
    "CreateRoute",
    "DescribeVpcs",
    "DescribeSecurityGroups",
    "AuthorizeSecurityGroupIngress",
    "ModifySecurityGroupRules",
    "CreateTags",
    "CreateRole",
    "PutRolePolicy",
    "TagRole",
    "ListRoles",
    "GetPolicy",
    "GetCallerIdentity",
];
const NAMES: [&str; 16] = [
    "VpcId",
    "CidrBlock",
    "MaxResults",
    "NextToken",
    "Filter.1.Name",
    "Filter.1.Value.1",
    "Tag.1.Key",
    "ResourceId.4294967295",
    "TagSpecification.1.ResourceType",
    "GroupId",
    "IpPermissions.1.FromPort",
    "IpPermissions.1.IpRanges.1.CidrIp",
    "RoleName",
    "PolicyDocument",
    "AssumeRolePolicyDocument",
    "DryRun",
];
const OPERATIONS: [&str; 15] = [
    "CreateCluster",
    "RegisterTaskDefinition",
    "CreateService",
    "DescribeServices",
    "RunTask",
    "PutParameter",
    "GetParametersByPath",
    "DescribeParameters",
    "CreateLogGroup",
    "CreateRepository",
    "CreateSecret",
    "UpdateSecretVersionStage",
    "ListSecrets",
    "CreateKey",
    "CreateAlias",
];

const S3_QUERIES: [&str; 14] = [
    "",
    "tagging",
    "versioning",
    "encryption",
    "publicAccessBlock",
    "location",
    "versions&key-marker=a&version-id-marker=b",
    "versions&max-keys=1",
    "list-type=2&prefix=a&delimiter=/",
    "list-type=2&continuation-token=x",
    "list-type=2&max-keys=-1",
    "versionId=null",
    "acl",
    "%ff=%ff",
];
const S3_HEADERS: [&str; 8] = [
    "x-amz-content-sha256",
    "x-amz-checksum-crc32",
    "content-md5",
    "x-amz-trailer",
    "x-amz-decoded-content-length",
    "x-amz-server-side-encryption",
    "x-amz-expected-bucket-owner",
    "x-amz-meta-a",
];

fn send(service: &str, target: Option<String>, body: Vec<u8>) -> Response<Vec<u8>> {
    let credential = format!("Credential=x/20260101/eu-west-1/{service}/aws4_request");
    let mut request = Request::post("/?Action=DescribeVpcs")
        .header("authorization", format!("AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature=0"));
    if let Some(target) = target {
        request = request.header("x-amz-target", target);
    }
    Local::in_memory(1).call(request.body(body).expect("a request"))
}

fn is_well_formed(xml: &[u8]) -> bool {
    let mut reader = Reader::from_reader(xml);
    let mut buffer = Vec::new();
    loop {
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Eof) => return true,
            Ok(_) => buffer.clear(),
            Err(_) => return false,
        }
    }
}

/// Elements as configurations have them, in any order.
fn xml() -> impl Strategy<Value = String> {
    let names = prop::sample::select(vec![
        "CreateBucketConfiguration",
        "Tagging",
        "TagSet",
        "Tag",
        "Key",
        "Value",
        "VersioningConfiguration",
        "Status",
        "ServerSideEncryptionConfiguration",
        "Rule",
        "BlockedEncryptionTypes",
        "PublicAccessBlockConfiguration",
        "BlockPublicAcls",
    ]);
    let leaf =
        prop_oneof![Just(String::new()), Just("Enabled".to_owned()), Just("true".to_owned()), "[a-z&;#0-9]{0,8}"];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        (names.clone(), prop::collection::vec(inner, 0..4))
            .prop_map(|(name, children)| format!("<{name}>{}</{name}>", children.concat()))
    })
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        ".*".prop_map(Into::into),
    ];
    let names = prop::sample::select(vec![
        "name",
        "Name",
        "Value",
        "Type",
        "cluster",
        "clusterName",
        "family",
        "containerDefinitions",
        "cpu",
        "tags",
        "serviceName",
        "taskDefinition",
        "desiredCount",
        "Path",
        "maxResults",
        "MaxResults",
        "nextToken",
        "logGroupName",
        "SecretId",
        "SecretString",
        "Filters",
        "KeyId",
        "AliasName",
        "Policy",
    ]);
    leaf.prop_recursive(3, 24, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            prop::collection::btree_map(names.clone().prop_map(str::to_owned), inner, 0..6)
                .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Each protocol words what is wrong with a request from the outside in its own way.
#[test]
fn what_is_turned_away_is_answered_in_the_protocol_of_the_service() {
    let good = "AWS4-HMAC-SHA256 Credential=x/20260101/eu-west-1/ec2/aws4_request, SignedHeaders=host, Signature=0";
    let send = |authorization: &str, headers: &[(&str, &str)], body: Vec<u8>| {
        let request = headers.iter().fold(Request::post("/"), |request, (name, value)| request.header(*name, *value));
        let request = request.header("authorization", authorization).body(body).expect("a request");
        let response = Local::in_memory(1).call(request);
        (response.status().as_u16(), String::from_utf8(response.into_body()).expect("text"))
    };
    let describe = || b"Action=DescribeVpcs&Version=2016-11-15".to_vec();
    let (status, body) = send("Basic dXNlcjpzZWNyZXQ=", &[], describe());
    assert_eq!(status, 400);
    assert!(body.contains("<Code>IncompleteSignature</Code>") && !body.contains("dXNlcjpzZWNyZXQ"), "{body}");
    let (status, body) = send(&good.replace("eu-west-1", "mars"), &[], describe());
    assert_eq!(status, 403);
    assert!(body.contains("<Response><Errors><Error><Code>SignatureDoesNotMatch</Code>"), "{body}");
    let (status, body) = send(good, &[("content-type", "application/json")], describe());
    assert_eq!(status, 400);
    assert!(body.contains("<Code>MissingAction</Code>"), "{body}");
    let (status, body) = send(good, &[], vec![b'a'; 5_000_000]);
    assert_eq!(status, 413);
    assert!(body.contains("<Code>RequestEntityTooLarge</Code>"), "{body}");
    let json = ("x-amz-target", "AmazonSSM.GetParameter");
    let (status, body) = send(good, &[json, ("content-type", "text/xml")], b"<a/>".to_vec());
    assert_eq!(status, 400);
    assert!(body.contains(r#""__type":"UnknownOperationException""#), "{body}");
    for body in [&b"<a/>"[..], b"{\"Name\":", b"\xff\xfe", b"{\"Name\":\"a\"} trailing", b"null"] {
        let (status, answer) = send(good, &[json], body.to_vec());
        assert_eq!(status, 400);
        assert!(answer.contains(r#""__type":"SerializationException""#), "{answer}");
    }
}

/// A defect answers with this status; nothing that a caller sends may bring it about.
const DEFECT: u16 = 500;

proptest! {
    #[test]
    fn any_bytes_get_an_answer(
        service in prop::sample::select(QUERY_SERVICES.to_vec()),
        body in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let response = send(service, None, body);
        prop_assert_ne!(response.status().as_u16(), DEFECT);
        prop_assert!(is_well_formed(response.body()));
    }

    #[test]
    fn any_parameters_get_an_answer(
        service in prop::sample::select(QUERY_SERVICES.to_vec()),
        action in prop::sample::select(ACTIONS.to_vec()),
        params in prop::collection::vec((prop::sample::select(NAMES.to_vec()), ".*"), 0..8),
    ) {
        let mut form: Vec<String> = vec![format!("Action={action}")];
        form.extend(params.iter().map(|(name, value)| {
            let value: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
            format!("{name}={value}")
        }));
        let response = send(service, None, form.join("&").into_bytes());
        prop_assert_ne!(response.status().as_u16(), DEFECT);
        prop_assert!(is_well_formed(response.body()));
    }

    #[test]
    fn any_request_to_s3_gets_an_answer(
        method in prop::sample::select(vec!["GET", "PUT", "HEAD", "DELETE", "POST"]),
        key in prop::sample::select(vec!["", "/", "/a%20b", "/%ff"]),
        query in prop::sample::select(S3_QUERIES.to_vec()),
        headers in prop::collection::vec((prop::sample::select(S3_HEADERS.to_vec()), "[ -~]{0,12}"), 0..3),
        body in prop_oneof![xml(), ".*"],
    ) {
        let local = Local::in_memory(1);
        let own: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let aws = Signed::new(local, "123456789012");
        aws.bucket("shop");
        let uri = format!("/shop{key}?{query}");
        let status = match aws.s3(method, &uri, &own, &body) {
            Ok(done) => {
                prop_assert!(done.header("content-type") != "application/xml" || is_well_formed(done.body.as_bytes()));
                done.status
            }
            Err(refused) => {
                prop_assert!(method == "HEAD" || !refused.code.is_empty());
                refused.status
            }
        };
        prop_assert_ne!(status, DEFECT);
    }

    #[test]
    fn any_json_gets_an_answer(
        target in prop::sample::select(TARGETS.to_vec()),
        operation in prop::sample::select(OPERATIONS.to_vec()),
        body in json(),
    ) {
        let response = send("ecs", Some(format!("{target}.{operation}")), body.to_string().into_bytes());
        prop_assert_ne!(response.status().as_u16(), DEFECT);
        prop_assert!(serde_json::from_slice::<serde_json::Value>(response.body()).is_ok());
    }
}
