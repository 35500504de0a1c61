//! Who stands on whom: as the configuration wants it, and as the live resources have it.

use std::collections::{BTreeMap, BTreeSet};

use deploy_model::{Address, Flags, KeyPath, KindName, Live};
use serde_json::Value;

use crate::kinds::Known;
use crate::order::Edges;

/// Whether the configuration puts `upper` on `lower`, directly or through others.
pub fn stands_on(rollout: &Edges<Address>, upper: &Address, lower: &Address) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![upper];
    while let Some(address) = open.pop() {
        if address == lower {
            return true;
        }
        if seen.insert(address) {
            open.extend(rollout.get(address).into_iter().flatten());
        }
    }
    false
}

/// Live resources by what they can be referred to by: their kind, with an output or the id.
pub struct Outputs<'a>(BTreeMap<(&'a KindName, &'a str), Vec<&'a Address>>);

impl<'a> Outputs<'a> {
    /// The outputs of these.
    pub fn of(live: impl IntoIterator<Item = &'a Live>) -> Self {
        let mut index: BTreeMap<_, Vec<&Address>> = BTreeMap::new();
        for live in live {
            let outputs = live.outputs.as_object().into_iter().flatten().filter_map(|(_, value)| value.as_str());
            for text in outputs.chain([live.id.as_str()]) {
                index.entry((live.address.kind(), text)).or_default().push(&live.address);
            }
        }
        Self(index)
    }
}

/// Calls `see` with every resource among `outputs` that a live one refers to, by the fields that its kind
/// marks with `x-refers`, and with the rules of the field.
pub fn each_standing(live: &Live, known: &Known, outputs: &Outputs<'_>, see: &mut impl FnMut(&Address, &Flags)) {
    if outputs.0.is_empty() {
        return;
    }
    each_text(&live.inputs, &mut Vec::new(), &mut |path, text| {
        let flags = known.rules.at(&KeyPath::of(path.iter().cloned()));
        let Some(kind) = &flags.refers else { return };
        // `registry/name:tag` and `registry/name@digest` refer to `registry/name`.
        let before = |mark: char| text.rsplit_once(mark).map(|(name, _)| name);
        let texts = [Some(text), before('@'), before(':')].into_iter().flatten();
        if let Some(targets) = texts.filter_map(|text| outputs.0.get(&(kind, text))).next() {
            targets.iter().for_each(|target| see(target, &flags));
        }
    });
}

fn each_text<'a>(value: &'a Value, path: &mut Vec<String>, see: &mut impl FnMut(&[String], &'a str)) {
    let mut inside = |key: String, value: &'a Value| {
        path.push(key);
        each_text(value, path, see);
        path.pop();
    };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| inside(key.clone(), value)),
        Value::Array(items) => items.iter().enumerate().for_each(|(index, value)| inside(index.to_string(), value)),
        Value::String(text) => see(path, text),
        _ => {}
    }
}
