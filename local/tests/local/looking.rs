//! Calls that only look leave the world as it is, to the last byte: the world is not written after them.

use deploy_local::{Local, Time};
use http::Request;
use serde_json::{Value, json};

use crate::cloud::article::{Article, NAME, log_group, service_name};
use crate::cloud::signed::Signed;
use crate::cloud::{ACCOUNT, Answer, REGION};

/// The article's system at rest, and its time.
fn at_rest() -> (Local, Time) {
    let mut article = Article::with_roles();
    let token = "0123456789abcdef0123456789abcdef";
    let secret = json!({ "Name": "shop", "SecretString": "1", "ClientRequestToken": token });
    article.cloud.secrets("CreateSecret", secret).done();
    article.create_service();
    article.cloud.wait(10_000);
    article.described();
    let now = article.cloud.now;
    let local = Local::in_memory(1);
    local.with_world(|world| *world = article.cloud.world).expect("in memory");
    let owner = Signed::new(local.clone(), ACCOUNT);
    let body = "<CreateBucketConfiguration><LocationConstraint>ap-northeast-1</LocationConstraint><Tags><Tag><Key>a</Key>\
                <Value>b</Value></Tag></Tags></CreateBucketConfiguration>";
    owner.s3("PUT", "/shop", &[], body).expect("a bucket");
    owner.s3("PUT", "/shop/a", &[], "1").expect("an object");
    (local.at(now), now)
}

fn bytes(local: &Local) -> Vec<u8> {
    local.with_world(|world| serde_json::to_vec(world).expect("plain data")).expect("in memory")
}

fn send(local: &Local, service: &str, target: Option<&str>, body: &str) -> String {
    let credential = format!("Credential={ACCOUNT}/20260101/{REGION}/{service}/aws4_request");
    let mut request = Request::post("/")
        .header("authorization", format!("AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature=0"));
    if let Some(target) = target {
        request = request.header("x-amz-target", target);
    }
    let response = local.call(request.body(body.as_bytes().to_vec()).expect("a request"));
    String::from_utf8(response.into_body()).expect("text")
}

fn json_reads() -> Vec<(&'static str, Value)> {
    let (ecs, ssm) = ("AmazonEC2ContainerServiceV20141113", "AmazonSSM");
    let (logs, ecr) = ("Logs_20140328", "AmazonEC2ContainerRegistry_V20150921");
    let (secrets, kms) = ("secretsmanager", "TrentService");
    let service = service_name();
    let reads = [
        (ecs, "DescribeClusters", json!({ "clusters": [NAME], "include": ["SETTINGS", "STATISTICS", "TAGS"] })),
        (ecs, "ListClusters", json!({})),
        (ecs, "DescribeServices", json!({ "cluster": NAME, "services": [service] })),
        (ecs, "ListServices", json!({ "cluster": NAME })),
        (ecs, "ListServiceDeployments", json!({ "cluster": NAME, "service": service })),
        (ecs, "ListTasks", json!({ "cluster": NAME })),
        (ecs, "DescribeTasks", json!({ "cluster": NAME, "tasks": ["none"] })),
        (ecs, "ListTaskDefinitions", json!({})),
        (ecs, "ListTaskDefinitionFamilies", json!({})),
        (ecs, "DescribeTaskDefinition", json!({ "taskDefinition": service })),
        (ecs, "ListAccountSettings", json!({})),
        (ssm, "GetParameter", json!({ "Name": "MY_PARAM_1", "WithDecryption": true })),
        (ssm, "GetParameters", json!({ "Names": ["MY_PARAM_1", "none"] })),
        (ssm, "GetParametersByPath", json!({ "Path": "/" })),
        (ssm, "GetParameterHistory", json!({ "Name": "MY_PARAM_1" })),
        (ssm, "DescribeParameters", json!({})),
        (ssm, "ListTagsForResource", json!({ "ResourceType": "Parameter", "ResourceId": "MY_PARAM_1" })),
        (logs, "DescribeLogGroups", json!({})),
        (logs, "DescribeLogStreams", json!({ "logGroupName": log_group() })),
        (ecr, "DescribeRepositories", json!({})),
        (ecr, "ListImages", json!({ "repositoryName": NAME })),
        (ecr, "GetLifecyclePolicy", json!({ "repositoryName": NAME })),
        (secrets, "DescribeSecret", json!({ "SecretId": "shop" })),
        (secrets, "ListSecrets", json!({})),
        (secrets, "ListSecretVersionIds", json!({ "SecretId": "shop" })),
        (kms, "ListKeys", json!({})),
        (kms, "ListAliases", json!({})),
        (kms, "DescribeKey", json!({ "KeyId": "alias/aws/ssm" })),
    ];
    reads.into_iter().map(|(service, name, body)| (&*format!("{service}.{name}").leak(), body)).collect()
}

#[test]
fn looking_changes_nothing() {
    let (local, _) = at_rest();
    let before = bytes(&local);
    for (target, body) in json_reads() {
        let reply = send(&local, "x", Some(target), &body.to_string());
        assert!(!reply.contains("UnknownOperation") && !reply.contains("Invalid request"), "{target}: {reply}");
        assert!(bytes(&local) == before, "{target}");
    }
    let kinds = [
        "Vpcs",
        "Subnets",
        "RouteTables",
        "InternetGateways",
        "SecurityGroups",
        "SecurityGroupRules",
        "NetworkAcls",
        "NetworkInterfaces",
        "DhcpOptions",
        "AvailabilityZones",
        "Regions",
        "AccountAttributes",
        "Tags",
    ];
    for kind in kinds {
        let reply = send(&local, "ec2", None, &format!("Action=Describe{kind}"));
        assert!(!reply.contains("<Errors>"), "{kind}: {reply}");
        assert!(bytes(&local) == before, "{kind}");
    }
    let role = format!("RoleName={NAME}-ecs_task_exec");
    for action in ["GetRole", "ListRoleTags", "ListRolePolicies", "ListAttachedRolePolicies"] {
        let reply = send(&local, "iam", None, &format!("Action={action}&{role}"));
        assert!(!reply.contains("<Error>"), "{action}: {reply}");
        assert!(bytes(&local) == before, "{action}");
    }
    let owner = Signed::new(local.clone(), ACCOUNT);
    for subresource in
        ["tagging", "versioning", "encryption", "publicAccessBlock", "location", "versions", "list-type=2"]
    {
        owner.s3("GET", &format!("/shop?{subresource}"), &[], "").expect("an answer");
        assert!(bytes(&local) == before, "{subresource}");
    }
    for (method, uri) in [("GET", "/"), ("HEAD", "/shop"), ("GET", "/shop/a"), ("HEAD", "/shop/a")] {
        owner.s3(method, uri, &[], "").expect("an answer");
        assert!(bytes(&local) == before, "{method} {uri}");
    }
    send(&local, "iam", None, "Action=ListRoles");
    send(&local, "sts", None, "Action=GetCallerIdentity");
    assert!(bytes(&local) == before);
}

#[test]
fn what_is_due_happens_even_if_somebody_only_looks() {
    let (local, now) = at_rest();
    let scale = json!({ "cluster": NAME, "service": service_name(), "desiredCount": 2 });
    send(&local, "ecs", Some("AmazonEC2ContainerServiceV20141113.UpdateService"), &scale.to_string());
    let before = bytes(&local);
    send(&local.at(now.plus(10_000)), "ec2", None, "Action=DescribeVpcs");
    assert!(bytes(&local) != before);
    let later = bytes(&local);
    // A call that fails is undone to the world after the look, not to the one before it.
    send(&local.at(now.plus(10_000)), "ec2", None, "Action=DeleteVpc&VpcId=vpc-0123");
    assert!(bytes(&local) == later);
}

#[test]
fn a_read_that_gives_out_an_id_is_written_down() {
    let (local, _) = at_rest();
    let token = || send(&local, "ecr", Some("AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken"), "{}");
    assert_ne!(token(), token(), "two tokens differ");
}

/// That a secret was read is remembered, day by day: the first read of a day is written down, those after it change nothing.
#[test]
fn a_secret_remembers_the_day_on_which_it_was_read() {
    let (local, now) = at_rest();
    let read = |at: Time| {
        send(&local.at(at), "secretsmanager", Some("secretsmanager.GetSecretValue"), r#"{"SecretId":"shop"}"#)
    };
    let before = bytes(&local);
    assert!(read(now).contains(r#""SecretString":"1""#));
    let first = bytes(&local);
    assert!(first != before);
    read(now.plus(1));
    assert!(bytes(&local) == first);
    read(now.plus(24 * 60 * 60 * 1000));
    assert!(bytes(&local) != first);
}
