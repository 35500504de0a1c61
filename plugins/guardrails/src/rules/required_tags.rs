//! `required_tags`: whom to ask, and whom to bill.

use deploy_kinds::iam::Role;
use deploy_kinds::secrets::Parameter;
use deploy_plugin::model::Address;
use deploy_plugin::model::owner::is_ownership_tag;
use deploy_plugin::{Outlook, Resource};
use serde_json::{Map, Value};

use crate::breach::Breach;
use crate::config::Config;

/// Kinds that carry tags and leave the field out where there are none.
const WITHOUT_EMPTY_TAGS: [&str; 2] = [Role::KIND, Parameter::KIND];

/// Everything that can carry tags and lacks some.
pub fn breaches(config: &Config, outlook: &Outlook<'_>) -> Vec<Breach> {
    let none = Map::new();
    let mut breaches = Vec::new();
    for (address, inputs) in outlook.desired {
        let Some(tags) = tags(address, inputs, &none) else { continue };
        // Those that say whose a resource is are on everything, whatever the files say.
        let lacking = config.required_tags.iter().filter(|tag| !is_ownership_tag(tag) && !has(tags, tag));
        let lacking: Vec<&String> = lacking.collect();
        if !lacking.is_empty() {
            breaches.push(Breach::certain(address, message(&lacking), help(tags, &lacking)));
        }
    }
    breaches
}

fn tags<'a>(address: &Address, inputs: &'a Value, none: &'a Map<String, Value>) -> Option<&'a Map<String, Value>> {
    match inputs.get("tags") {
        Some(tags) => tags.as_object(),
        None => WITHOUT_EMPTY_TAGS.contains(&address.kind().to_string().as_str()).then_some(none),
    }
}

/// A tag without a value says nothing. One whose value is not known yet will have one.
fn has(tags: &Map<String, Value>, tag: &str) -> bool {
    tags.get(tag).is_some_and(|value| !value.is_null() && value.as_str() != Some(""))
}

fn message(lacking: &[&String]) -> String {
    let quoted: Vec<String> = lacking.iter().map(|tag| format!("`{tag}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => format!("it lacks the tag {last}"),
        Some((last, init)) => format!("it lacks the tags {} and {last}", init.join(", ")),
        None => String::new(),
    }
}

fn help(tags: &Map<String, Value>, lacking: &[&String]) -> String {
    let spelled_otherwise = |tag: &&&String| tags.keys().any(|key| key != **tag && key.eq_ignore_ascii_case(tag));
    match lacking.iter().find(spelled_otherwise) {
        Some(tag) => format!("keys of tags are told apart by case: write `{tag}`"),
        None => {
            let them = if lacking.len() == 1 { "it" } else { "them" };
            format!("set {them} in `[tags]`, which is put on everything")
        }
    }
}
