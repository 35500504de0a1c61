//! Whether a value fits a JSON Schema, as far as the schemas of sections and kinds go: types, properties, lists, choices.
//!
//! Not a whole implementation: what it does not know, it lets pass.

use serde_json::Value;

/// How deep a schema may lead.
const MAX_DEPTH: usize = 32;

/// What is wrong with `value` under `schema`, with its place, or nothing where it fits.
pub fn misfit(schema: &Value, value: &Value) -> Option<String> {
    Schema { root: schema }.misfit(schema, value, "", 0)
}

struct Schema<'a> {
    root: &'a Value,
}

impl Schema<'_> {
    fn misfit(&self, schema: &Value, value: &Value, path: &str, depth: usize) -> Option<String> {
        let Some(rules) = schema.as_object().filter(|_| depth < MAX_DEPTH) else {
            return (*schema == Value::Bool(false)).then(|| wrong(path, "may not be there"));
        };
        let deeper = |schema: &Value| self.misfit(schema, value, path, depth + 1);
        if let Some(target) = rules.get("$ref").and_then(Value::as_str) {
            let target = self.root.pointer(target.trim_start_matches('#'));
            if let Some(misfit) = target.and_then(deeper) {
                return Some(misfit);
            }
        }
        if let Some(types) = rules.get("type")
            && !types_of(types).any(|name| is_of_type(value, name))
        {
            return Some(wrong(path, &format!("is not of the type {types}")));
        }
        let is_chosen = |choices: &Value| choices.as_array().is_none_or(|choices| choices.contains(value));
        if !rules.get("enum").is_none_or(is_chosen) || !rules.get("const").is_none_or(|only| only == value) {
            return Some(wrong(path, "is none of the values that it may have"));
        }
        for all in rules.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            if let Some(misfit) = deeper(all) {
                return Some(misfit);
            }
        }
        for any in ["anyOf", "oneOf"] {
            let Some(choices) = rules.get(any).and_then(Value::as_array).filter(|choices| !choices.is_empty()) else {
                continue;
            };
            let misfits: Vec<Option<String>> = choices.iter().map(deeper).collect();
            if misfits.iter().all(Option::is_some) {
                return misfits.into_iter().next().flatten();
            }
        }
        self.inside(rules, value, path, depth)
    }

    fn inside(
        &self,
        rules: &serde_json::Map<String, Value>,
        value: &Value,
        path: &str,
        depth: usize,
    ) -> Option<String> {
        match value {
            Value::Object(fields) => {
                let required = rules.get("required").and_then(Value::as_array).into_iter().flatten();
                let missing = required.filter_map(Value::as_str).find(|name| !fields.contains_key(*name));
                if let Some(missing) = missing {
                    return Some(wrong(&format!("{path}/{missing}"), "is missing"));
                }
                let own = rules.get("properties").and_then(Value::as_object);
                let patterns = rules.contains_key("patternProperties");
                fields.iter().find_map(|(name, value)| {
                    let path = format!("{path}/{name}");
                    let schema = own.and_then(|own| own.get(name));
                    let schema = schema.or_else(|| rules.get("additionalProperties").filter(|_| !patterns));
                    self.misfit(schema?, value, &path, depth + 1)
                })
            }
            Value::Array(items) => {
                let schema = rules.get("items")?;
                let numbered = items.iter().enumerate();
                numbered
                    .into_iter()
                    .find_map(|(index, item)| self.misfit(schema, item, &format!("{path}/{index}"), depth + 1))
            }
            _ => None,
        }
    }
}

fn types_of(types: &Value) -> impl Iterator<Item = &str> {
    let one = types.as_str().into_iter();
    one.chain(types.as_array().into_iter().flatten().filter_map(Value::as_str))
}

fn is_of_type(value: &Value, name: &str) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => true,
    }
}

fn wrong(path: &str, what: &str) -> String {
    let path = if path.is_empty() { "/" } else { path };
    format!("`{path}` {what}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_fits_and_what_does_not() {
        let schema = json!({
            "type": "object", "required": ["id"], "additionalProperties": false,
            "properties": {
                "id": { "type": "string" },
                "size": { "type": ["integer", "null"] },
                "mode": { "$ref": "#/$defs/Mode" },
                "ports": { "type": "array", "items": { "anyOf": [{ "type": "integer" }, { "const": "all" }] } },
            },
            "$defs": { "Mode": { "enum": ["a", "b"] } },
        });
        let misfit = |value: Value| misfit(&schema, &value);
        assert_eq!(misfit(json!({ "id": "x", "size": null, "mode": "b", "ports": [1, "all"] })), None);
        assert_eq!(misfit(json!({})), Some("`/id` is missing".to_owned()));
        assert_eq!(misfit(json!([])), Some("`/` is not of the type \"object\"".to_owned()));
        assert_eq!(
            misfit(json!({ "id": "x", "size": 1.5 })).as_deref(),
            Some("`/size` is not of the type [\"integer\",\"null\"]")
        );
        assert_eq!(
            misfit(json!({ "id": "x", "mode": "c" })).as_deref(),
            Some("`/mode` is none of the values that it may have")
        );
        assert_eq!(
            misfit(json!({ "id": "x", "ports": ["one"] })).as_deref(),
            Some("`/ports/0` is not of the type \"integer\"")
        );
        assert_eq!(misfit(json!({ "id": "x", "more": 1 })).as_deref(), Some("`/more` may not be there"));
    }
}
