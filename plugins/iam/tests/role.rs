//! The kind `iam.role` on the embedded AWS.

use std::collections::BTreeMap;

use deploy_iam::role::RoleKind;
use deploy_kinds::iam::{PolicyDocument, Role, RoleOutputs, Statement, Texts};
use deploy_plugin::model::{Address, Fault, FaultKind, FieldChange, Owner};
use deploy_plugin::{Context, Found, Kind, Made, Purpose, Scope, Wanted};
use deploy_testing::Aws;

fn owner() -> Owner {
    Owner { application: "shop".into(), environment: "dev".into() }
}

fn context() -> Context {
    Context::quiet(owner())
}

fn address(name: &str) -> Address {
    format!("iam.role.{name}").parse().expect("an address")
}

fn allow(sid: &str, actions: &[&str], resource: &str) -> PolicyDocument {
    let statement = Statement {
        actions: actions.iter().copied().collect(),
        resources: Texts::from([resource]),
        conditions: BTreeMap::from([(
            "StringEquals".into(),
            BTreeMap::from([("aws:x".into(), Texts::from(["a b", "c"]))]),
        )]),
        ..Statement::default()
    };
    PolicyDocument::of(BTreeMap::from([(sid.to_owned(), statement)]))
}

fn trust(service: &str) -> PolicyDocument {
    let statement = Statement {
        principals: BTreeMap::from([("Service".into(), Texts::from([service]))]),
        actions: Texts::from(["sts:AssumeRole"]),
        ..Statement::default()
    };
    PolicyDocument::of(BTreeMap::from([("Trust".to_owned(), statement)]))
}

const EXECUTION: &str = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";

fn inputs(name: &str) -> Role {
    Role {
        name: format!("shop-dev-{name}"),
        path: "/shop/dev/".into(),
        description: Some("for the tests".into()),
        trust: trust("ecs-tasks.amazonaws.com"),
        max_session_duration: 3600,
        permissions_boundary: None,
        managed_policies: Texts::from([EXECUTION]),
        policies: BTreeMap::from([
            ("logs".into(), allow("Write", &["logs:PutLogEvents", "logs:CreateLogStream"], "*")),
            ("bucket".into(), allow("Read", &["s3:GetObject"], "arn:aws:s3:::bucket/${aws:username}/*")),
        ]),
        tags: BTreeMap::from([("team".into(), "a".into())]),
    }
}

async fn create(aws: &Aws, name: &str, inputs: Role) -> Result<Made<RoleOutputs>, Fault> {
    let kind = RoleKind::new(&aws.clients);
    let Made { id, outputs } = kind.create(&context(), &address(name), inputs.clone()).await?;
    kind.complete(&context(), Found { address: address(name), id, inputs, outputs }).await
}

async fn discover(aws: &Aws, wanted: &[(&str, Role)]) -> Vec<Found<Role>> {
    let wanted = wanted.iter().map(|(name, inputs)| Wanted {
        address: address(name),
        inputs: serde_json::to_value(inputs).expect("inputs are plain data"),
    });
    let scope =
        Scope { owner: owner(), prefix: "shop-dev".into(), wanted: wanted.collect(), purpose: Purpose::Compare };
    let mut found = RoleKind::new(&aws.clients).discover(&context(), &scope).await.expect("a listing");
    found.sort_by(|one, other| one.address.cmp(&other.address));
    found
}

fn changes(fields: &[&str]) -> Vec<FieldChange> {
    let change = |field: &&str| FieldChange {
        path: field.parse().expect("a path"),
        before: None,
        after: None,
        forces_replacement: false,
        sensitive: false,
        origin: None,
        changed_by: Vec::new(),
    };
    fields.iter().map(change).collect()
}

#[tokio::test]
async fn what_was_made_is_found_as_it_was_desired() {
    let aws = Aws::start().await;
    let made = create(&aws, "web", inputs("web")).await.expect("a role");
    assert_eq!(made.outputs.arn, "arn:aws:iam::123456789012:role/shop/dev/shop-dev-web");
    let mut calls = aws.calls();
    assert_eq!(calls.remove(0), "CreateRole");
    calls.sort();
    assert_eq!(calls, ["AttachRolePolicy", "PutRolePolicy", "PutRolePolicy"]);

    let found = discover(&aws, &[("web", inputs("web"))]).await;
    assert_eq!(found, [Found { address: address("web"), id: made.id, inputs: inputs("web"), outputs: made.outputs }]);
}

#[tokio::test]
async fn a_system_of_two_roles_is_read_in_nine_calls() {
    let aws = Aws::start().await;
    let one_policy = |name: &str| {
        let mut inputs = Role { path: "/".into(), ..inputs(name) };
        inputs.policies.pop_first();
        inputs
    };
    let wanted = [("exec", one_policy("exec")), ("service", one_policy("service"))];
    for (name, inputs) in &wanted {
        create(&aws, name, inputs.clone()).await.expect("a role");
    }
    aws.calls();
    assert_eq!(discover(&aws, &wanted).await.len(), 2);
    assert_eq!(aws.calls().len(), 9);
}

#[tokio::test]
async fn an_attempt_that_was_cut_short_is_taken_up_again() {
    let aws = Aws::start().await;
    let bare = Role { managed_policies: Texts::default(), policies: BTreeMap::new(), ..inputs("web") };
    let first = create(&aws, "web", bare).await.expect("a role");
    let second = create(&aws, "web", inputs("web")).await.expect("the same role");
    assert_eq!(first.outputs, second.outputs);
    assert_eq!(discover(&aws, &[]).await[0].inputs, inputs("web"));

    let taken = create(&aws, "other", inputs("web")).await.expect_err("another's name");
    assert_eq!(taken.kind, FaultKind::Conflict);
    assert!(taken.help.is_some());
}

#[tokio::test]
async fn an_update_changes_what_differs_and_nothing_else() {
    let aws = Aws::start().await;
    create(&aws, "web", inputs("web")).await.expect("a role");
    let mut desired = inputs("web");
    desired.description = None;
    desired.max_session_duration = 7200;
    desired.trust = trust("ec2.amazonaws.com");
    desired.managed_policies = Texts::from(["arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly"]);
    desired.policies.remove("bucket");
    desired.policies.insert("logs".into(), allow("Write", &["logs:PutLogEvents"], "*"));
    desired.tags = BTreeMap::from([("team".into(), "b".into()), ("cost".into(), "7".into())]);

    let live = discover(&aws, &[]).await.remove(0);
    aws.calls();
    let fields = changes(&["description", "trust.statements.Trust", "managed_policies", "policies.logs", "tags.team"]);
    let kind = RoleKind::new(&aws.clients);
    kind.update(&context(), live, desired.clone(), &fields).await.expect("an update");
    let mut calls = aws.calls();
    calls.sort();
    assert_eq!(
        calls,
        [
            "AttachRolePolicy",
            "DeleteRolePolicy",
            "DetachRolePolicy",
            "PutRolePolicy",
            "TagRole",
            "UpdateAssumeRolePolicy",
            "UpdateRole"
        ]
    );
    assert_eq!(discover(&aws, &[]).await[0].inputs, desired);
}

#[tokio::test]
async fn a_role_at_another_path_or_with_another_name_is_still_seen() {
    let aws = Aws::start().await;
    create(&aws, "root", Role { path: "/".into(), ..inputs("root") }).await.expect("a role");
    create(&aws, "odd", Role { name: "odd".into(), ..inputs("odd") }).await.expect("a role");
    let found = discover(&aws, &[]).await;
    assert_eq!(found.iter().map(|found| &found.address).collect::<Vec<_>>(), [&address("odd"), &address("root")]);
}

#[tokio::test]
async fn a_retired_role_has_its_new_address_and_a_deleted_one_is_gone() {
    let aws = Aws::start().await;
    let kind = RoleKind::new(&aws.clients);
    create(&aws, "web", inputs("web")).await.expect("a role");
    let live = discover(&aws, &[]).await.remove(0);
    kind.retire(&context(), live, &address("web").retire("1a")).await.expect("another address");
    let retired = discover(&aws, &[]).await.remove(0);
    assert_eq!((retired.address.clone(), retired.inputs.clone()), (address("web").retire("1a"), inputs("web")));

    // Put there by someone else, after the role was read.
    let put = aws.clients.iam().writes.put_role_policy().role_name(&retired.id).policy_name("late");
    put.policy_document(allow("Late", &["a:B"], "*").write().expect("a document")).send().await.expect("a policy");
    for live in [retired.clone(), retired] {
        kind.delete(&context(), live).await.expect("gone, or gone already");
    }
    assert_eq!(discover(&aws, &[]).await, []);
}
