//! What a plugin says that it offers, looked at once, before anything is built on it.

use deploy_model::address::is_address_part;
use deploy_model::{FieldRules, KindDescription};
use deploy_plugin::StageSection;
use deploy_plugin::wire::Description;
use serde_json::Value;

/// The longest name of a section, in characters.
const LONGEST_SECTION: usize = 64;
/// How much is shown of what stands in the place of a schema, in characters.
const LONGEST_SHOWN: usize = 40;

/// Why an offer cannot be taken.
#[derive(Debug, PartialEq, Eq)]
pub struct Objection {
    /// What is wrong, for a sentence that begins with the plugin.
    pub what: String,
    /// The next step, for whoever wrote the plugin.
    pub help: &'static str,
}

/// The first thing that is wrong with what the plugin named `plugin` offers.
pub fn objection(plugin: &str, offered: &Description) -> Option<Objection> {
    misnamed(plugin, offered)
        .or_else(|| offered.stages.iter().find_map(|stage| unwritable(&stage.section)))
        .or_else(|| offered.kinds.iter().find_map(unreadable))
}

/// A section that nobody could write, or a kind under the name of somebody else's section.
fn misnamed(plugin: &str, offered: &Description) -> Option<Objection> {
    let help = "use letters, digits, `_` and `-`, and the section's name before the kind's";
    let sections: Vec<&str> = offered.stages.iter().map(|stage| stage.section.name.as_str()).collect();
    let can_be_written = |name: &&&str| is_address_part(name) && name.len() <= LONGEST_SECTION;
    if let Some(name) = sections.iter().find(|name| !can_be_written(name)) {
        let shown: String = name.escape_default().take(LONGEST_SECTION).collect();
        return Some(Objection { what: format!("offers a section that nobody can write, `{shown}`"), help });
    }
    let own = |stage: &str| stage == plugin || sections.contains(&stage);
    let foreign = offered.kinds.iter().find(|kind| !own(kind.name.stage()))?;
    let what = format!("offers the kind `{}`, which is named after a section that is not its own", foreign.name);
    Some(Objection { what, help })
}

/// A section that is no table: what the files say of it could not be laid over its defaults.
fn unwritable(section: &StageSection) -> Option<Objection> {
    let StageSection { name, schema, defaults } = section;
    if let Some(flaw) = flaw(schema).or_else(|| no_table(schema)) {
        let what = format!("describes its section `{name}` by a schema that {flaw}");
        return Some(Objection { what, help: "a section is a table: give it the JSON Schema of an object" });
    }
    if !defaults.is_object() {
        let what = format!("gives its section `{name}` defaults that are no object, but {}", shown(defaults));
        return Some(Objection { what, help: "give every key its default in an object, or an empty one, `{}`" });
    }
    None
}

/// A kind whose schemas are none, or have no end.
fn unreadable(kind: &KindDescription) -> Option<Objection> {
    let KindDescription { name, inputs, outputs, .. } = kind;
    if let Some(flaw) = flaw(inputs).or_else(|| no_table(inputs)).or_else(|| flaw(outputs)) {
        let what = format!("describes the kind `{name}` by a schema that {flaw}");
        return Some(Objection { what, help: "give its inputs and its outputs the JSON Schema of an object each" });
    }
    if !(FieldRules::can_read(inputs) && FieldRules::can_read(outputs)) {
        let what = format!("describes the kind `{name}` by a schema that has no end");
        return Some(Objection { what, help: "a schema may refer to itself only behind a field" });
    }
    None
}

/// Why a value is no schema with fields, for a sentence that begins with it. `true` is a schema to JSON Schema, and says
/// nothing.
fn flaw(schema: &Value) -> Option<String> {
    let Some(keywords) = schema.as_object() else {
        return Some(format!("is no object, but {}", shown(schema)));
    };
    let of_schemas = |table: &Value| table.as_object().is_some_and(|table| table.values().all(is_schema));
    let is_type =
        |value: &Value| value.is_string() || value.as_array().is_some_and(|all| all.iter().all(Value::is_string));
    let has = |keyword: &str, is_right: &dyn Fn(&Value) -> bool| keywords.get(keyword).is_none_or(is_right);
    let wrong = ["properties", "$defs"].into_iter().find(|keyword| !has(keyword, &of_schemas));
    let wrong = wrong.or_else(|| (!has("type", &is_type)).then_some("type"));
    wrong.map(|keyword| format!("has no sense: its `{keyword}` is {}", shown(&keywords[keyword])))
}

fn is_schema(value: &Value) -> bool {
    value.is_object() || value.is_boolean()
}

/// Why a schema that has a type is that of no object.
fn no_table(schema: &Value) -> Option<String> {
    let named = schema.get("type")?;
    let is_object = named == "object" || named.as_array().is_some_and(|types| types.iter().any(|one| one == "object"));
    (!is_object).then(|| format!("is that of no object: its `type` is {}", shown(named)))
}

/// A value as JSON writes it, cut to what fits a line.
fn shown(value: &Value) -> String {
    let text = value.to_string();
    let short: String = text.chars().flat_map(char::escape_default).take(LONGEST_SHOWN).collect();
    if text.len() > LONGEST_SHOWN { format!("`{short}…`") } else { format!("`{text}`") }
}

#[cfg(test)]
mod tests {
    use deploy_plugin::Methods;
    use deploy_plugin::wire::StageDescription;
    use serde_json::json;

    use super::*;

    fn offer(schema: Value, defaults: Value) -> Description {
        let section = StageSection { name: "audit".to_owned(), schema, defaults };
        Description { stages: vec![StageDescription { section, methods: Methods::default() }], kinds: Vec::new() }
    }

    fn with_kind(inputs: Value, outputs: Value) -> Description {
        let name = "audit.entry".parse().expect("a kind");
        let kind = KindDescription { name, inputs, outputs, can_retire: false, creates_once: false };
        Description { kinds: vec![kind], ..offer(json!({ "type": "object" }), json!({})) }
    }

    /// Everything that JSON has besides objects.
    fn no_objects() -> [Value; 7] {
        [json!(null), json!(true), json!(false), json!(3), json!(1.5), json!("object"), json!([{}])]
    }

    #[test]
    fn what_is_no_object_is_refused_wherever_an_object_belongs() {
        let object = || json!({ "type": "object" });
        for value in no_objects() {
            for offered in [
                offer(value.clone(), json!({})),
                offer(object(), value.clone()),
                with_kind(value.clone(), object()),
                with_kind(object(), value.clone()),
            ] {
                let Objection { what, .. } = objection("audit", &offered).unwrap_or_else(|| panic!("{value}"));
                assert!(what.contains("audit") && what.contains(&format!("no object, but `{value}`")), "{what}");
            }
        }
    }

    #[test]
    fn a_schema_of_something_else_is_refused() {
        for (schema, words) in [
            (json!({ "type": "string" }), "is that of no object: its `type` is `\"string\"`"),
            (json!({ "type": ["null", "array"] }), "is that of no object"),
            (json!({ "type": 3 }), "has no sense: its `type` is `3`"),
            (json!({ "properties": [1, 2] }), "has no sense: its `properties` is `[1,2]`"),
            (json!({ "properties": { "a": 1 } }), "has no sense: its `properties` is"),
            (json!({ "$defs": true }), "has no sense: its `$defs` is `true`"),
        ] {
            for offered in [offer(schema.clone(), json!({})), with_kind(schema.clone(), json!({}))] {
                let Objection { what, .. } = objection("audit", &offered).unwrap_or_else(|| panic!("{schema}"));
                assert!(what.contains(words), "{what}");
            }
        }
    }

    #[test]
    fn what_schemars_writes_is_taken() {
        let schemas = [
            json!({}),
            json!({ "type": ["object", "null"] }),
            json!({ "type": "object", "properties": { "any": true }, "$defs": { "A": { "type": "string" } } }),
            json!({ "oneOf": [{ "type": "object" }] }),
        ];
        for schema in schemas {
            assert_eq!(objection("audit", &offer(schema.clone(), json!({}))), None, "{schema}");
            assert_eq!(objection("audit", &with_kind(schema.clone(), json!({ "type": "null" }))), None, "{schema}");
        }
    }
}
