//! Questions about what belongs to others: asked once a kind, and told to whoever asked.

mod fake;

use std::collections::BTreeMap;
use std::sync::Arc;

use deploy_engine::{Unsound, ask, with_answers};
use deploy_model::{Desired, KeyPath, KindName, Owner, Problem};
use deploy_plugin::{Answered, Answers, AnyStage, Blueprint, Context, Graph, Stage, StageContext};
use fake::{Shared, Thing, kinds};
use futures::executor::block_on;
use serde_json::json;

/// A stage that wants as many things as answer to its question.
struct Curious;

impl Stage for Curious {
    const NAME: &'static str = "curious";
    type Config = BTreeMap<String, String>;

    fn desired(&self, config: &Self::Config, _: &StageContext, graph: &mut Graph) {
        for (key, question) in config {
            graph.query(&base(), question, KeyPath::of(["curious", key]));
        }
    }

    fn answered(
        &self,
        config: &Self::Config,
        answers: &Answers,
        blueprint: &mut Blueprint,
    ) -> Result<(), Vec<Problem>> {
        for (key, question) in config {
            let source = KeyPath::of(["curious", key]);
            match answers.to("fake.base", question) {
                Some(Answered::With(_)) if key == "strange" => {
                    let address: deploy_model::Address = "nobody.thing.one".parse().expect("an address");
                    let desired = Desired {
                        address: address.clone(),
                        inputs: json!({}),
                        source,
                        sources: BTreeMap::new(),
                        after: Vec::new(),
                    };
                    blueprint.desired.insert(address, desired);
                }
                Some(Answered::With(found)) => {
                    let outputs = json!(found.iter().map(|answer| answer.output("id")).collect::<Vec<_>>());
                    let given = deploy_plugin::Given { outputs, source };
                    blueprint.given.insert(format!("fake.base.{key}").parse().expect("an address"), given);
                }
                Some(Answered::Failed(fault)) => return Err(vec![Problem::new(source, fault.message.clone())]),
                Some(Answered::Unknown) | None => {}
            }
        }
        Ok(())
    }
}

fn base() -> KindName {
    "fake.base".parse().expect("a kind")
}

/// The answers and the blueprint with them, or what is wrong, in a cloud with two things of others.
fn asked(questions: &[(&str, &str)]) -> (Answers, Result<Blueprint, Vec<String>>) {
    let cloud = Shared::default();
    for id in ["id-1", "id-2"] {
        let thing = Thing {
            owner: Owner { application: "other".into(), environment: "dev".into() },
            address: format!("fake.base.{id}").parse().expect("an address"),
            kind: "fake.base",
            inputs: json!({ "name": id, "size": 1, "tags": {} }),
            revision: 1,
            known: true,
        };
        cloud.lock().expect("unshared").things.insert(id.into(), thing);
    }
    let config: BTreeMap<&str, &str> = questions.iter().copied().collect();
    let sections = BTreeMap::from([("curious".to_owned(), json!(config))]);
    let owner = Owner { application: "shop".into(), environment: "dev".into() };
    let cx = StageContext { owner: owner.clone(), prefix: "shop-dev".into(), tags: BTreeMap::new() };
    let stages: Vec<Arc<dyn AnyStage>> = vec![Arc::new(Curious)];
    let blueprint = deploy_engine::blueprint(&stages, &sections, &cx).expect("no problem");
    let answers = block_on(ask(&kinds(&cloud), &Context::quiet(owner), &blueprint));
    let answered = with_answers(&blueprint, &stages, &sections, &answers, &kinds(&cloud));
    let told = |error| match error {
        Unsound::Problems(problems) => problems.iter().map(ToString::to_string).collect(),
        Unsound::Broken { what, fault } => panic!("{what}: {fault}"),
    };
    (answers, answered.map_err(told))
}

#[test]
fn each_question_has_its_answer() {
    let (answers, blueprint) = asked(&[("a", "id-1"), ("b", "all"), ("c", "id-3"), ("d", "elsewhere")]);
    let count = |question: &str| match answers.to("fake.base", question) {
        Some(Answered::With(found)) => Some(found.len()),
        _ => None,
    };
    assert_eq!([count("id-1"), count("all"), count("id-3")], [Some(1), Some(2), Some(0)]);
    assert_eq!(answers.to("fake.base", "elsewhere"), Some(&Answered::Unknown));
    assert_eq!(answers.to("fake.base", "never asked"), None);
    assert_eq!(answers.of("fake.base").count(), 3);
    let given = blueprint.expect("no problem").given;
    let told = |key: &str| given[&format!("fake.base.{key}").parse().expect("an address")].outputs.clone();
    assert_eq!((told("a"), told("b"), told("c")), (json!(["id-1"]), json!(["id-1", "id-2"]), json!([])));
}

#[test]
fn a_refusal_is_told_where_the_question_came_from() {
    let (answers, blueprint) = asked(&[("a", "denied"), ("b", "id-1")]);
    assert!(matches!(answers.to("fake.base", "id-1"), Some(Answered::Failed(_))));
    assert_eq!(blueprint.expect_err("refused"), ["curious.a: not authorized"]);
}

#[test]
fn what_nobody_can_make_is_told_where_the_question_came_from() {
    let (_, blueprint) = asked(&[("strange", "id-1")]);
    assert_eq!(blueprint.expect_err("refused"), ["curious.strange: no plugin has the kind `nobody.thing`"]);
}

#[test]
fn who_asks_nothing_is_told_nothing() {
    let (answers, blueprint) = asked(&[]);
    assert_eq!((answers, blueprint.expect("no problem").given.len()), (Answers::default(), 0));
}
