//! Parameters of Parameter Store.

use std::collections::BTreeMap;

use deploy_aws::Clients;
use deploy_aws::ssm::types::{ParameterType, Tag};
use deploy_kinds::secrets::VersionName::Number;
use deploy_kinds::secrets::{Ownership, Parameter, Store};
use deploy_plugin::model::{Fault, FaultKind, FieldChange};
use deploy_plugin::{Found, Kind, Made, Purpose, Scope, Wanted};
use deploy_secrets::parameter::ParameterKind;
use deploy_secrets::{Secret, store};
use deploy_testing::Aws;

use crate::{address, context, owner};

fn inputs(name: &str) -> Parameter {
    Parameter {
        store: Store::ParameterStore,
        name: format!("/shop/dev/{name}"),
        value_type: "SecureString".into(),
        description: Some("for the tests".into()),
        kms_key: None,
        generate: None,
        owner: Ownership::of(&owner(), &address(name)),
        tags: BTreeMap::from([("team".into(), "a".into())]),
    }
}

fn scope(wanted: &[&str]) -> Scope {
    let wanted = wanted.iter().map(|name| Wanted {
        address: address(name),
        inputs: serde_json::to_value(inputs(name)).expect("inputs are plain data"),
    });
    Scope { owner: owner(), prefix: "shop-dev".into(), wanted: wanted.collect(), purpose: Purpose::Compare }
}

async fn discover(aws: &Aws, wanted: &[&str]) -> Vec<Found<Parameter>> {
    ParameterKind::new(&aws.clients).discover(&context(), &scope(wanted)).await.expect("a listing")
}

async fn set(aws: &Aws, name: &str, value: &str) -> Result<store::SetOutcome, Fault> {
    let secret = Secret::new(value.to_owned());
    let inputs = inputs(name);
    let before = store::before(&aws.clients, &[inputs.place()]).await?;
    store::set(&aws.clients, &owner(), (&address(name), &inputs), before.get(&inputs.place()), &secret).await
}

async fn put_by_hand(clients: &Clients, name: &str, tags: &[(&str, &str)]) {
    let tag = |(key, value): &(&str, &str)| Tag::builder().key(*key).value(*value).build().expect("a tag");
    let request = clients.ssm().writes.put_parameter().name(name).value("by hand").r#type(ParameterType::SecureString);
    let request = request.description("for the tests").set_tags(Some(tags.iter().map(tag).collect()));
    request.send().await.expect("a parameter");
}

/// The inputs but for what Parameter Store chooses.
fn compared(found: &Found<Parameter>) -> Parameter {
    Parameter { kms_key: None, ..found.inputs.clone() }
}

#[tokio::test]
async fn what_was_generated_is_found_as_it_was_desired() {
    let aws = Aws::start().await;
    let kind = ParameterKind::new(&aws.clients);
    let desired = Parameter { generate: Some(32), ..inputs("A") };
    let Made { id, outputs } = kind.create(&context(), &address("A"), desired.clone()).await.expect("a parameter");
    let made = Found { address: address("A"), id, inputs: desired, outputs };
    let made = kind.complete(&context(), made).await.expect("listed");
    assert_eq!(made.outputs.arn, "arn:aws:ssm:ap-northeast-1:123456789012:parameter/shop/dev/A");
    assert_eq!(aws.calls(), ["PutParameter", "DescribeParameters"]);

    let found = discover(&aws, &["A"]).await;
    assert_eq!((found.len(), compared(&found[0])), (1, inputs("A")));
    assert_eq!((&found[0].address, &found[0].outputs), (&address("A"), &made.outputs));
    assert_eq!(aws.calls(), ["DescribeParameters", "DescribeParameters", "DescribeParameters", "ListSecrets"]);

    for found in [found[0].clone(), found[0].clone()] {
        kind.delete(&context(), found).await.expect("gone, or gone already");
    }
    assert_eq!(discover(&aws, &["A"]).await, []);
}

#[tokio::test]
async fn without_a_value_nothing_is_made() {
    let aws = Aws::start().await;
    let fault = ParameterKind::new(&aws.clients).create(&context(), &address("A"), inputs("A")).await;
    let fault = fault.expect_err("no value");
    assert_eq!((fault.kind, fault.help.as_deref()), (FaultKind::Invalid, Some("deploy secrets set A --env dev")));
    assert_eq!(aws.calls(), Vec::<String>::new());
}

#[tokio::test]
async fn many_parameters_cost_pages_and_not_parameters() {
    let aws = Aws::start().await;
    let names: Vec<String> = (0..150).map(|number| format!("P{number}")).collect();
    for name in &names {
        set(&aws, name, "v").await.expect("a value");
    }
    aws.calls();
    let wanted: Vec<&str> = names.iter().map(String::as_str).collect();
    assert_eq!(discover(&aws, &wanted).await.len(), names.len());
    // Three pages of all that is ours, and three questions for the tags of fifty each; one for those that are protected,
    // and one to the other store.
    let mut calls = aws.calls();
    calls.sort();
    assert_eq!(calls, [&["DescribeParameters"; 7][..], &["ListSecrets"]].concat());
}

#[tokio::test]
async fn a_parameter_made_by_hand_is_found_with_the_tags_it_has_and_gets_those_it_lacks() {
    let aws = Aws::start().await;
    put_by_hand(&aws.clients, "/shop/dev/A", &[("application", "shop"), ("cost", "7")]).await;
    let found = discover(&aws, &["A"]).await.remove(0);
    let application = Ownership { application: Some("shop".into()), ..Ownership::default() };
    assert_eq!(compared(&found), Parameter { owner: application, tags: BTreeMap::new(), ..inputs("A") });

    let changes: Vec<FieldChange> =
        ["owner.environment", "owner.address", "tags.team"].into_iter().map(change).collect();
    aws.calls();
    let kind = ParameterKind::new(&aws.clients);
    kind.update(&context(), found, inputs("A"), &changes).await.expect("tags");
    assert_eq!(aws.calls(), ["AddTagsToResource"]);
    assert_eq!(compared(&discover(&aws, &["A"]).await[0]), inputs("A"));
    assert_eq!(aws.calls().len(), 4);
}

fn change(path: &str) -> FieldChange {
    FieldChange {
        path: path.parse().expect("a path"),
        before: None,
        after: None,
        forces_replacement: false,
        sensitive: false,
        origin: None,
        changed_by: Vec::new(),
    }
}

#[tokio::test]
async fn what_another_environment_has_claimed_is_left_alone() {
    let aws = Aws::start().await;
    put_by_hand(&aws.clients, "/shop/dev/A", &[("application", "shop"), ("environment", "prod")]).await;
    let found = discover(&aws, &["A"]).await.remove(0);
    assert!(found.inputs.owner.is_foreign_to(&owner()));
    let kind = ParameterKind::new(&aws.clients);
    let refused = kind.update(&context(), found.clone(), inputs("A"), &[change("owner.environment")]).await;
    assert_eq!(refused.expect_err("foreign").kind, FaultKind::Conflict);
    kind.delete(&context(), found).await.expect("nothing was deleted");
    assert_eq!(discover(&aws, &["A"]).await.len(), 1);
    assert_eq!(set(&aws, "A", "v").await.expect_err("foreign").kind, FaultKind::Conflict);
}

#[tokio::test]
async fn a_description_needs_a_value() {
    let aws = Aws::start().await;
    set(&aws, "A", "v").await.expect("a value");
    let found = discover(&aws, &["A"]).await.remove(0);
    let kind = ParameterKind::new(&aws.clients);
    let refused = kind.update(&context(), found, inputs("A"), &[change("description")]).await;
    assert_eq!(
        refused.expect_err("no value").message,
        "the description of /shop/dev/A changes only together with its value"
    );
}

#[tokio::test]
async fn what_is_no_longer_declared_is_found_by_its_tags_and_a_drifted_tag_is_seen() {
    let aws = Aws::start().await;
    set(&aws, "A", "v").await.expect("a value");
    set(&aws, "B", "v").await.expect("a value");
    put_by_hand(&aws.clients, "/deployed/by/others", &[("application", "shop"), ("environment", "dev")]).await;
    let found = discover(&aws, &["A"]).await;
    assert_eq!(found.iter().map(|found| &found.address).collect::<Vec<_>>(), [&address("A"), &address("B")]);

    let request = aws.clients.ssm().writes.remove_tags_from_resource().resource_id("/shop/dev/A");
    let request = request.resource_type("Parameter".into()).tag_keys("team");
    request.send().await.expect("a change by hand");
    assert_eq!(discover(&aws, &["A", "B"]).await[0].inputs.tags, BTreeMap::new());
}

#[tokio::test]
async fn setting_a_value_makes_the_parameter_or_its_next_version() {
    let aws = Aws::start().await;
    let first = set(&aws, "A", "one").await.expect("a value");
    assert_eq!((first.version_before, first.version), (None, Number(1)));
    let large = "v".repeat(5000);
    let second = set(&aws, "A", &large).await.expect("a value");
    assert_eq!((second.version_before, second.version), (Some(Number(1)), Number(2)));
    let third = set(&aws, "A", "small again").await.expect("a value");
    assert_eq!(third.version, Number(3));

    let declared = [(address("A"), inputs("A")), (address("B"), inputs("B"))];
    let status = store::list(&aws.clients, &owner(), &declared).await.expect("a listing");
    assert_eq!(status[0].current.clone().map(|current| current.version), Some(Number(3)));
    assert_eq!((status[1].current.clone(), status[1].place.name.as_str()), (None, "/shop/dev/B"));
}

#[tokio::test]
async fn setting_the_value_of_a_parameter_made_by_hand_adds_the_tags() {
    let aws = Aws::start().await;
    put_by_hand(&aws.clients, "/shop/dev/A", &[("application", "shop")]).await;
    set(&aws, "A", "v").await.expect("a value");
    assert_eq!(compared(&discover(&aws, &["A"]).await[0]), inputs("A"));
}

#[tokio::test]
async fn a_value_is_in_no_fault_and_never_read() {
    let aws = Aws::start().await;
    for value in ["", "a{{b}}c", &"v".repeat(8193)] {
        let fault = set(&aws, "A", value).await.expect_err("refused");
        assert!(value.is_empty() || !format!("{fault} {fault:?}").contains(value));
    }
    set(&aws, "A", "canary-value").await.expect("a value");
    let found = discover(&aws, &["A"]).await.remove(0);
    assert!(!format!("{found:?}").contains("canary-value"));
    assert!(aws.calls().iter().all(|operation| !operation.starts_with("GetParameter")));
}
