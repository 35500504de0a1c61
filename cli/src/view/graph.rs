//! Desired resources and what they stand on: as a tree, and as a Mermaid diagram.

use std::collections::{BTreeMap, BTreeSet};

use deploy_model::reference::text_parts;
use deploy_model::{Address, Reference};
use deploy_plugin::Blueprint;
use serde_json::Value;

use crate::view::Style;

/// What each resource of a blueprint stands on.
type Needs = BTreeMap<Address, BTreeSet<Address>>;

/// A tree from what nothing else needs down to what needs nothing. What was shown once is not unfolded again.
pub fn graph_text(blueprint: &Blueprint, style: Style) -> String {
    let needs = needs(blueprint);
    let needed: BTreeSet<&Address> = needs.values().flatten().collect();
    let mut tree = Tree { needs: &needs, given: blueprint, style, shown: BTreeSet::new(), text: String::new() };
    for root in needs.keys().filter(|address| !needed.contains(address)) {
        tree.branch(root, "", "");
    }
    let count = blueprint.desired.len();
    tree.text + &format!("\n{count} {}\n", if count == 1 { "resource" } else { "resources" })
}

/// A Mermaid flowchart, one box a stage.
pub fn graph_mermaid(blueprint: &Blueprint) -> String {
    let needs = needs(blueprint);
    let everything: BTreeSet<&Address> =
        needs.iter().flat_map(|(address, targets)| targets.iter().chain([address])).collect();
    let names: BTreeMap<&Address, String> =
        everything.iter().enumerate().map(|(index, address)| (*address, format!("n{index}"))).collect();
    let mut text = "flowchart BT\n".to_owned();
    let stages: BTreeSet<&str> = everything.iter().map(|address| address.stage()).collect();
    for stage in stages {
        text.push_str(&format!("  subgraph {stage}\n"));
        for address in everything.iter().filter(|address| address.stage() == stage) {
            text.push_str(&format!("    {}[\"{} {}\"]\n", names[address], address.kind().words(), address.name()));
        }
        text.push_str("  end\n");
    }
    for (address, targets) in &needs {
        for target in targets {
            text.push_str(&format!("  {} --> {}\n", names[address], names[target]));
        }
    }
    text
}

struct Tree<'a> {
    needs: &'a Needs,
    given: &'a Blueprint,
    style: Style,
    shown: BTreeSet<&'a Address>,
    text: String,
}

impl<'a> Tree<'a> {
    fn branch(&mut self, address: &'a Address, lead: &str, rest: &str) {
        let targets: Vec<&Address> = self.needs.get(address).into_iter().flatten().collect();
        let again = !self.shown.insert(address);
        let note = if again && !targets.is_empty() {
            "  (see above)"
        } else if self.given.given.contains_key(address) {
            "  (exists, not ours)"
        } else {
            ""
        };
        self.text.push_str(&format!("{}{address}{}\n", self.style.faint(lead), self.style.faint(note)));
        if again {
            return;
        }
        for (index, target) in targets.iter().enumerate() {
            let (branch, below) = if index + 1 == targets.len() { ("`- ", "   ") } else { ("|- ", "|  ") };
            self.branch(target, &format!("{rest}{branch}"), &format!("{rest}{below}"));
        }
    }
}

/// What each desired resource refers to or waits for, as far as the blueprint knows it.
fn needs(blueprint: &Blueprint) -> Needs {
    let known = |address: &Address| blueprint.desired.contains_key(address) || blueprint.given.contains_key(address);
    let of = |desired: &deploy_model::Desired| {
        let mut found = BTreeSet::from_iter(desired.after.iter().cloned());
        collect(&desired.inputs, &mut found);
        found.into_iter().filter(known).collect()
    };
    blueprint.desired.iter().map(|(address, desired)| (address.clone(), of(desired))).collect()
}

fn collect(value: &Value, found: &mut BTreeSet<Address>) {
    if let Some(reference) = Reference::in_value(value) {
        found.insert(reference.address);
    } else if let Some(parts) = text_parts(value) {
        parts.iter().for_each(|part| collect(part, found));
    } else if let Value::Object(fields) = value {
        fields.values().for_each(|value| collect(value, found));
    } else if let Value::Array(items) = value {
        items.iter().for_each(|item| collect(item, found));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::sample;

    #[test]
    fn the_tree_shows_everything_once() {
        insta::assert_snapshot!(graph_text(&sample::blueprint(), Style::Plain));
    }

    #[test]
    fn the_diagram_has_a_box_a_stage() {
        insta::assert_snapshot!(graph_mermaid(&sample::blueprint()));
    }
}
