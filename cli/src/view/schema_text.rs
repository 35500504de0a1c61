//! The fields of a JSON Schema as a person reads them: the key, what may stand there, and what it is for.

use deploy_model::KeyPath;
use serde_json::Value;

use crate::view::columns::{pad, width, wrapped};
use crate::view::value::on_one_line;

/// The annotations of a field that matter to whoever sets it.
const ANNOTATIONS: &[(&str, &str)] = &[
    ("x-force-new", "forces replacement"),
    ("x-set-once", "set once"),
    ("x-unique", "unique"),
    ("x-computed", "chosen by AWS where absent"),
    ("x-unordered", "in any order"),
    ("x-sensitive", "never shown"),
    ("x-write-only", "not compared"),
];
/// What stands for a key that the user chooses.
const ANY_KEY: &str = "NAME";
/// What a schema says that rules nothing out.
const ANYTHING: &str = "anything";
/// How many tables lie one in the other before the rest is left to the schema itself.
const MOST_TABLES: usize = 5;
/// How many fields are shown: a schema that refers to itself in many of them would fill the screen for ever.
const MOST_FIELDS: usize = 500;
/// By how many references and alternatives a field is reached: each takes half of what is left.
const MOST_HOPS: usize = 64;
/// Where the types begin at the latest.
const LATEST: usize = 34;
/// How far what a field is for stands in.
const WORDS: usize = 6;
/// The longest default that is shown, in characters.
const LONGEST_DEFAULT: usize = 40;

/// One field.
#[derive(Debug, PartialEq, Eq)]
struct Field {
    path: String,
    /// What may stand there, and on which terms.
    terms: String,
    /// The first paragraph of its description.
    words: String,
}

/// The fields of `schema`, those of inner tables too, a line or a few each. `defaults` is what holds where nothing is set.
pub fn fields(schema: &Value, defaults: Option<&Value>) -> String {
    let mut reader = Reader { root: schema, fields: Vec::new(), open: Vec::new() };
    reader.table(schema, "", defaults, MOST_TABLES);
    let widest = reader.fields.iter().map(|field| field.path.len() + 4).max().unwrap_or_default();
    let column = widest.min(LATEST);
    reader.fields.iter().map(|field| shown(field, column)).collect()
}

/// The first paragraph of a schema's own description, in lines.
pub fn description(schema: &Value) -> String {
    let words = paragraph(schema);
    if words.is_empty() { words } else { lines(&words, 2) }
}

fn shown(field: &Field, column: usize) -> String {
    let left = pad(&format!("  {}", field.path), column);
    let mut terms = wrapped(&field.terms, (width().saturating_sub(column)).max(20)).into_iter();
    let mut text = format!("{left}{}\n", terms.next().unwrap_or_default()).trim_end().to_owned() + "\n";
    terms.for_each(|line| text.push_str(&format!("{}{line}\n", " ".repeat(column))));
    if !field.words.is_empty() {
        text.push_str(&lines(&field.words, WORDS));
    }
    text
}

fn lines(words: &str, indent: usize) -> String {
    let pieces = wrapped(words, width().saturating_sub(indent).max(20));
    pieces.into_iter().map(|piece| format!("{}{piece}\n", " ".repeat(indent))).collect()
}

/// The first paragraph of a description.
fn paragraph(schema: &Value) -> String {
    let text = schema["description"].as_str().unwrap_or_default().trim();
    let first = text.split("\n\n").next().unwrap_or_default();
    on_one_line(&first.split_whitespace().collect::<Vec<_>>().join(" "))
}

struct Reader<'a> {
    root: &'a Value,
    fields: Vec<Field>,
    /// The tables that are being read: one that lies in itself is told once.
    open: Vec<&'a Value>,
}

impl<'a> Reader<'a> {
    /// Reads the fields of a table at `path`.
    fn table(&mut self, schema: &'a Value, path: &str, defaults: Option<&Value>, depth: usize) {
        for schema in self.meanings(schema, MOST_HOPS) {
            if self.open.iter().any(|open| std::ptr::eq(*open, schema)) {
                continue;
            }
            self.open.push(schema);
            let required: Vec<&str> =
                schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            for (name, field) in schema["properties"].as_object().into_iter().flatten() {
                if self.fields.len() == MOST_FIELDS {
                    break;
                }
                let path = join(path, name);
                let default = defaults.and_then(|defaults| defaults.get(name));
                let default = default.or_else(|| field.get("default"));
                self.field(field, &path, default, required.contains(&name.as_str()));
                self.inside(field, &path, default, depth);
            }
            self.open.pop();
        }
    }

    fn field(&mut self, field: &'a Value, path: &str, default: Option<&Value>, is_required: bool) {
        let mut terms = vec![self.kind(field, MOST_HOPS)];
        match default.filter(|value| !is_nothing(value)).map(Value::to_string) {
            Some(default) if default.chars().count() <= LONGEST_DEFAULT => terms.push(format!("default {default}")),
            None if is_required => terms.push("required".to_owned()),
            Some(_) | None => {}
        }
        let is_said = |key: &str| field.get(key).is_some_and(|value| *value != Value::Bool(false));
        terms.extend(ANNOTATIONS.iter().filter(|(key, _)| is_said(key)).map(|(_, words)| (*words).to_owned()));
        let behind = self.behind(field, MOST_HOPS).into_iter().map(paragraph);
        let words = behind.into_iter().find(|words| !words.is_empty()).unwrap_or_default();
        self.fields.push(Field { path: on_one_line(path), terms: terms.join(", "), words });
    }

    /// Reads what lies within a field: the keys of a table, of a table of tables, of a list of tables.
    fn inside(&mut self, field: &'a Value, path: &str, default: Option<&Value>, depth: usize) {
        if depth == 0 {
            return;
        }
        for meaning in self.meanings(field, MOST_HOPS) {
            if meaning.get("properties").is_some() {
                self.table(meaning, path, default, depth - 1);
            }
            if let Some(inner) = meaning.get("additionalProperties").filter(|inner| inner.is_object()) {
                self.inside_any(inner, &join(path, ANY_KEY), depth - 1);
            }
            if let Some(inner) = meaning.get("items") {
                self.inside_any(inner, &format!("{path}[]"), depth - 1);
            }
        }
    }

    fn inside_any(&mut self, inner: &'a Value, path: &str, depth: usize) {
        let is_table = |meaning: &&Value| meaning.get("properties").is_some();
        if self.meanings(inner, MOST_HOPS).iter().any(is_table) {
            self.table(inner, path, None, depth);
        }
    }

    /// What a schema refers to.
    fn target(&self, schema: &Value) -> Option<&'a Value> {
        self.root.pointer(schema["$ref"].as_str()?.trim_start_matches('#'))
    }

    /// A schema and those that its references and alternatives lead to, the outermost first.
    fn behind(&self, schema: &'a Value, hops: usize) -> Vec<&'a Value> {
        let target = self.target(schema).into_iter();
        let branches = ["anyOf", "allOf"].into_iter().filter_map(|key| schema[key].as_array()).flatten();
        let next = target.chain(branches).filter(|_| hops > 0);
        std::iter::once(schema).chain(next.flat_map(|next| self.behind(next, hops / 2))).collect()
    }

    /// The schemas that one comes to behind its references, its alternatives laid side by side, without that of nothing.
    fn meanings(&self, schema: &'a Value, hops: usize) -> Vec<&'a Value> {
        if hops == 0 {
            return Vec::new();
        }
        if let Some(target) = self.target(schema) {
            return self.meanings(target, hops / 2);
        }
        let branches = ["anyOf", "oneOf", "allOf"].into_iter().filter_map(|key| schema[key].as_array()).flatten();
        let mut meanings: Vec<&Value> = branches.flat_map(|branch| self.meanings(branch, hops / 2)).collect();
        let says_something = ["type", "enum", "const", "properties"].iter().any(|key| schema.get(key).is_some());
        if says_something || meanings.is_empty() {
            meanings.push(schema);
        }
        meanings.retain(|meaning| meaning["type"] != "null");
        meanings
    }

    /// What may stand in the place of a schema: `integer`, `list of string`, `"a" or "b"`.
    fn kind(&self, schema: &'a Value, hops: usize) -> String {
        if hops == 0 {
            return ANYTHING.to_owned();
        }
        let hops = hops / 2;
        let mut kinds: Vec<String> = Vec::new();
        for kind in self.meanings(schema, hops).into_iter().flat_map(|meaning| self.kinds(meaning, hops)) {
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        match kinds.split_last() {
            None => ANYTHING.to_owned(),
            Some((last, [])) => last.clone(),
            Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        }
    }

    /// The kinds of one meaning.
    fn kinds(&self, meaning: &'a Value, hops: usize) -> Vec<String> {
        let chosen = meaning["enum"].as_array().into_iter().flatten().chain(meaning.get("const"));
        let chosen: Vec<String> = chosen.filter(|value| !value.is_null()).map(Value::to_string).collect();
        if !chosen.is_empty() {
            return chosen;
        }
        let one = meaning["type"].as_str().into_iter();
        let types = one.chain(meaning["type"].as_array().into_iter().flatten().filter_map(Value::as_str));
        let inner = |key: &str| meaning.get(key).filter(|inner| inner.is_object()).map(|inner| self.kind(inner, hops));
        let of = |whole: &str, inner: Option<String>| match inner {
            Some(inner) if inner != ANYTHING => format!("{whole} of {inner}"),
            _ => whole.to_owned(),
        };
        let named = |name: &str| match name {
            "array" => of("list", inner("items")),
            "object" => of("table", inner("additionalProperties")),
            name => on_one_line(name),
        };
        types.filter(|name| *name != "null").map(named).collect()
    }
}

fn join(path: &str, key: &str) -> String {
    let key = KeyPath::of([key]).to_string();
    if path.is_empty() { key } else { format!("{path}.{key}") }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.values().all(is_nothing),
        Value::String(text) => text.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn schema() -> Value {
        json!({
            "type": "object",
            "required": ["image", "ports"],
            "description": "What is watched.\n\nAnd how.",
            "properties": {
                "image": { "type": "string", "description": "The image that is run,\nas a registry knows it.\n\nMore.",
                    "x-force-new": true, "x-unique": false },
                "retention_days": { "type": ["integer", "null"], "description": "How long." },
                "mode": { "anyOf": [{ "$ref": "#/$defs/Mode" }, { "type": "null" }] },
                "ports": { "type": "array", "items": { "type": "integer" } },
                "tags": { "type": "object", "additionalProperties": { "type": "string" } },
                "rules": { "type": "object", "additionalProperties": { "$ref": "#/$defs/Rule" } },
                "any": true,
            },
            "$defs": {
                "Mode": { "description": "How strict.", "oneOf": [{ "const": "strict" }, { "const": "lax" }] },
                "Rule": { "type": "object", "required": ["port"], "properties": {
                    "port": { "type": "integer" },
                    "not": { "type": "array", "items": { "$ref": "#/$defs/Rule" } },
                } },
            },
        })
    }

    #[test]
    fn every_field_says_what_may_stand_there() {
        let text = fields(&schema(), Some(&json!({ "retention_days": 30, "mode": "lax", "ports": [] })));
        insta::assert_snapshot!(text);
        assert_eq!(description(&schema()), "  What is watched.\n");
    }

    #[test]
    fn a_schema_that_turns_in_circles_has_an_end() {
        for schema in [
            json!({ "$ref": "#" }),
            json!({ "properties": { "a": { "$ref": "#/properties/a" } } }),
            json!({ "properties": { "a": { "type": "array", "items": { "$ref": "#/properties/a" } } } }),
            json!({ "type": 3, "properties": { "a": { "enum": 3, "description": 7 } } }),
        ] {
            assert!(fields(&schema, None).len() < 10_000, "{schema}");
        }
    }
}
