//! What is there now, and how it compares with the files.

use std::collections::BTreeMap;

use deploy_engine::Actual;
use deploy_model::{Address, Plan, Verb};
use serde_json::{Value, json};

use crate::view::Style;
use crate::view::columns::pad;
use crate::view::plan_text::header;
use crate::view::value::on_one_line;

/// How one resource stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    AsDesired,
    Differs,
    Missing,
    Orphan,
}

impl Standing {
    fn word(self) -> &'static str {
        match self {
            Self::AsDesired => "as desired",
            Self::Differs => "differs",
            Self::Missing => "missing",
            Self::Orphan => "not in the files",
        }
    }

    fn paint(self, style: Style) -> String {
        match self {
            Self::AsDesired => style.good(self.word()),
            Self::Differs | Self::Orphan => style.careful(self.word()),
            Self::Missing => style.bad(self.word()),
        }
    }
}

/// Every resource of the environment, by stage.
pub fn status_text(actual: &Actual, plan: &Plan, source: &str, style: Style) -> String {
    let standings = standings(actual, plan);
    let widest = standings.keys().map(|address| label(address).len()).max().unwrap_or_default();
    let mut text = header(plan, source, style);
    let mut stage = "";
    for (address, standing) in &standings {
        if address.stage() != stage {
            stage = address.stage();
            text.push_str(&format!("\n{}\n", style.strong(stage)));
        }
        let id = actual.get(address).map(|live| on_one_line(&live.id)).unwrap_or_default();
        let line = format!("  {}{}{id}", pad(&label(address), widest + 2), pad(&standing.paint(style), 18));
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text.push_str(&format!("\n{}\n", summary(&standings, &plan.owner.environment)));
    text
}

/// The same for programs.
pub fn status_json(actual: &Actual, plan: &Plan) -> Value {
    let one = |(address, standing): (&&Address, &Standing)| {
        let live = actual.get(*address);
        json!({
            "address": address,
            "id": live.map(|live| &live.id),
            "standing": standing.word(),
            "outputs": live.map(|live| &live.outputs),
        })
    };
    let resources: Vec<Value> = standings(actual, plan).iter().map(one).collect();
    json!({ "version": 1, "environment": plan.owner.environment, "place": plan.place, "resources": resources })
}

fn standings<'a>(actual: &'a Actual, plan: &'a Plan) -> BTreeMap<&'a Address, Standing> {
    let mut standings: BTreeMap<&Address, Standing> =
        actual.keys().map(|address| (address, Standing::AsDesired)).collect();
    for change in &plan.changes {
        let standing = match change.verb {
            Verb::Create => Standing::Missing,
            Verb::Update | Verb::ReplaceCreateFirst | Verb::ReplaceDeleteFirst => Standing::Differs,
            Verb::Destroy => Standing::Orphan,
        };
        standings.insert(&change.address, standing);
    }
    standings
}

fn label(address: &Address) -> String {
    format!("{} {}", address.kind().words(), address.name())
}

fn summary(standings: &BTreeMap<&Address, Standing>, environment: &str) -> String {
    let count = |wanted: Standing| standings.values().filter(|standing| **standing == wanted).count();
    let kinds = [Standing::AsDesired, Standing::Differs, Standing::Missing, Standing::Orphan];
    let parts: Vec<String> = kinds
        .iter()
        .filter(|standing| count(**standing) > 0)
        .map(|standing| format!("{} {}", count(*standing), standing.word()))
        .collect();
    if parts.is_empty() { format!("{environment} has no resources.") } else { format!("Status: {}", parts.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::sample;
    use deploy_model::Live;

    #[test]
    fn every_resource_says_how_it_stands() {
        let plan = sample::busy();
        let known = plan.changes.iter().filter(|change| change.verb != Verb::Create).map(|change| &change.address);
        let live = |address: &Address| Live {
            address: address.clone(),
            id: format!("id-of-{}", address.name()),
            inputs: Value::Null,
            outputs: json!({}),
        };
        let actual = known.chain(&plan.unchanged).map(|address| (address.clone(), live(address))).collect();
        insta::assert_snapshot!(status_text(&actual, &plan, "environments/prod.toml", Style::Plain));
    }
}
