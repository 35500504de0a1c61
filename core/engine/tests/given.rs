//! What belongs to others: whether it is there, and what the configuration takes it for.

mod fake;

use deploy_engine::{Search, doubts};
use deploy_model::{KeyPath, Owner};
use deploy_plugin::{Context, Graph, Purpose};
use fake::{Shared, Thing, kinds};
use futures::executor::block_on;
use serde_json::{Value, json};

/// A cloud in which somebody has a base, in its third revision.
fn cloud() -> Shared {
    let cloud = Shared::default();
    let thing = Thing {
        owner: Owner { application: "other".into(), environment: "dev".into() },
        address: "fake.base.theirs".parse().expect("an address"),
        kind: "fake.base",
        inputs: json!({}),
        revision: 3,
        known: true,
    };
    cloud.lock().expect("unshared").things.insert("id-1".into(), thing);
    cloud
}

/// What is said of a base that is given with these outputs.
fn said(outputs: Value, purpose: Purpose) -> Vec<String> {
    let mut graph = Graph::new();
    graph.given("fake.base.main".parse().expect("an address"), KeyPath::of(["base"]), outputs);
    let blueprint = graph.finish().expect("no problem");
    let cx = Context::quiet(Owner { application: "shop".into(), environment: "dev".into() });
    let search = Search { prefix: "shop-dev", blueprint: &blueprint, purpose };
    let problems = block_on(doubts(&kinds(&cloud()), &cx, search)).expect("looked up");
    problems.iter().map(ToString::to_string).collect()
}

#[test]
fn what_is_as_it_is_taken_for_is_not_doubted() {
    assert_eq!(said(json!({ "id": "id-1" }), Purpose::Compare), Vec::<String>::new());
    assert_eq!(said(json!({ "id": "id-1", "revision": 3 }), Purpose::Compare), Vec::<String>::new());
}

#[test]
fn what_is_missing_or_another_is_a_problem_at_its_place() {
    assert_eq!(said(json!({ "id": "id-2" }), Purpose::Compare), ["base: there is no base `id-2`"]);
    let another = said(json!({ "id": "id-1", "revision": 4 }), Purpose::Compare);
    assert_eq!(another, ["base: the base `id-1` has the revision `3`, not `4`"]);
}

#[test]
fn a_deletion_doubts_nothing() {
    assert_eq!(said(json!({ "id": "id-2" }), Purpose::Delete), Vec::<String>::new());
}
