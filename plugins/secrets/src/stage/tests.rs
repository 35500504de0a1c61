//! What the section comes to, and which plans are stopped.

use deploy_plugin::model::{Owner, PLAN_FORMAT, Place, StepId};
use deploy_plugin::{Answers, AnyStage, Blueprint};
use serde_json::{Value, json};

use super::*;

fn cx() -> StageContext {
    StageContext {
        owner: Owner { application: "shop".into(), environment: "prod".into() },
        prefix: "shop-prod".into(),
        tags: BTreeMap::from([("team".into(), "a".into())]),
    }
}

fn desired(section: Value) -> Result<Blueprint, Vec<Problem>> {
    let mut graph = Graph::new();
    AnyStage::desired(&Secrets, &section, &cx(), &mut graph).expect("a stage that works");
    graph.finish()
}

fn inputs_of(section: Value, name: &str) -> Parameter {
    let blueprint = desired(section).expect("no problems");
    let address: Address = format!("secrets.parameter.{name}").parse().expect("an address");
    serde_json::from_value(blueprint.desired[&address].inputs.clone()).expect("inputs")
}

fn problems(section: Value) -> Vec<String> {
    desired(section).expect_err("problems").iter().map(ToString::to_string).collect()
}

#[test]
fn a_name_alone_declares_an_encrypted_parameter_below_the_environments_path() {
    let inputs = inputs_of(json!({"parameters": {"DB_URL": {}}}), "DB_URL");
    assert_eq!(inputs.name, "/shop/prod/DB_URL");
    assert_eq!(inputs.value_type, "SecureString");
    assert_eq!(inputs.owner.address.as_deref(), Some("secrets.parameter.DB_URL"));
    assert_eq!(inputs.owner.application.as_deref(), Some("shop"));
    assert_eq!(inputs.tags, cx().tags);
}

#[test]
fn an_empty_path_gives_flat_names() {
    let section = json!({"path": "", "parameters": {"MY_PARAM_1": {"type": "String"}}});
    let inputs = inputs_of(section, "MY_PARAM_1");
    assert_eq!((inputs.name.as_str(), inputs.value_type.as_str()), ("MY_PARAM_1", "String"));
}

#[test]
fn a_full_name_overrides_the_path() {
    let section = json!({"parameters": {"DB_URL": {"name": "/{app}/shared/db", "kms_key": "alias/{app}"}}});
    let inputs = inputs_of(section, "DB_URL");
    assert_eq!((inputs.name.as_str(), inputs.kms_key.as_deref()), ("/shop/shared/db", Some("alias/shop")));
}

#[test]
fn everything_wrong_is_reported_at_its_key() {
    let section = json!({"parameters": {
        "A": {"name": "/aws/x"},
        "B": {"type": "String", "kms_key": "alias/k", "description": "d".repeat(1025)},
        "C": {"name": "/{region}/x"},
        "D": {"name": "/same"},
        "E": {"name": "/same"},
    }});
    assert_eq!(
        problems(section),
        [
            "secrets.parameters.A.name: `/aws/x` begins with a word that AWS keeps for itself",
            "secrets.parameters.B.description: the description has 1025 characters; 1024 are allowed",
            "secrets.parameters.B.kms_key: a parameter of type String is not encrypted, so it has no key",
            "secrets.parameters.C.name: `/{region}/x` contains `{`",
            "secrets.parameters.E: `D` and `E` are both named `/same`",
        ]
    );
    assert_eq!(
        problems(json!({"parameters": {"a.b": {}}})),
        ["secrets.parameters.\"a.b\": `a.b` cannot name a parameter"]
    );
    assert!(problems(json!({"parameters": {"A": {"value": "x"}}}))[0].contains("unknown field `value`"));
}

#[test]
fn a_records_path_is_refused() {
    let section = json!({"path": "/deploy/{app}", "parameters": {"A": {}}});
    assert!(problems(section)[0].contains("keeps its own records"));
}

fn checked(plan: &Plan) -> Vec<Finding> {
    Stage::check(
        &Secrets,
        &SecretsSection::default(),
        &Outlook { plan, desired: &BTreeMap::new(), answers: &Answers::default() },
    )
}

fn plan(action: Value) -> Plan {
    Plan {
        format: PLAN_FORMAT,
        owner: cx().owner,
        place: Place { account: "1".into(), region: "r".into(), partition: "aws".into(), local: true },
        destroy: false,
        configuration: String::new(),
        changes: Vec::new(),
        steps: vec![Step {
            id: StepId(0),
            address: "secrets.parameter.MY_PARAM_1".parse().expect("an address"),
            action: serde_json::from_value(action).expect("an action"),
            after: Vec::new(),
        }],
        unchanged: Vec::new(),
        findings: Vec::new(),
    }
}

fn create(generate: Value) -> Value {
    json!({"do": "create", "inputs": {"name": "x", "type": "String", "owner": {}, "generate": generate}})
}

fn live(owner: Value) -> Value {
    json!({
        "address": "secrets.parameter.MY_PARAM_1", "id": "x", "outputs": {},
        "inputs": {"name": "x", "type": "String", "owner": owner},
    })
}

fn update(owner: Value, path: &str) -> Value {
    json!({"do": "update", "live": live(owner), "inputs": {}, "fields": [{"path": path}]})
}

#[test]
fn a_parameter_without_a_value_blocks_the_plan() {
    let findings = checked(&plan(create(Value::Null)));
    assert_eq!(findings[0].message, "has no value");
    assert_eq!(findings[0].help.as_deref(), Some("deploy secrets set MY_PARAM_1 --env prod"));
    assert_eq!(checked(&plan(create(json!(32)))), []);
}

#[test]
fn what_needs_a_new_value_blocks_and_what_needs_tags_does_not() {
    let ours = json!({"application": "shop"});
    assert_eq!(checked(&plan(update(ours.clone(), "owner.environment"))), []);
    let findings = checked(&plan(update(ours, "description")));
    assert_eq!(findings[0].message, "the description changes only together with the value");
}

#[test]
fn a_parameter_of_another_environment_is_not_taken_over() {
    let theirs = json!({"application": "shop", "environment": "dev"});
    let findings = checked(&plan(update(theirs, "owner.environment")));
    assert_eq!(findings[0].message, "x belongs to shop in dev");
}

#[test]
fn what_is_not_ours_stays_and_the_plan_says_so() {
    let delete = |owner: Value| json!({"do": "delete", "live": live(owner)});
    let findings = checked(&plan(delete(json!({"application": "shop", "environment": "dev"}))));
    assert_eq!(findings[0].message, "stays: x belongs to shop in dev");
    let ours = json!({"application": "shop", "environment": "prod"});
    assert_eq!(checked(&plan(delete(ours))), []);
}

#[test]
fn a_key_that_cannot_be_used_blocks_what_it_encrypts() {
    let blueprint = desired(json!({"parameters": {"A": {"kms_key": "alias/{app}"}, "B": {}}})).expect("no problems");
    let query = deploy_plugin::Query { kind: key_kind(), text: "alias/shop".into() };
    assert_eq!(blueprint.queries.keys().collect::<Vec<_>>(), [&query]);
    let desired: BTreeMap<Address, Value> =
        blueprint.desired.iter().map(|(address, desired)| (address.clone(), desired.inputs.clone())).collect();
    let said = |answered: Answered| {
        let answers = Answers::from_iter([(query.clone(), answered)]);
        let plan = Plan { steps: Vec::new(), ..plan(create(Value::Null)) };
        let findings = Stage::check(
            &Secrets,
            &SecretsSection::default(),
            &Outlook { plan: &plan, desired: &desired, answers: &answers },
        );
        findings.into_iter().map(|finding| format!("{}: {}", finding.address, finding.message)).collect::<Vec<_>>()
    };
    let key = |state: &str, usage: &str| {
        let inputs = json!({"state": state, "usage": usage});
        Answered::With(vec![deploy_plugin::AnyAnswer { id: "k".into(), inputs, outputs: json!({"arn": "a"}) }])
    };
    assert_eq!(said(key("Enabled", "ENCRYPT_DECRYPT")), Vec::<String>::new());
    assert_eq!(said(Answered::Unknown), Vec::<String>::new());
    for (answered, words) in [
        (key("Disabled", "ENCRYPT_DECRYPT"), "its key alias/shop is Disabled, and decrypts nothing"),
        (key("Enabled", "SIGN_VERIFY"), "its key alias/shop is for SIGN_VERIFY, and encrypts nothing"),
        (Answered::With(Vec::new()), "its key alias/shop does not exist in this account and region"),
        (Answered::Failed(deploy_plugin::model::Fault::internal("no")), "cannot look at its key alias/shop: no"),
    ] {
        assert_eq!(said(answered), [format!("secrets.parameter.A: {words}")]);
    }
}
