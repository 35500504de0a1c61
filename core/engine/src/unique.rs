//! What cannot stand side by side: a subnet's range, a role's name.

use deploy_model::{Address, Unique};
use ipnet::IpNet;
use serde_json::Value;

use crate::discover::Actual;
use crate::kinds::Known;

/// The live resources of its kind beside which what is to be made at `address` cannot live: the one
/// that stands there now among them.
pub fn in_the_way<'a>(
    address: &'a Address,
    inputs: &'a Value,
    actual: &'a Actual,
    known: &'a Known,
) -> impl Iterator<Item = &'a Address> {
    let same_kind = actual.values().filter(|live| live.address.kind() == address.kind());
    same_kind.filter(|live| collides(&live.inputs, inputs, known)).map(|live| &live.address)
}

/// Whether two resources cannot live side by side: they agree in every field that must differ.
pub fn collides(old: &Value, new: &Value, known: &Known) -> bool {
    let mut unique = known.rules.unique_fields().peekable();
    unique.peek().is_some() && unique.all(|(field, how)| agree(&old[field], &new[field], how))
}

fn agree(old: &Value, new: &Value, how: Unique) -> bool {
    if old == new {
        return true;
    }
    let range = |value: &Value| value.as_str().and_then(|text| text.parse::<IpNet>().ok());
    match (how, range(old), range(new)) {
        (Unique::Cidr, Some(old), Some(new)) => old.contains(&new) || new.contains(&old),
        _ => false,
    }
}
