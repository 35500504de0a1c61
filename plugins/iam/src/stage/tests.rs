//! What the section comes to, and what is refused.

use deploy_plugin::model::{Address, Owner};
use deploy_plugin::{AnyStage, Blueprint};
use serde_json::{Value, json};

use super::*;

fn cx() -> StageContext {
    StageContext {
        owner: Owner { application: "shop".into(), environment: "dev".into() },
        prefix: "shop-dev".into(),
        tags: BTreeMap::from([("team".into(), "a".into())]),
    }
}

fn desired(section: Value, cx: &StageContext) -> Result<Blueprint, Vec<Problem>> {
    let mut graph = Graph::new();
    AnyStage::desired(&Iam, &section, cx, &mut graph).expect("a stage that works");
    graph.finish()
}

/// A role's inputs, with the account's outputs written as `<id>`, `<region>` and `<partition>`.
fn role_of(section: Value, name: &str, cx: &StageContext) -> Value {
    let blueprint = desired(section, cx).expect("no problems");
    let address: Address = format!("iam.role.{name}").parse().expect("an address");
    flat(&blueprint.desired[&address].inputs)
}

fn flat(value: &Value) -> Value {
    match value {
        Value::Object(object) => match object.get("$text").and_then(Value::as_array) {
            Some(parts) => Value::String(parts.iter().map(piece).collect()),
            None => Value::Object(object.iter().map(|(key, value)| (key.clone(), flat(value))).collect()),
        },
        Value::Array(items) => Value::Array(items.iter().map(flat).collect()),
        other => other.clone(),
    }
}

fn piece(part: &Value) -> String {
    match part.get("$ref").and_then(Value::as_str) {
        Some(reference) => format!("<{}>", reference.rsplit('#').next().expect("an output")),
        None => part.as_str().expect("a text").to_owned(),
    }
}

fn problems(roles: Value) -> Vec<String> {
    let problems = desired(json!({"roles": roles}), &cx()).expect_err("problems");
    problems.iter().map(ToString::to_string).collect()
}

#[test]
fn the_articles_roles_come_out_to_the_letter() {
    let article = StageContext {
        owner: Owner { application: "ecs_parameter_store".into(), environment: "article".into() },
        prefix: "ecs_parameter_store".into(),
        tags: BTreeMap::new(),
    };
    let section = json!({"path": "/", "source_conditions": false, "roles": {
        "ecs_task_exec": {
            "managed_policies": ["service-role/AmazonECSTaskExecutionRolePolicy"],
            "policies": {"allow_parameter_store":
                {"grant": "read_parameters", "by_path": false, "by_tags": ["application"]}},
        },
        "ecs_service": {"policies": {"allow_logs": {"grant": "write_logs"}}},
    }});
    let trust = json!({"statements": {"EcsTasks": {
        "effect": "Allow", "principals": {"Service": ["ecs-tasks.amazonaws.com"]}, "actions": ["sts:AssumeRole"],
    }}});
    assert_eq!(
        role_of(section.clone(), "ecs_task_exec", &article),
        json!({
            "name": "ecs_parameter_store-ecs_task_exec", "path": "/", "max_session_duration": 3600, "trust": trust,
            "managed_policies": ["arn:<partition>:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"],
            "policies": {"allow_parameter_store": {"statements": {"ReadParameters": {
                "effect": "Allow", "actions": ["ssm:GetParameters"],
                "resources": ["arn:<partition>:ssm:<region>:<id>:parameter/*"],
                "conditions": {"StringEquals": {"ssm:resourceTag/application": ["ecs_parameter_store"]}},
            }}}},
        })
    );
    assert_eq!(
        role_of(section, "ecs_service", &article),
        json!({
            "name": "ecs_parameter_store-ecs_service", "path": "/", "max_session_duration": 3600, "trust": trust,
            "policies": {"allow_logs": {"statements": {"WriteLogs": {
                "effect": "Allow", "resources": ["*"],
                "actions": ["logs:CreateLogStream", "logs:DescribeLogGroups", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            }}}},
        })
    );
}

#[test]
fn secrets_of_secrets_manager_have_a_grant_of_their_own() {
    let granted = |path: &str| {
        let policy = json!({"grant": "read_secrets", "kms_key": "alias/{app}"});
        let section = json!({"parameter_path": path, "roles": {"web": {"policies": {"p": policy}}}});
        role_of(section, "web", &cx())["policies"]["p"]["statements"].clone()
    };
    let statements = granted("/{app}/{env}");
    assert_eq!(
        statements["ReadSecrets"],
        json!({
            "effect": "Allow", "actions": ["secretsmanager:GetSecretValue"],
            "resources": ["arn:<partition>:secretsmanager:<region>:<id>:secret:/shop/dev/*"],
            "conditions": {"StringEquals": {
                "secretsmanager:ResourceTag/application": ["shop"], "secretsmanager:ResourceTag/environment": ["dev"],
            }},
        })
    );
    let conditions = &statements["DecryptSecrets"]["conditions"];
    assert_eq!(conditions["StringEquals"], json!({"kms:ViaService": ["secretsmanager.<region>.amazonaws.com"]}));
    let everything = &granted("")["ReadSecrets"]["resources"];
    assert_eq!(*everything, json!(["arn:<partition>:secretsmanager:<region>:<id>:secret:*"]));
}

#[test]
fn by_default_a_role_is_bound_to_its_account_and_reads_its_environment_only() {
    let section =
        json!({"roles": {"web": {"policies": {"p": {"grant": "read_parameters", "kms_key": "alias/{app}"}}}}});
    let role = role_of(section, "web", &cx());
    assert_eq!((&role["name"], &role["path"]), (&json!("shop-dev-web"), &json!("/shop/dev/")));
    assert_eq!(role["tags"], json!({"team": "a"}));
    assert_eq!(
        role["trust"]["statements"]["EcsTasks"]["conditions"],
        json!({
            "ArnLike": {"aws:SourceArn": ["arn:<partition>:ecs:<region>:<id>:*"]},
            "StringEquals": {"aws:SourceAccount": ["<id>"]},
        })
    );
    let statements = &role["policies"]["p"]["statements"];
    assert_eq!(
        statements["ReadParameters"]["resources"],
        json!(["arn:<partition>:ssm:<region>:<id>:parameter/shop/dev/*"])
    );
    assert_eq!(
        statements["ReadParameters"]["conditions"],
        json!({"StringEquals": {
            "ssm:resourceTag/application": ["shop"], "ssm:resourceTag/environment": ["dev"],
        }})
    );
    assert_eq!(
        statements["DecryptParameters"],
        json!({
            "effect": "Allow", "actions": ["kms:Decrypt"], "resources": ["arn:<partition>:kms:<region>:<id>:key/*"],
            "conditions": {
                "StringEquals": {"kms:ViaService": ["ssm.<region>.amazonaws.com"]},
                "ForAnyValue:StringEquals": {"kms:ResourceAliases": ["alias/shop"]},
            },
        })
    );
}

#[test]
fn an_empty_parameter_path_reads_flat_names() {
    let section = json!({"parameter_path": "", "roles": {"web": {"policies": {"p": {"grant": "read_parameters"}}}}});
    let role = role_of(section, "web", &cx());
    let statement = &role["policies"]["p"]["statements"]["ReadParameters"];
    assert_eq!(statement["resources"], json!(["arn:<partition>:ssm:<region>:<id>:parameter/*"]));
}

#[test]
fn own_statements_are_filled_in() {
    let section = json!({"roles": {"web": {"policies": {"p": {"statements": {"ReadBucket": {
        "actions": ["s3:GetObject"],
        "resources": ["arn:{partition}:s3:::{prefix}-{account}/${aws:username}/*"],
        "conditions": {"StringEquals": {"aws:x": "y", "aws:region": ["{region}"]}},
    }}}}}}});
    let role = role_of(section, "web", &cx());
    assert_eq!(
        role["policies"]["p"]["statements"]["ReadBucket"],
        json!({
            "effect": "Allow", "actions": ["s3:GetObject"],
            "resources": ["arn:<partition>:s3:::shop-dev-<id>/${aws:username}/*"],
            "conditions": {"StringEquals": {"aws:x": ["y"], "aws:region": ["<region>"]}},
        })
    );
}

#[test]
fn wrong_names_are_reported_at_their_key() {
    assert_eq!(
        problems(json!({
            "a": {"name": "n".repeat(65)},
            "b": {"name": "{environment}"},
            "c": {"name": "Same"},
            "d": {"name": "same"},
            "e": {"trust": []},
            "f": {"trust": ["arn:aws:iam::1:root"]},
        })),
        [
            format!("iam.roles.a.name: the role's name, `{}`, has 65 characters; 64 are allowed", "n".repeat(65)),
            "iam.roles.b.name: the role's name, `{environment}`, contains `{`".to_owned(),
            "iam.roles.d: `c` and `d` are both named `same`".to_owned(),
            "iam.roles.e.trust: nobody may assume the role".to_owned(),
            "iam.roles.f.trust.0: `arn:aws:iam::1:root` is not a service".to_owned(),
        ]
    );
}

#[test]
fn wrong_policies_are_reported_at_their_key() {
    let statement = json!({"actions": ["a:B"], "resources": ["{nobody}"]});
    assert_eq!(
        problems(json!({"r": {
            "managed_policies": ["arn:{x}:y", "a", "b", "c", "d", "e", "f", "g", "h", "i", "j"],
            "permissions_boundary": "Boundary",
            "policies": {
                "a": {"grant": "write_logs", "by_path": false, "statements": {"S": statement}},
                "b": {},
                "c": {"statements": {"not-a-sid": {"actions": ["a:B"]}, "S": statement}},
                "d": {"grant": "read_parameters", "by_tags": ["nothing"]},
            },
        }})),
        [
            "iam.roles.r.permissions_boundary: `Boundary` is not an ARN",
            "iam.roles.r.managed_policies.0: nothing is known as `{x}`",
            "iam.roles.r.policies.a.statements: the policy has both a grant and statements",
            "iam.roles.r.policies.a.by_path: `by_path` belongs to the grants `read_parameters` and `read_secrets`",
            "iam.roles.r.policies.b: the policy allows nothing",
            "iam.roles.r.policies.c.statements.S.resources.0: nothing is known as `{nobody}`",
            "iam.roles.r.policies.c.statements.not-a-sid: `not-a-sid` cannot name a statement",
            "iam.roles.r.policies.c.statements.not-a-sid: the statement names no resources",
            "iam.roles.r.policies.d.by_tags.0: no parameter carries a tag `nothing`",
            "iam.roles.r.managed_policies: managed policies of the role: 11; 10 are allowed",
        ]
    );
    assert!(problems(json!({"r": {"policies": {"p": {"grant": "everything"}}}}))[0].contains("unknown variant"));
}

#[test]
fn the_policies_of_a_role_are_measured_together() {
    let half = json!({"statements": {"S": {"actions": ["a:B"], "resources": ["r".repeat(5_100)]}}});
    let problems = problems(json!({"r": {"policies": {"a": half, "b": half}}}));
    assert!(problems[0].starts_with("iam.roles.r.policies: characters in the role's policies: 10"), "{problems:?}");
}

#[test]
fn a_path_has_slashes_at_both_ends() {
    for path in ["shop", "/shop", "shop/", "/{x}/"] {
        let problems = desired(json!({"path": path}), &cx()).expect_err("a problem");
        assert_eq!(problems[0].path.to_string(), "iam.path");
    }
}
