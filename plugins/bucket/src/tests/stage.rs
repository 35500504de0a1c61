//! What the section comes to, and what is refused.

use std::collections::BTreeMap;

use deploy_kinds::ecs::{Container, TaskDefinition};
use deploy_kinds::iam::{PolicyDocument, Role};
use deploy_plugin::model::{KeyPath, Owner, Problem};
use deploy_plugin::{AnyStage, Blueprint, Graph, StageContext, StageError};
use serde_json::{Value, json};

use crate::stage::BucketStage;

fn cx() -> StageContext {
    StageContext {
        owner: Owner { application: "shop".into(), environment: "dev".into() },
        prefix: "shop-dev".into(),
        tags: BTreeMap::from([("team".into(), "a".into())]),
    }
}

/// What the section makes of an environment with the role `app` and the service `web`.
fn made(buckets: Value, cx: &StageContext) -> Result<Blueprint, Vec<Problem>> {
    let config = json!({ "buckets": buckets });
    let mut graph = Graph::new();
    let _ = graph.add("app", KeyPath::of(["iam", "roles", "app"]), &role());
    let _ = graph.add("web", KeyPath::of(["ecs", "services", "web"]), &task_definition());
    AnyStage::desired(&BucketStage, &config, cx, &mut graph).expect("a stage that works");
    let mut blueprint = graph.finish()?;
    match AnyStage::transform(&BucketStage, &config, cx, &mut blueprint) {
        Ok(()) => Ok(blueprint),
        Err(StageError::Problems(problems)) => Err(problems),
        Err(StageError::Fault(fault)) => panic!("{fault}"),
    }
}

fn role() -> Role {
    Role {
        name: "shop-dev-app".into(),
        path: "/".into(),
        description: None,
        trust: PolicyDocument::of(BTreeMap::new()),
        max_session_duration: 3600,
        permissions_boundary: None,
        managed_policies: Default::default(),
        policies: BTreeMap::from([("bucket-taken".into(), PolicyDocument::of(BTreeMap::new()))]),
        tags: BTreeMap::new(),
    }
}

fn task_definition() -> TaskDefinition {
    let container = json!({"image": "nginx", "essential": true, "variables": {"TAKEN": "1"}});
    let container: Container = serde_json::from_value(container).expect("a container");
    let task = json!({
        "family": "web", "cpu": 256, "memory": 512, "network_mode": "awsvpc", "requires_compatibilities": ["FARGATE"],
        "containers": {"web": container},
    });
    serde_json::from_value(task).expect("a task definition")
}

fn inputs(blueprint: &Blueprint, address: &str) -> Value {
    blueprint.desired[&address.parse().expect("an address")].inputs.clone()
}

fn problem(buckets: Value) -> (String, String) {
    let problems = made(buckets, &cx()).expect_err("a problem");
    assert_eq!(problems.len(), 1, "{}", problems[0]);
    (problems[0].to_string(), problems[0].help.clone().unwrap_or_default())
}

#[test]
fn a_bucket_is_private_encrypted_and_versioned_and_has_a_name_of_its_own() {
    let blueprint = made(json!({"uploads": {}}), &cx()).expect("no problems");
    let expected = json!({
        "name": {"$text": ["shop-dev-uploads-", {"$ref": "deploy.account.current#id"}]},
        "versioning": true,
        "encryption": {"algorithm": "AES256", "bucket_key": false},
        "public_access_block": {
            "block_public_acls": true,
            "ignore_public_acls": true,
            "block_public_policy": true,
            "restrict_public_buckets": true,
        },
        "tags": {"team": "a"},
    });
    assert_eq!(inputs(&blueprint, "bucket.bucket.uploads"), expected);
}

#[test]
fn everything_can_be_said() {
    let section = json!({
        "name": "{app}.{env}", "versioning": false, "kms_key": "arn:{partition}:kms:{region}:{account}:key/1",
        "public_access_block": {"block_public_policy": false},
    });
    let bucket = inputs(&made(json!({"uploads": section}), &cx()).expect("no problems"), "bucket.bucket.uploads");
    assert_eq!((&bucket["name"], &bucket["versioning"]), (&json!("shop.dev"), &json!(false)));
    assert_eq!(bucket["encryption"]["algorithm"], "aws:kms");
    assert_eq!(bucket["encryption"]["kms_key"]["$text"][3], json!({"$ref": "deploy.account.current#region"}));
    let block = &bucket["public_access_block"];
    assert_eq!((&block["block_public_policy"], &block["block_public_acls"]), (&json!(false), &json!(true)));
}

#[test]
fn a_name_that_aws_refuses_is_a_problem_of_the_key_that_gives_it() {
    let (told, help) = problem(json!({"user_uploads": {}}));
    assert_eq!(
        told,
        "bucket.buckets.user_uploads: `shop-dev-user_uploads-{account}` cannot name a bucket: `_` is no lower-case letter, \
         digit, `-` or `.`"
    );
    assert_eq!(help, "set `name = \"shop-dev-user-uploads-{account}\"`");
    let (told, _) = problem(json!({"uploads": {"name": "x".repeat(60) + "-{account}"}}));
    assert!(told.starts_with("bucket.buckets.uploads.name: ") && told.contains("73 characters"), "{told}");
    let (told, help) = problem(json!({"uploads": {"name": "shop-{acount}"}}));
    assert_eq!(told, "bucket.buckets.uploads.name: nothing is known as `{acount}`");
    assert!(help.contains("`{account}`"));
    let shouting = StageContext { prefix: "Shop".into(), ..cx() };
    let told = made(json!({"uploads": {}}), &shouting).expect_err("a problem")[0].to_string();
    assert!(told.contains("`S` is no lower-case letter"), "{told}");
}

#[test]
fn what_contradicts_itself_is_refused() {
    let (told, _) = problem(json!({"a": {"name": "same"}, "b": {"name": "same"}}));
    assert_eq!(told, "bucket.buckets.b: `a` and `b` have one name");
    let (told, _) = problem(json!({"a": {"encryption": "sse-s3", "kms_key": "alias/a"}}));
    assert!(told.starts_with("bucket.buckets.a.kms_key: `sse-s3`"), "{told}");
}

#[test]
fn a_role_gets_what_it_needs_and_no_more() {
    let statements = |section: Value| {
        let blueprint = made(json!({"uploads": section}), &cx()).expect("no problems");
        let desired = &blueprint.desired[&"iam.role.app".parse().expect("an address")];
        let field = KeyPath::of(["policies", "bucket-uploads"]);
        assert!(desired.sources[&field].to_string().starts_with("bucket.buckets.uploads."));
        desired.inputs["policies"]["bucket-uploads"]["statements"].clone()
    };
    let arn = json!({"$ref": "bucket.bucket.uploads#arn"});
    let objects = json!({"$text": [arn, "/*"]});
    let read = json!({
        "ListBucket": {"effect": "Allow", "actions": ["s3:ListBucket"], "resources": [arn]},
        "ReadObjects": {"effect": "Allow", "actions": ["s3:GetObject"], "resources": [objects]},
    });
    assert_eq!(statements(json!({"read": ["app"]})), read);
    let write = json!({
        "WriteObjects": {
            "effect": "Allow", "actions": ["s3:AbortMultipartUpload", "s3:PutObject"], "resources": [objects],
        },
    });
    assert_eq!(statements(json!({"write": ["app"]})), write);
    let both = statements(json!({"read": ["app"], "write": ["app"], "kms_key": "alias/shop"}));
    assert_eq!(both.as_object().map(serde_json::Map::len), Some(4));
    assert_eq!(both["UseKey"]["actions"], json!(["kms:Decrypt", "kms:GenerateDataKey"]));
    assert_eq!(
        both["UseKey"]["conditions"]["ForAnyValue:StringEquals"],
        json!({"kms:ResourceAliases": ["alias/shop"]})
    );
    assert_eq!(
        statements(json!({"read": ["app"], "kms_key": "alias/shop"}))["UseKey"]["actions"],
        json!(["kms:Decrypt"])
    );
}

#[test]
fn a_role_that_is_not_there_or_taken_is_a_problem() {
    let (told, help) = problem(json!({"uploads": {"write": ["ap"]}}));
    assert_eq!(told, "bucket.buckets.uploads.write.0: there is no role `ap` in [iam]");
    assert_eq!(help, "a similar role exists: `app`");
    assert_eq!(problem(json!({"uploads": {"read": ["everybody"]}})).1, "there are: `app`");
    let (told, _) = problem(json!({"taken": {"read": ["app"]}}));
    assert!(told.contains("`app` has a policy `bucket-taken` of its own"), "{told}");
}

#[test]
fn containers_are_told_the_name() {
    let blueprint = made(json!({"uploads": {"variables": {"web": "UPLOADS"}}}), &cx()).expect("no problems");
    let variables = &inputs(&blueprint, "ecs.task_definition.web")["containers"]["web"]["variables"];
    assert_eq!(*variables, json!({"TAKEN": "1", "UPLOADS": {"$ref": "bucket.bucket.uploads#name"}}));
    let (told, help) = problem(json!({"uploads": {"variables": {"wbe": "UPLOADS"}}}));
    assert_eq!(told, "bucket.buckets.uploads.variables.wbe: there is no service `wbe` in [ecs]");
    assert_eq!(help, "a similar service exists: `web`");
    let (told, _) = problem(json!({"uploads": {"variables": {"web": "TAKEN"}}}));
    assert!(told.contains("the container `web` of `web` has a `TAKEN` of its own"), "{told}");
}
