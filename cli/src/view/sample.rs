//! Plans and blueprints made by hand, for the tests of every screen.

use deploy_model::{
    Action, Address, Change, FieldChange, Finding, KeyPath, Live, Origin, Owner, PLAN_FORMAT, Place, Plan, Step,
    StepId, Verb,
};
use deploy_plugin::{Blueprint, Given};
use serde_json::{Value, json};

/// A plan in which everything happens at once.
pub fn busy() -> Plan {
    let mut plan = empty();
    update_of_web(&mut plan);
    update_of_role(&mut plan);
    replacement_of_subnet(&mut plan);
    creations(&mut plan);
    update_of_group(&mut plan);
    let old = Change { id: Some("sg-0123".to_owned()), ..change("security.group.old", Verb::Destroy) };
    plan.changes.push(Change { why: vec!["no longer in the configuration".to_owned()], ..old });
    step(&mut plan, "security.group.old", Action::Delete { live: live("security.group.old", Value::Null) });
    plan.unchanged = vec![address("network.vpc.main"), address("ecs.cluster.main")];
    let blocked = Finding::blocked(address("secrets.parameter.MY_PARAM_2"), "has no value");
    plan.findings.push(blocked.help("deploy secrets set MY_PARAM_2 --env prod"));
    plan.findings.push(Finding::warning(address("iam.role.task"), "statement 1 of policy app allows every resource"));
    plan
}

/// A plan without changes.
pub fn empty() -> Plan {
    Plan {
        format: PLAN_FORMAT,
        owner: Owner { application: "shop".to_owned(), environment: "prod".to_owned() },
        place: Place {
            account: "123456789012".to_owned(),
            region: "ap-northeast-1".to_owned(),
            partition: "aws".to_owned(),
            local: false,
        },
        destroy: false,
        configuration: "c0ffee".to_owned(),
        changes: Vec::new(),
        steps: Vec::new(),
        unchanged: vec![address("network.vpc.main")],
        findings: Vec::new(),
    }
}

/// A plan that takes everything down.
pub fn destruction() -> Plan {
    let mut plan = Plan { destroy: true, unchanged: Vec::new(), ..empty() };
    for (name, id) in [
        ("ecs.service.web", "arn:aws:ecs:ap-northeast-1:123456789012:service/shop-prod/shop-prod-web"),
        ("network.subnet.a", "subnet-0a"),
        ("network.vpc.main", "vpc-0a"),
    ] {
        plan.changes.push(Change { id: Some(id.to_owned()), ..change(name, Verb::Destroy) });
        step(&mut plan, name, Action::Delete { live: live(name, Value::Null) });
    }
    plan
}

/// A service and what it stands on.
pub fn blueprint() -> Blueprint {
    let mut blueprint = Blueprint::default();
    let mut add = |name: &str, inputs: Value| {
        let address = address(name);
        let desired = deploy_model::Desired {
            address: address.clone(),
            inputs,
            source: deploy_model::KeyPath::root(),
            sources: Default::default(),
            after: Vec::new(),
        };
        blueprint.desired.insert(address, desired);
    };
    let open = |name: &str| json!({"$ref": format!("{name}#id")});
    add("ecs.cluster.main", json!({"name": "shop"}));
    add(
        "ecs.service.web",
        json!({
            "cluster": open("ecs.cluster.main"),
            "subnets": [open("network.subnet.a"), open("network.subnet.b")],
        }),
    );
    add("network.subnet.a", json!({"vpc": open("network.vpc.main")}));
    add("network.subnet.b", json!({"vpc": {"$text": ["x-", open("network.vpc.main")]}}));
    let given = Given { outputs: json!({"id": "vpc-1"}), source: KeyPath::of(["network", "existing", "vpc"]) };
    blueprint.given.insert(address("network.vpc.main"), given);
    blueprint
}

/// An address from its text.
pub fn address(text: &str) -> Address {
    text.parse().expect("an address")
}

fn update_of_web(plan: &mut Plan) {
    let inputs = json!({"containers": {"web": {"image": "nginx:1.27.2"}}});
    let name = "ecs.task_definition.web";
    let id = "arn:aws:ecs:ap-northeast-1:123456789012:task-definition/shop-web:42";
    let secret = FieldChange { sensitive: true, ..field("containers.web.token", json!("a"), json!("b"), 11) };
    let fields = vec![
        field("containers.web.image", json!("nginx:1.27.1"), json!("nginx:1.27.2"), 4),
        field("containers.web.variables.LOG_LEVEL", json!("info"), json!("debug"), 9),
        field("containers.web.variables.MODE", Value::Null, json!("fast"), 10),
        secret,
    ];
    plan.changes.push(Change { id: Some(id.to_owned()), fields: fields.clone(), ..change(name, Verb::Update) });
    step(plan, name, Action::Update { live: live(name, Value::Null), inputs, fields });
    let name = "ecs.service.web";
    let fields =
        vec![field("task_definition", json!("shop-web:42"), json!({"$ref": "ecs.task_definition.web#arn"}), 3)];
    plan.changes.push(Change { fields: fields.clone(), ..change(name, Verb::Update) });
    step(plan, name, Action::Update { live: live(name, Value::Null), inputs: json!({"desired_count": 4}), fields });
}

fn update_of_role(plan: &mut Plan) {
    let name = "iam.role.task";
    let policy = |actions: Value| {
        json!({"policies": {"app": {"1": {"Effect": "Allow", "Action": actions, "Resource": ["*"]}}},
            "managed_policies": ["arn:aws:iam::aws:policy/ReadOnlyAccess"]})
    };
    let before = policy(json!(["s3:GetObject"]));
    let after = policy(json!(["s3:GetObject", "s3:PutObject"]));
    let changed = field("policies.app.1.Action", json!(["s3:GetObject"]), json!(["s3:GetObject", "s3:PutObject"]), 31);
    plan.changes.push(Change {
        id: Some("shop-task".to_owned()),
        fields: vec![changed.clone()],
        ..change(name, Verb::Update)
    });
    step(plan, name, Action::Update { live: live(name, before), inputs: after, fields: vec![changed] });
}

fn update_of_group(plan: &mut Plan) {
    let name = "security.group.app";
    let rules = |rule: &str| json!({"ingress": {rule: {"description": "Allow HTTP"}}});
    let (before, after) = (rules("tcp 80 0.0.0.0/0"), rules("tcp 443 0.0.0.0/0"));
    let described = |rule: &str, before: Value, after: Value| FieldChange {
        path: deploy_model::KeyPath::of(["ingress", rule, "description"]),
        ..field("ingress", before, after, 25)
    };
    let fields = vec![
        described("tcp 443 0.0.0.0/0", Value::Null, json!("Allow HTTP")),
        described("tcp 80 0.0.0.0/0", json!("Allow HTTP"), Value::Null),
    ];
    plan.changes.push(Change { fields: fields.clone(), ..change(name, Verb::Update) });
    step(plan, name, Action::Update { live: live(name, before), inputs: after, fields });
}

fn replacement_of_subnet(plan: &mut Plan) {
    let name = "network.subnet.a";
    let cidr =
        FieldChange { forces_replacement: true, ..field("cidr", json!("10.0.1.0/24"), json!("10.0.9.0/24"), 21) };
    plan.changes.push(Change {
        id: Some("subnet-0a1b2c3d".to_owned()),
        fields: vec![cidr],
        why: vec!["cidr cannot change in place".to_owned()],
        ..change(name, Verb::ReplaceCreateFirst)
    });
    step(plan, name, Action::Create { inputs: json!({"cidr": "10.0.9.0/24"}) });
    step(plan, name, Action::Delete { live: live(name, json!({"cidr": "10.0.1.0/24"})) });
}

fn creations(plan: &mut Plan) {
    let image = "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/ecs_parameter_store_with_a_long_name:";
    let repository = FieldChange { origin: None, ..field("name", Value::Null, json!("shop"), 1) };
    plan.changes.push(Change { fields: vec![repository], ..change("ecs.repository.app", Verb::Create) });
    plan.changes.push(change("secrets.parameter.MY_PARAM_2", Verb::Create));
    plan.changes.push(Change { fields: transformed(), ..change("ecs.task_definition.new", Verb::Create) });
    let worker = field("containers.worker.image", json!(format!("{image}1")), json!(format!("{image}2")), 40);
    plan.changes.push(Change { fields: vec![worker], ..change("ecs.task_definition.worker", Verb::Update) });
    step(plan, "ecs.task_definition.new", Action::Create { inputs: json!({}) });
    for name in ["ecs.repository.app", "secrets.parameter.MY_PARAM_2"] {
        step(plan, name, Action::Create { inputs: json!({}) });
    }
}

/// What a plugin has added to a new task definition, beside what its own stage desires.
fn transformed() -> Vec<FieldChange> {
    let by = |stages: &[&str], field: FieldChange| FieldChange {
        changed_by: stages.iter().map(|stage| (*stage).to_owned()).collect(),
        ..field
    };
    let plugin = Some(Origin::of_plugin("pin"));
    let pinned = FieldChange { origin: plugin, ..field("containers.web.image", Value::Null, json!("nginx:1"), 4) };
    vec![
        field("cpu", Value::Null, json!(256), 30),
        field("containers.web.command", Value::Null, json!(["serve"]), 31),
        by(&["pin"], pinned),
        by(&["guard", "sidecar"], field("containers.otel", Value::Null, json!({"image": "otel:2", "ports": []}), 60)),
    ]
}

fn change(name: &str, verb: Verb) -> Change {
    let origin = (verb != Verb::Destroy).then(|| Origin::at("environments/prod.toml", 2, 1));
    Change { address: address(name), verb, id: None, fields: Vec::new(), origin, why: Vec::new() }
}

fn field(path: &str, before: Value, after: Value, line: u32) -> FieldChange {
    let side = |value: Value| (!value.is_null()).then_some(value);
    FieldChange {
        path: path.parse().expect("a path"),
        before: side(before),
        after: side(after),
        forces_replacement: false,
        sensitive: false,
        origin: Some(Origin::at("environments/prod.toml", line, 1)),
        changed_by: Vec::new(),
    }
}

fn live(name: &str, inputs: Value) -> Live {
    Live { address: address(name), id: "id".to_owned(), inputs, outputs: json!({}) }
}

fn step(plan: &mut Plan, name: &str, action: Action) {
    let id = StepId(u32::try_from(plan.steps.len()).expect("few steps") + 1);
    plan.steps.push(Step { id, address: address(name), action, after: Vec::new() });
}
