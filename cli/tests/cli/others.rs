//! What a service names of others: roles by their ARNs, parameters and secrets by theirs, everything below a path.
//! It is looked at before the plan is made, and never changed.

use deploy_aws::Clients;
use deploy_aws::ssm::types::ParameterType;

use crate::project::{Outcome, Project};

const SHIPPED: &str = include_str!("../../../environments/dev.toml");
const ACCOUNT: &str = "123456789012";
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
const MANAGED: &str = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";

fn arn(rest: &str) -> String {
    format!("arn:aws:ssm:ap-northeast-1:{ACCOUNT}:parameter/{rest}")
}

async fn put(clients: &Clients, name: &str, value: &str) {
    let request = clients.ssm().writes.put_parameter().name(name).value(value).r#type(ParameterType::SecureString);
    request.overwrite(true).send().await.expect("a parameter");
}

async fn make_role(clients: &Clients, name: &str, trust: &str, resource: Option<&str>) {
    let iam = &clients.iam().writes;
    iam.create_role().role_name(name).path("/team/").assume_role_policy_document(trust).send().await.expect("a role");
    iam.attach_role_policy().role_name(name).policy_arn(MANAGED).send().await.expect("attached");
    if let Some(resource) = resource {
        let document = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"ssm:GetParameters","Resource":"{resource}"}}]}}"#
        );
        let request = iam.put_role_policy().role_name(name).policy_name("read").policy_document(document);
        request.send().await.expect("a policy");
    }
}

/// The shipped `dev` whose service runs with these lines, and whose container has these secrets.
fn with(project: &Project, service: &str, secrets: &str) {
    let head = "[ecs.services.ecs_service]\n";
    let text = SHIPPED.replace(head, &format!("{head}{service}\n"));
    project
        .write("dev.toml", format!("{text}\n[ecs.services.ecs_service.containers.ecs_service]\nsecrets = {secrets}\n"));
}

fn plan(project: &Project) -> Outcome {
    project.run(&["plan", "dev"])
}

/// Up with what is shared below `/shared`, which the execution role may read.
fn with_a_shared_path() -> Project {
    let project = Project::embedded();
    project.with_clients(async |clients| {
        put(&clients, "/shared/DB_URL", "db-1").await;
        put(&clients, "/shared/TOKEN", "token-1").await;
        put(&clients, "/shared/deeper/HIDDEN", "hidden").await;
    });
    let grant = format!(
        "\n[iam.roles.ecs_task_exec.policies.shared.statements.Read]\nactions = [\"ssm:GetParameters\"]\n\
         resources = [\"{}\"]\n",
        arn("shared/*")
    );
    with(&project, "", &format!("[\"MY_PARAM_1\", \"/shared/*\"]\n{grant}"));
    project
}

#[test]
fn every_parameter_below_a_path_becomes_a_variable_and_its_changes_reach_the_tasks() {
    let project = with_a_shared_path();
    let planned = plan(&project).success().stdout;
    assert!(!planned.contains("BLOCKED"), "{planned}");
    project.run(&["apply", "dev", "--yes"]).success();
    let none = project.run(&["plan", "dev", "--detailed-exitcode"]);
    assert_eq!(none.code, 0, "{}", none.stdout);
    let seen = project.run(&["secrets", "exec", "--env", "dev", "--", "env"]).success().stdout;
    for line in ["DB_URL=db-1", "TOKEN=token-1"] {
        assert!(seen.lines().any(|seen| seen == line), "no `{line}` in:\n{seen}");
    }
    assert!(!seen.contains("hidden"), "{seen}");

    project.with_clients(async |clients| {
        put(&clients, "/shared/TOKEN", "token-2").await;
        put(&clients, "/shared/NEW", "new").await;
    });
    let changed = plan(&project).success().stdout;
    for words in ["TOKEN", "v1 -> v2", "NEW"] {
        assert!(changed.contains(words), "no `{words}` in:\n{changed}");
    }
    assert!(!changed.contains("DB_URL"), "{changed}");
    project.run(&["apply", "dev", "--yes"]).success();
    let none = project.run(&["plan", "dev", "--detailed-exitcode"]);
    assert_eq!(none.code, 0, "{}", none.stdout);
    project.run(&["destroy", "dev", "--yes", "--allow-destroy"]).success();
    project.with_clients(async |clients| {
        let kept = clients.ssm().reads.get_parameters_by_path().path("/shared").recursive(true).send().await;
        assert_eq!(kept.expect("a list").parameters().len(), 4);
    });
}

#[test]
fn a_role_that_may_not_read_what_is_shared_is_told_before_anything_changes() {
    let project = with_a_shared_path();
    with(&project, "", "[\"MY_PARAM_1\", \"/shared/*\"]");
    let told = plan(&project).success().stdout;
    for words in ["BLOCKED", "may not read /shared/DB_URL", "may not read /shared/TOKEN"] {
        assert!(told.contains(words), "no `{words}` in:\n{told}");
    }
}

#[test]
fn what_is_named_one_by_one_is_meant_more_than_what_lies_below_a_path() {
    let project = with_a_shared_path();
    project.with_clients(async |clients| put(&clients, "/shared/MY_PARAM_1", "not this").await);
    let text = std::fs::read_to_string(project.path().join("environments/dev.toml")).expect("a file");
    let text = text.replace("[\"MY_PARAM_1\", \"/shared/*\"]", "{ MY_PARAM_1 = \"MY_PARAM_1\", from = \"/shared/*\" }");
    project.write("dev.toml", text);
    project.run(&["apply", "dev", "--yes"]).success();
    let seen = project.run(&["secrets", "exec", "--env", "dev", "--", "env"]).success().stdout;
    assert!(seen.contains("TOKEN=token-1") && !seen.contains("not this"), "{seen}");
}

#[test]
fn a_path_that_leads_nowhere_or_stands_at_a_variable_is_bad_input() {
    let project = Project::embedded();
    for (secrets, words) in [
        ("[\"/nothing/*\"]", "no parameter lies below `/nothing/*`"),
        ("[\"/ecs-parameter-store/dev/*\"]", "covers /ecs-parameter-store/dev/MY_PARAM_1"),
        ("[\"arn:aws:ssm:ap-northeast-1:123456789012:parameter/A\"]", "an ARN is no name of a variable"),
        ("{ DB = \"arn:aws:s3:::bucket\" }", "is no ARN of a parameter or a secret"),
        ("{ DB = \"arn:aws:s3:::bucket:with:colons\" }", "is no ARN of a parameter or a secret"),
        ("{ DB = \"/shared/*\" }", "write `from = \"/shared/*\"`"),
    ] {
        with(&project, "", secrets);
        let refused = plan(&project);
        assert_eq!(refused.code, 3, "{}{}", refused.stdout, refused.stderr);
        assert!(refused.stderr.contains(words) && refused.stderr.contains("dev.toml:"), "{}", refused.stderr);
    }
}

#[test]
fn a_role_of_others_is_looked_at_as_one_of_ours() {
    let project = Project::embedded();
    let own = format!("arn:aws:ssm:ap-northeast-1:{ACCOUNT}:parameter/ecs-parameter-store/dev/*");
    project.with_clients(async |clients| {
        make_role(&clients, "sound", TRUST, Some(&own)).await;
        make_role(&clients, "no-grant", TRUST, None).await;
        make_role(&clients, "no-trust", &TRUST.replace("ecs-tasks", "lambda"), Some(&own)).await;
    });
    let role = |name: &str| format!("execution_role = \"arn:aws:iam::{ACCOUNT}:role/team/{name}\"");
    for (name, words) in [
        ("no-grant", "may not read"),
        ("no-trust", "its trust policy does not let ECS tasks"),
        ("missing", "there is no role arn:aws:iam::123456789012:role/team/missing"),
    ] {
        with(&project, &role(name), "[\"MY_PARAM_1\"]");
        let told = plan(&project).success().stdout;
        let flat = told.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains("BLOCKED") && flat.contains(words), "no `{words}` in:\n{told}");
        assert_ne!(project.run(&["apply", "dev", "--yes"]).code, 0, "{name} was applied");
    }
    with(&project, &role("sound"), "[\"MY_PARAM_1\"]");
    assert!(!plan(&project).success().stdout.contains("BLOCKED"));
    project.run(&["apply", "dev", "--yes"]).success();
    let none = project.run(&["plan", "dev", "--detailed-exitcode"]);
    assert_eq!(none.code, 0, "{}", none.stdout);
}

/// What nobody can decide from here, and what AWS always supplies, blocks nothing.
#[test]
fn a_condition_on_what_is_not_known_here_raises_no_alarm() {
    let project = Project::embedded();
    let own = format!("arn:aws:ssm:ap-northeast-1:{ACCOUNT}:parameter/ecs-parameter-store/dev/*");
    let allow = |condition: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"ssm:GetParameters","Resource":"{own}","Condition":{condition}}}]}}"#
        )
    };
    let guard = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","NotAction":"iam:*","Resource":"*","Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-1"}}},{"Effect":"Allow","Action":"ssm:GetParameters","Resource":"*"}]}"#;
    let policies = [
        (allow(r#"{"StringEquals":{"aws:RequestedRegion":"ap-northeast-1"}}"#), false),
        (allow(r#"{"Bool":{"aws:SecureTransport":"true"}}"#), false),
        (allow(r#"{"DateLessThan":{"aws:CurrentTime":"2099-01-01T00:00:00Z"}}"#), false),
        (guard.to_owned(), false),
        (allow(r#"{"StringEquals":{"aws:RequestedRegion":"eu-west-1"}}"#), true),
        (allow(r#"{"StringEquals":{"ssm:resourceTag/team":"web"}}"#), true),
    ];
    for (number, (document, is_blocked)) in policies.into_iter().enumerate() {
        let name = format!("role-{number}");
        project.with_clients(async |clients| {
            make_role(&clients, &name, TRUST, None).await;
            let request = clients.iam().writes.put_role_policy().role_name(&name).policy_name("read");
            request.policy_document(&document).send().await.expect("a policy");
        });
        with(&project, &format!("execution_role = \"arn:aws:iam::{ACCOUNT}:role/team/{name}\""), "[\"MY_PARAM_1\"]");
        let told = plan(&project).success().stdout;
        assert_eq!(told.contains("may not read"), is_blocked, "{document}:\n{told}");
    }
}

#[test]
fn many_shared_parameters_fit_into_the_tags_of_a_task_definition() {
    let project = with_a_shared_path();
    project.with_clients(async |clients| {
        for number in 0..120 {
            put(&clients, &format!("/shared/S{number}"), "one").await;
        }
    });
    project.run(&["apply", "dev", "--yes"]).success();
    let none = || project.run(&["plan", "dev", "--detailed-exitcode"]);
    assert_eq!(none().code, 0, "{}", none().stdout);
    project.with_clients(async |clients| put(&clients, "/shared/S7", "two").await);
    assert_eq!(none().code, 2);
    project.run(&["apply", "dev", "--yes"]).success();
    assert_eq!(none().code, 0, "{}", none().stdout);
}

#[test]
fn a_parameter_of_others_is_looked_at_and_its_changes_reach_the_tasks() {
    let project = Project::embedded();
    let secrets = format!("{{ MY_PARAM_1 = \"MY_PARAM_1\", THEIRS = \"{}\" }}", arn("theirs/KEY"));
    let grant = format!(
        "\n[iam.roles.ecs_task_exec.policies.theirs.statements.Read]\nactions = [\"ssm:GetParameters\"]\n\
         resources = [\"{}\"]\n",
        arn("theirs/*")
    );
    with(&project, "", &format!("{secrets}\n{grant}"));
    let told = plan(&project).success().stdout;
    assert!(told.contains("BLOCKED") && told.contains("there is no"), "{told}");
    project.with_clients(async |clients| put(&clients, "/theirs/KEY", "one").await);
    project.run(&["apply", "dev", "--yes"]).success();
    project.with_clients(async |clients| put(&clients, "/theirs/KEY", "two").await);
    let changed = plan(&project).success().stdout;
    assert!(changed.contains("v1 -> v2"), "{changed}");
}
