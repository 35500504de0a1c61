//! References that lead nowhere: each is told once, where it was written.

mod fake;

use deploy_engine::check_references;
use deploy_model::{Desired, KeyPath};
use deploy_plugin::Graph;
use fake::{Shared, kinds};
use serde_json::json;

#[test]
fn what_one_key_asks_for_in_several_places_is_told_once() {
    let key = KeyPath::of(["sidecar", "base"]);
    let mut graph = Graph::new();
    for name in ["one", "other"] {
        let sources = ["base", "zone"].map(|field| (KeyPath::of([field]), key.clone())).into();
        let address = format!("fake.part.{name}").parse().expect("an address");
        let lost = json!({ "$ref": "fake.base.man#id" });
        let inputs = json!({ "base": lost, "zone": lost, "slot": 1, "size": 1 });
        let source = KeyPath::of(["parts", name]);
        let _ = graph.place(Desired { address, inputs, source, sources, after: Vec::new() });
    }
    let blueprint = graph.finish().expect("no problem yet");
    let problems = check_references(&blueprint, &kinds(&Shared::default())).expect_err("nobody has it");
    let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(told, ["sidecar.base: no base `man` is declared"]);
}
