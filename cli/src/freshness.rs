//! Whether a saved plan is still the plan that would be made now, and what differs where it is not.

use std::collections::{BTreeMap, BTreeSet};

use deploy_model::{Address, Change, FieldChange, Finding, Plan, Verb};
use serde_json::Value;

use crate::error::CommandError;
use crate::view::value::on_one_line;

/// Of how many resources it is said how they differ.
const MOST_NAMED: usize = 10;

/// Of how many fields of one resource it is said that they change.
const MOST_FIELDS: usize = 2;

/// Checks that a saved plan is still the plan that would be made now.
///
/// # Errors
/// What has changed since, resource by resource.
pub fn must_be_fresh(saved: &Plan, now: &Plan) -> Result<(), CommandError> {
    let Some(reason) = reason(saved, now) else { return Ok(()) };
    let local = if saved.place.local { " --local" } else { "" };
    let help = format!("look at the new plan: `deploy plan {}{local}`", saved.owner.environment);
    let details = if saved.owner == now.owner { differences(saved, now) } else { Vec::new() };
    Err(CommandError::refused(format!("the saved plan is stale: {reason}"), help).with_details(details))
}

fn reason(saved: &Plan, now: &Plan) -> Option<String> {
    if saved.owner != now.owner {
        return Some("it is for another application".to_owned());
    }
    if saved.place != now.place {
        let place = |plan: &Plan| format!("account {} in {}", plan.place.account, plan.place.region);
        return Some(format!("it was made for {}, and this is {}", place(saved), place(now)));
    }
    if saved.configuration != now.configuration {
        return Some("the configuration has changed since".to_owned());
    }
    let is_same = saved.steps == now.steps && saved.unchanged == now.unchanged && saved.findings == now.findings;
    (!is_same).then(|| "what it rests on has changed since".to_owned())
}

/// A line for each resource of which the two plans do not say the same, and how many more there are.
fn differences(saved: &Plan, now: &Plan) -> Vec<String> {
    let (before, after) = (Said::of(saved), Said::of(now));
    let all: BTreeSet<&Address> = before.keys().chain(after.keys()).copied().collect();
    let differing: Vec<&Address> =
        all.into_iter().filter(|address| before.get(address) != after.get(address)).collect();
    let widest = differing.iter().take(MOST_NAMED).map(|address| address.to_string().len()).max().unwrap_or_default();
    let line = |address: &&Address| {
        let (before, after) = (before.get(*address), after.get(*address));
        let (saved, now) = (words(before), words(after));
        let address = address.to_string();
        match saved == now {
            true => format!("{address:widest$}   {}", detail(before, after).unwrap_or(now)),
            false => format!("{address:widest$}   {saved} -> {now}"),
        }
    };
    let mut lines: Vec<String> = differing.iter().take(MOST_NAMED).map(line).collect();
    if differing.len() > MOST_NAMED {
        lines.push(format!("and {} more", differing.len() - MOST_NAMED));
    }
    lines
}

/// What a plan says of one resource.
#[derive(Debug, Default, PartialEq)]
struct Said<'a> {
    change: Option<&'a Change>,
    findings: Vec<&'a Finding>,
}

impl<'a> Said<'a> {
    fn of(plan: &'a Plan) -> BTreeMap<&'a Address, Self> {
        let mut said: BTreeMap<&Address, Self> = BTreeMap::new();
        for change in &plan.changes {
            said.entry(&change.address).or_default().change = Some(change);
        }
        for finding in &plan.findings {
            said.entry(&finding.address).or_default().findings.push(finding);
        }
        said
    }
}

fn words(said: Option<&Said<'_>>) -> String {
    let Some(said) = said else { return "no change".to_owned() };
    let change = said.change.map_or_else(|| "no change".to_owned(), change_words);
    match said.findings.as_slice() {
        [] => change,
        [finding, ..] => format!("{change} ({})", finding.message),
    }
}

/// The first value by which two changes of the same fields differ: `desired_count: 1 -> 3, now 2 -> 3`
fn detail(saved: Option<&Said<'_>>, now: Option<&Said<'_>>) -> Option<String> {
    let (saved, now) = (saved?.change?, now?.change?);
    let both = saved.fields.iter().zip(&now.fields);
    let (before, after) =
        both.filter(|(one, other)| !one.sensitive && !other.sensitive).find(|(one, other)| one != other)?;
    let value = |value: &Option<Value>| {
        value.as_ref().map_or_else(|| "nothing".to_owned(), |value| on_one_line(&value.to_string()))
    };
    let pair = |field: &FieldChange| format!("{} -> {}", value(&field.before), value(&field.after));
    Some(format!("{}: {}, now {}", before.path, pair(before), pair(after)))
}

/// `update of cidr_block, tags`
fn change_words(change: &Change) -> String {
    let verb = match change.verb {
        Verb::Create => return "create".to_owned(),
        Verb::Destroy => return "destroy".to_owned(),
        Verb::Update => "update",
        Verb::ReplaceCreateFirst | Verb::ReplaceDeleteFirst => "replace",
    };
    let mut fields: Vec<String> = change.fields.iter().map(|field| field.path.to_string()).collect();
    let more = fields.len().saturating_sub(MOST_FIELDS);
    fields.truncate(MOST_FIELDS);
    match (fields.is_empty(), more) {
        (true, _) => verb.to_owned(),
        (false, 0) => format!("{verb} of {}", fields.join(", ")),
        (false, more) => format!("{verb} of {} and {more} more", fields.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::Style;
    use crate::view::sample;

    #[test]
    fn the_same_plan_is_fresh() {
        assert!(must_be_fresh(&sample::busy(), &sample::busy()).is_ok());
    }

    #[test]
    fn what_differs_is_named_and_how() {
        let saved = sample::busy();
        let mut now = saved.clone();
        now.configuration = "another".to_owned();
        now.changes.retain(|change| change.verb != Verb::Destroy);
        now.changes.iter_mut().filter(|change| change.verb == Verb::Update).for_each(|change| change.fields.clear());
        now.findings.clear();
        let error = must_be_fresh(&saved, &now).expect_err("stale");
        assert_eq!(error.exit().code(), 5);
        insta::assert_snapshot!(error.text(Style::Plain));
    }

    #[test]
    fn at_most_ten_are_named() {
        let (saved, mut now) = (sample::empty(), sample::empty());
        let change = sample::busy().changes[0].clone();
        now.steps = sample::busy().steps;
        now.changes = (0..14)
            .map(|number| Change { address: sample::address(&format!("network.subnet.s{number}")), ..change.clone() })
            .collect();
        let lines = differences(&saved, &now);
        assert_eq!((lines.len(), lines[10].as_str()), (11, "and 4 more"));
    }
}
