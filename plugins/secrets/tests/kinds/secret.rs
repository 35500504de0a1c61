//! Secrets of Secrets Manager.

use std::collections::BTreeMap;

use deploy_kinds::secrets::{Ownership, Parameter, Store, VersionName};
use deploy_plugin::model::FieldChange;
use deploy_plugin::{Found, Kind, Purpose, Scope, Wanted};
use deploy_secrets::parameter::ParameterKind;
use deploy_secrets::{Secret, store};
use deploy_testing::Aws;

use crate::{address, context, owner};

fn inputs(name: &str) -> Parameter {
    Parameter {
        store: Store::SecretsManager,
        name: format!("/shop/dev/{name}"),
        value_type: "SecretString".into(),
        description: Some("for the tests".into()),
        kms_key: None,
        generate: None,
        owner: Ownership::of(&owner(), &address(name)),
        tags: BTreeMap::from([("team".into(), "a".into())]),
    }
}

async fn discover(aws: &Aws, wanted: &[&str]) -> Vec<Found<Parameter>> {
    let wanted = wanted.iter().map(|name| Wanted {
        address: address(name),
        inputs: serde_json::to_value(inputs(name)).expect("inputs are plain data"),
    });
    let scope =
        Scope { owner: owner(), prefix: "shop-dev".into(), wanted: wanted.collect(), purpose: Purpose::Compare };
    ParameterKind::new(&aws.clients).discover(&context(), &scope).await.expect("a listing")
}

async fn set(aws: &Aws, name: &str, value: &str) -> store::SetOutcome {
    let (inputs, value) = (inputs(name), Secret::new(value.to_owned()));
    let before = store::before(&aws.clients, &[inputs.place()]).await.expect("a listing");
    let target = (&address(name), &inputs);
    store::set(&aws.clients, &owner(), target, before.get(&inputs.place()), &value).await.expect("set")
}

#[tokio::test]
async fn what_was_generated_is_found_as_it_was_desired() {
    let aws = Aws::start().await;
    let kind = ParameterKind::new(&aws.clients);
    let desired = Parameter { generate: Some(32), ..inputs("A") };
    let made = kind.create(&context(), &address("A"), desired.clone()).await.expect("a secret");
    assert!(made.id.starts_with("arn:aws:secretsmanager:"), "{}", made.id);
    let found = Found { address: address("A"), id: made.id, inputs: desired, outputs: made.outputs };
    let made = kind.complete(&context(), found).await.expect("nothing is missing");
    assert_eq!(aws.calls(), ["CreateSecret"]);

    let found = discover(&aws, &["A"]).await;
    assert_eq!((found.len(), &found[0].inputs, &found[0].outputs), (1, &inputs("A"), &made.outputs));
    assert_eq!(discover(&aws, &[]).await.len(), 1, "one that nobody declares any more is found by its tags");
    for found in [found[0].clone(), found[0].clone()] {
        kind.delete(&context(), found).await.expect("gone, or gone already");
    }
    assert_eq!(discover(&aws, &["A"]).await, []);
    set(&aws, "A", "again").await;
    assert_eq!(discover(&aws, &["A"]).await[0].id, made.id, "it was brought back");
}

#[tokio::test]
async fn many_secrets_cost_pages_and_not_secrets() {
    let aws = Aws::start().await;
    let names: Vec<String> = (0..150).map(|number| format!("S{number}")).collect();
    for name in &names {
        set(&aws, name, "v").await;
    }
    aws.calls();
    let wanted: Vec<&str> = names.iter().map(String::as_str).collect();
    assert_eq!(discover(&aws, &wanted).await.len(), names.len());
    let calls = aws.calls();
    assert_eq!(calls.iter().filter(|call| *call == "ListSecrets").count(), 2, "{calls:?}");
    let places: Vec<_> = names.iter().map(|name| inputs(name).place()).collect();
    assert_eq!(store::values(&aws.clients, &places).await.expect("values").len(), names.len());
    assert_eq!(aws.calls(), ["BatchGetSecretValue"; 8]);
}

#[tokio::test]
async fn what_describes_a_secret_changes_without_its_value() {
    let aws = Aws::start().await;
    let first = set(&aws, "A", "v").await;
    let live = discover(&aws, &["A"]).await.remove(0);
    let wanted = Parameter { description: Some("another".into()), ..inputs("A") };
    let change = FieldChange {
        path: "description".parse().expect("a path"),
        before: None,
        after: None,
        sensitive: false,
        forces_replacement: false,
        origin: None,
        changed_by: Vec::new(),
    };
    ParameterKind::new(&aws.clients).update(&context(), live, wanted.clone(), &[change]).await.expect("changed");
    let found = discover(&aws, &["A"]).await.remove(0);
    assert_eq!((&found.inputs, &found.outputs.version), (&wanted, &first.version));
}

#[tokio::test]
async fn versions_are_told_with_the_current_one_first() {
    let aws = Aws::start().await;
    let (first, second) = (set(&aws, "A", "1").await, set(&aws, "A", "2").await);
    assert_eq!(second.version_before.as_ref(), Some(&first.version));
    let place = inputs("A").place();
    let versions = store::versions(&aws.clients, &place).await.expect("versions");
    let names: Vec<&VersionName> = versions.iter().map(|version| &version.name).collect();
    assert_eq!(names, [&second.version, &first.version]);
    let earlier = store::value_at(&aws.clients, &place, &first.version).await.expect("read").expect("a version");
    assert_eq!(earlier.value.expose(), "1");
    assert!(store::remove(&aws.clients, &owner(), &place).await.expect("removed"));
    assert!(!store::remove(&aws.clients, &owner(), &place).await.expect("gone already"));
}
