//! Checks values against a schema and reports everything that does not fit, not only the first.
//!
//! Understood is what schemars emits for Rust types. `pattern` and `format` beyond the integer widths
//! are left to the sections: their problems reach the user the same way.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::branch;
use super::facets::{Facets, Schema, child, known_keys, list, literals, own_kinds};
use super::issue::{Issue, Place};
use super::kind::Kind;
use crate::diagnostic::shortened;

impl<'a> Schema<'a> {
    /// Everything in `table` that does not fit this schema.
    pub(crate) fn check(&self, table: &Map<String, Value>) -> Vec<Issue> {
        let mut facets = Facets::default();
        self.root().into_iter().for_each(|node| self.open(node, &mut facets));
        self.check_table(&Place::default(), &facets.nodes, table)
    }

    fn check_value(&self, place: &Place, nodes: &[&'a Value], value: &Value) -> Vec<Issue> {
        let mut facets = Facets::default();
        nodes.iter().for_each(|node| self.open(node, &mut facets));
        self.settle(place, facets, value)
    }

    /// Decides every alternative, then checks what is left. Where several alternatives are possible the
    /// one that speaks least against itself is the one the user meant.
    fn settle(&self, place: &Place, mut facets: Facets<'a>, value: &Value) -> Vec<Issue> {
        let Some(choice) = facets.choices.pop() else {
            return self.check_settled(place, &facets.nodes, value);
        };
        let candidates = match branch::narrow(self, place, &choice, value) {
            Ok(candidates) => candidates,
            Err(issue) => return vec![*issue],
        };
        let attempts = candidates.into_iter().map(|candidate| {
            let mut facets = facets.clone();
            self.open(candidate, &mut facets);
            self.settle(place, facets, value)
        });
        attempts.min_by_key(|issues| branch::misfit(place, issues)).unwrap_or_default()
    }

    fn check_settled(&self, place: &Place, nodes: &[&'a Value], value: &Value) -> Vec<Issue> {
        for node in nodes {
            let kinds = own_kinds(node);
            if Kind::of(value).is_none_or(|kind| !kind.fits(&kinds)) {
                return vec![Issue::wrong_kind(place, &kinds, value)];
            }
            if let Some(allowed) = literals(node).filter(|allowed| !allowed.contains(&value)) {
                return vec![Issue::not_allowed(place, &allowed, value)];
            }
        }
        match value {
            Value::Object(table) => self.check_table(place, nodes, table),
            Value::Array(elements) => self.check_array(place, nodes, elements),
            Value::String(text) => nodes.iter().find_map(|node| length_issue(place, node, text)).into_iter().collect(),
            Value::Number(_) => nodes.iter().find_map(|node| bound_issue(place, node, value)).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    fn check_table(&self, place: &Place, nodes: &[&'a Value], table: &Map<String, Value>) -> Vec<Issue> {
        let known = known_keys(nodes);
        let mut issues = Vec::new();
        for (key, value) in table {
            match child(nodes, key) {
                None => issues.push(Issue::unknown_key(place, key, &known)),
                Some(inner) => {
                    let place = if inner.free { place.any(key) } else { place.key(key) };
                    issues.extend(self.check_value(&place, &inner.nodes, value));
                }
            }
        }
        let required: BTreeSet<&str> =
            nodes.iter().flat_map(|node| list(node, "required")).filter_map(Value::as_str).collect();
        for key in required.into_iter().filter(|key| !table.contains_key(*key)) {
            issues.push(Issue::missing_key(place, key, self.description(nodes, key)));
        }
        issues
    }

    fn check_array(&self, place: &Place, nodes: &[&'a Value], elements: &[Value]) -> Vec<Issue> {
        let mut issues: Vec<Issue> =
            nodes.iter().find_map(|node| count_issue(place, node, elements)).into_iter().collect();
        for (index, element) in elements.iter().enumerate() {
            let applying: Vec<&Value> = nodes
                .iter()
                .filter_map(|node| list(node, "prefixItems").nth(index).or_else(|| node.get("items")))
                .collect();
            issues.extend(self.check_value(&place.any(&index.to_string()), &applying, element));
        }
        issues
    }

    /// What the schema says about the key `key` of a table.
    fn description(&self, nodes: &[&'a Value], key: &str) -> Option<&'a str> {
        let child = child(nodes, key)?;
        self.all(&child.nodes).into_iter().find_map(|node| node.get("description")?.as_str())
    }
}

fn length_issue(place: &Place, node: &Value, text: &str) -> Option<Issue> {
    let length = text.chars().count() as u64;
    let limit = limit_of(node, length, "minLength", "maxLength")?;
    Some(Issue::out_of_range(place, &format!("a text of {length} characters"), format!("{limit} characters")))
}

fn count_issue(place: &Place, node: &Value, elements: &[Value]) -> Option<Issue> {
    let count = elements.len() as u64;
    if let Some(limit) = limit_of(node, count, "minItems", "maxItems") {
        return Some(Issue::out_of_range(place, &format!("an array of {count} elements"), format!("{limit} elements")));
    }
    if node.get("uniqueItems") != Some(&Value::Bool(true)) {
        return None;
    }
    let mut seen = BTreeSet::new();
    let (index, twice) = elements.iter().enumerate().find(|(_, element)| !seen.insert(element.to_string()))?;
    let place = place.any(&index.to_string());
    Some(Issue::out_of_range(&place, &shortened(&twice.to_string()), "every element once".to_owned()))
}

fn limit_of(node: &Value, found: u64, least: &str, most: &str) -> Option<String> {
    let limit = |keyword: &str| node.get(keyword).and_then(Value::as_u64);
    if let Some(least) = limit(least).filter(|least| found < *least) {
        return Some(format!("at least {least}"));
    }
    limit(most).filter(|most| found > *most).map(|most| format!("at most {most}"))
}

fn bound_issue(place: &Place, node: &Value, value: &Value) -> Option<Issue> {
    let number = value.as_f64()?;
    let broken = |keyword: &str, holds: fn(&f64, &f64) -> bool| {
        node.get(keyword).filter(|bound| bound.as_f64().is_some_and(|bound| !holds(&number, &bound)))
    };
    let limit = if let Some(least) = broken("minimum", f64::ge) {
        format!("at least {least}")
    } else if let Some(most) = broken("maximum", f64::le) {
        format!("at most {most}")
    } else if let Some(below) = broken("exclusiveMinimum", f64::gt) {
        format!("more than {below}")
    } else if let Some(above) = broken("exclusiveMaximum", f64::lt) {
        format!("less than {above}")
    } else {
        width_limit(node.get("format")?.as_str()?, number)?
    };
    Some(Issue::out_of_range(place, &value.to_string(), limit))
}

/// The limits of Rust's integers for which schemars writes a format and no bounds.
fn width_limit(format: &str, number: f64) -> Option<String> {
    let (least, most) = match format {
        "int32" => (i64::from(i32::MIN), i64::from(i32::MAX)),
        "uint32" => (0, i64::from(u32::MAX)),
        _ => return None,
    };
    if number < least as f64 {
        return Some(format!("at least {least}"));
    }
    (number > most as f64).then(|| format!("at most {most}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn messages(property: Value, value: Value) -> Vec<String> {
        let root = json!({ "properties": { "k": property }, "$defs": {
            "Named": { "properties": { "name": { "type": "string" } }, "required": ["name"] },
            "Self": { "$ref": "#/$defs/Self" },
        } });
        let table = json!({ "k": value });
        let issues = Schema::new(&root).check(table.as_object().expect("a table"));
        issues.into_iter().map(|issue| issue.message).collect()
    }

    #[test]
    fn limits_are_told_with_the_value() {
        let array = json!({ "type": "array", "minItems": 1, "uniqueItems": true, "items": { "type": "string" } });
        assert_eq!(
            messages(array.clone(), json!([])),
            ["`k`: an array of 0 elements is out of range, expected at least 1 elements"]
        );
        assert_eq!(
            messages(array.clone(), json!(["a", "a"])),
            ["`k.1`: \"a\" is out of range, expected every element once"]
        );
        assert_eq!(messages(array, json!(["a", 1])), ["`k.1`: expected a string, found an integer"]);
        let above = json!({ "type": ["number", "null"], "exclusiveMinimum": 0 });
        assert_eq!(messages(above.clone(), json!(0)), ["`k`: 0 is out of range, expected more than 0"]);
        assert!(messages(above, json!(0.5)).is_empty());
        let word = json!({ "type": "string", "minLength": 2 });
        assert_eq!(
            messages(word, json!("é")),
            ["`k`: a text of 1 characters is out of range, expected at least 2 characters"]
        );
        let width = json!({ "type": "integer", "format": "uint32", "minimum": 0 });
        assert_eq!(
            messages(width, json!(1_u64 << 32)),
            ["`k`: 4294967296 is out of range, expected at most 4294967295"]
        );
    }

    #[test]
    fn parts_of_one_table_are_checked_together() {
        let flattened = json!({
            "type": "object",
            "properties": { "port": { "type": "integer" } },
            "allOf": [{ "$ref": "#/$defs/Named" }],
            "oneOf": [
                { "properties": { "disk": { "type": "integer" } }, "required": ["disk"] },
                { "properties": { "bucket": { "type": "string" } }, "required": ["bucket"] },
            ],
            "unevaluatedProperties": false,
        });
        assert!(messages(flattened.clone(), json!({ "port": 1, "name": "x", "bucket": "b" })).is_empty());
        assert_eq!(
            messages(flattened, json!({ "name": 1, "bucket": 2 })),
            ["`k.name`: expected a string, found an integer", "`k.bucket`: expected a string, found an integer",]
        );
    }

    #[test]
    fn a_free_table_takes_anything_and_a_schema_may_refer_to_itself() {
        assert!(messages(json!({ "type": "object" }), json!({ "any": [1, { "thing": true }] })).is_empty());
        assert!(messages(json!(true), json!({ "any": 1 })).is_empty());
        assert!(messages(json!({ "$ref": "#/$defs/Self" }), json!(1)).is_empty());
    }
}
