//! Everything in an account, whoever it belongs to, as plain data that is the same wherever the same was made: what AWS
//! names by chance is named by its address instead. What is there twice stands there twice.

mod access;
mod containers;
mod network;

use std::collections::BTreeMap;

use deploy_aws::Clients;
use serde_json::{Value, json};

/// The inventory, a list a kind.
pub async fn read(clients: &Clients) -> Value {
    let account = clients.identity().await.expect("an identity").account;
    let inventory = json!({
        "vpcs": network::vpcs(clients).await,
        "subnets": network::subnets(clients).await,
        "internet gateways": network::internet_gateways(clients).await,
        "route tables": network::route_tables(clients).await,
        "security groups": network::security_groups(clients).await,
        "roles": access::roles(clients).await,
        "parameters": access::parameters(clients).await,
        "log groups": containers::log_groups(clients).await,
        "repositories": containers::repositories(clients).await,
        "clusters": containers::clusters(clients).await,
        "services": containers::services(clients).await,
        "task definitions": containers::task_definitions(clients).await,
    });
    let mut inventory = renamed(&inventory, &account);
    sort(&mut inventory);
    inventory
}

/// What an account has otherwise than it should, a line each.
pub fn differences(expected: &Value, found: &Value) -> Vec<String> {
    let kinds = expected.as_object().expect("lists by kind");
    let lines = kinds.iter().flat_map(|(kind, expected)| {
        let (missing, mut surplus) = difference(list(expected), list(&found[kind]));
        let mut lines = Vec::new();
        for item in missing {
            match surplus.iter().position(|other| name(other) == name(item)) {
                None => lines.push(format!("{kind}: no {}", name(item))),
                Some(place) => {
                    let other = surplus.remove(place);
                    lines.push(format!("{kind}: {} has {}", name(item), fields(item, other)));
                }
            }
        }
        lines.extend(surplus.into_iter().map(|item| format!("{kind}: {} too many", name(item))));
        lines
    });
    lines.collect()
}

/// What to call a thing.
fn name(item: &Value) -> &str {
    let names = [&item["tags"]["deploy:address"], &item["name"], &item["family"]];
    names.into_iter().find_map(Value::as_str).unwrap_or("of nobody's")
}

/// The fields in which a thing differs.
fn fields(expected: &Value, found: &Value) -> String {
    let fields = expected.as_object().expect("an object");
    let differing = fields.iter().filter(|(field, value)| found[*field] != **value);
    let lines: Vec<String> =
        differing.map(|(field, value)| format!("{field} {} instead of {value}", found[field])).collect();
    lines.join(", ")
}

/// What there is more often than it should, by kind and address.
pub fn twins(expected: &Value, found: &Value) -> Vec<String> {
    let expected = counts(expected);
    let is_more = |(address, count): &(String, usize)| *count > expected.get(address).copied().unwrap_or(1);
    counts(found).into_iter().filter(is_more).map(|(address, _)| address).collect()
}

/// What belongs to an environment, by kind and address.
pub fn owned(inventory: &Value) -> Vec<String> {
    counts(inventory).into_keys().collect()
}

/// How many things have an address.
fn counts(inventory: &Value) -> BTreeMap<String, usize> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (kind, items) in inventory.as_object().expect("lists by kind") {
        for address in list(items).iter().filter_map(|item| item["tags"]["deploy:address"].as_str()) {
            *counts.entry(format!("{kind}: {address}")).or_default() += 1;
        }
    }
    counts
}

fn list(items: &Value) -> &[Value] {
    items.as_array().expect("a list")
}

/// What only the first and what only the second holds.
fn difference<'a>(first: &'a [Value], second: &'a [Value]) -> (Vec<&'a Value>, Vec<&'a Value>) {
    let mut surplus: Vec<&Value> = second.iter().collect();
    let mut is_missing = |item: &&Value| match surplus.iter().position(|other| other == item) {
        Some(place) => {
            surplus.remove(place);
            false
        }
        None => true,
    };
    let missing = first.iter().filter(|item| is_missing(item)).collect();
    (missing, surplus)
}

/// Tags by key. What the program notes for itself tells runs apart; only the address tells resources apart.
fn tags<'a>(pairs: impl IntoIterator<Item = (Option<&'a str>, Option<&'a str>)>) -> Value {
    let noted = |key: &str| key.starts_with("deploy:") && key != "deploy:address";
    let tags = pairs.into_iter().filter_map(|(key, value)| Some((key?, value?)));
    let tags: BTreeMap<&str, &str> = tags.filter(|(key, _)| !noted(key)).collect();
    json!(tags)
}

/// The inventory with addresses in the place of ids.
fn renamed(inventory: &Value, account: &str) -> Value {
    let items =
        inventory.as_object().expect("lists by kind").values().flat_map(|list| list.as_array().expect("a list"));
    let name = |item: &Value| {
        let id = item["id"].as_str()?.to_owned();
        Some((id, item["tags"]["deploy:address"].as_str().unwrap_or("nobody's").to_owned()))
    };
    let names = items.filter_map(name).chain([(account.to_owned(), "account".to_owned())]);
    let text = names.fold(inventory.to_string(), |text, (id, name)| text.replace(&id, &name));
    serde_json::from_str(&text).expect("names need no escapes")
}

/// No list here has an order that means something.
fn sort(value: &mut Value) {
    match value {
        Value::Array(items) => {
            items.iter_mut().for_each(sort);
            items.sort_by_key(Value::to_string);
        }
        Value::Object(members) => members.values_mut().for_each(sort),
        _ => {}
    }
}
