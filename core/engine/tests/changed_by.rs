//! What one stage changes of what another desires: a plan says in which fields, and who.

mod fake;

use std::collections::BTreeMap;
use std::sync::Arc;

use deploy_engine::{Actual, Intent, blueprint, changed_by_others, plan};
use deploy_model::{Address, FieldChange, KeyPath, Live, Owner, Place, Plan, Problem, Verb};
use deploy_plugin::{AnyStage, Blueprint, Graph, Stage, StageContext};
use fake::{Base, Shared, kinds};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
struct Nothing {}

/// Desires one base.
struct Founder;

/// Gives every base a tag and more room.
struct Tagger;

/// Gives every base more room still, and adds one of its own.
struct Builder;

fn base(name: &str) -> Base {
    Base { name: name.to_owned(), size: 1, tags: BTreeMap::from([("team".to_owned(), "web".to_owned())]) }
}

impl Stage for Founder {
    const NAME: &'static str = "fake";
    type Config = Nothing;

    fn desired(&self, _: &Nothing, _: &StageContext, graph: &mut Graph) {
        let _ = graph.add("one", KeyPath::of(["fake", "one"]), &base("one"));
    }
}

impl Stage for Tagger {
    const NAME: &'static str = "tagger";
    type Config = Nothing;

    fn desired(&self, _: &Nothing, _: &StageContext, _: &mut Graph) {}

    fn transform(&self, _: &Nothing, _: &StageContext, blueprint: &mut Blueprint) -> Result<(), Vec<Problem>> {
        let _ = blueprint.change_all::<Base>(|_, base| {
            base.tags.insert("cost".to_owned(), "42".to_owned());
            base.size = 2;
        });
        Ok(())
    }
}

impl Stage for Builder {
    const NAME: &'static str = "builder";
    type Config = Nothing;

    fn desired(&self, _: &Nothing, _: &StageContext, _: &mut Graph) {}

    fn transform(&self, _: &Nothing, _: &StageContext, blueprint: &mut Blueprint) -> Result<(), Vec<Problem>> {
        let _ = blueprint.change_all::<Base>(|_, base| base.size = 3);
        let mut graph = Graph::new();
        let _ = graph.add("two", KeyPath::of(["builder"]), &base("two"));
        blueprint.desired.extend(graph.finish()?.desired);
        Ok(())
    }
}

fn planned(actual: &Actual) -> Plan {
    let owner = Owner { application: "shop".into(), environment: "dev".into() };
    let place = Place { account: "1".into(), region: "r".into(), partition: "aws".into(), local: true };
    let cx = StageContext { owner: owner.clone(), prefix: "shop-dev".into(), tags: BTreeMap::new() };
    let stages: [Arc<dyn AnyStage>; 3] = [Arc::new(Founder), Arc::new(Tagger), Arc::new(Builder)];
    let sections = ["fake", "tagger", "builder"].map(|name| (name.to_owned(), json!({}))).into();
    let blueprint = blueprint(&stages, &sections, &cx).expect("sound");
    let intent = Intent {
        owner: &owner,
        place: &place,
        configuration: "",
        blueprint: &blueprint,
        destroy: false,
        origin: &|_| None,
    };
    let mut plan = plan(&intent, actual, &kinds(&Shared::default())).expect("no ring");
    plan.findings = changed_by_others(&blueprint, &plan);
    plan
}

fn fields(plan: &Plan, address: &str) -> Vec<(String, Value, Vec<String>)> {
    let change = plan.changes.iter().find(|change| change.address.to_string() == address).expect("it changes");
    let field = |field: &FieldChange| {
        (field.path.to_string(), field.after.clone().unwrap_or_default(), field.changed_by.clone())
    };
    change.fields.iter().map(field).collect()
}

fn by(stages: &[&str]) -> Vec<String> {
    stages.iter().map(|stage| (*stage).to_owned()).collect()
}

#[test]
fn what_is_new_shows_what_was_changed_of_it_apart_from_the_rest() {
    let plan = planned(&Actual::new());
    let expected = [
        ("name".to_owned(), json!("one"), by(&[])),
        ("size".to_owned(), json!(3), by(&["builder", "tagger"])),
        ("tags.cost".to_owned(), json!("42"), by(&["tagger"])),
        ("tags.team".to_owned(), json!("web"), by(&[])),
    ];
    assert_eq!(fields(&plan, "fake.base.one"), expected);
    // What was added as a whole is nobody's else: it is noted, and its fields are as they were chosen.
    assert!(fields(&plan, "fake.base.two").iter().all(|(_, _, stages)| stages.is_empty()));
    let said: Vec<String> = plan.findings.iter().map(|note| format!("{} {}", note.address, note.message)).collect();
    let words = "what is desired of it was changed by";
    assert_eq!(
        said,
        [format!("fake.base.one {words} [builder], [tagger]"), format!("fake.base.two {words} [builder]"),]
    );
}

#[test]
fn what_is_there_already_shows_who_changes_it_now() {
    let address: Address = "fake.base.one".parse().expect("an address");
    let inputs = json!({ "name": "one", "size": 2, "tags": { "team": "api", "cost": "42" } });
    let live = Live { address: address.clone(), id: "1".into(), inputs, outputs: json!({ "id": "1", "revision": 1 }) };
    let plan = planned(&Actual::from([(address, live)]));
    assert_eq!(plan.changes.iter().find(|change| change.id.is_some()).map(|change| change.verb), Some(Verb::Update));
    let expected =
        [("size".to_owned(), json!(3), by(&["builder", "tagger"])), ("tags.team".to_owned(), json!("web"), by(&[]))];
    assert_eq!(fields(&plan, "fake.base.one"), expected);
}
