//! One schema for the whole file, from the settings' and every section's.

use serde_json::{Map, Value, json};

use crate::settings::Settings;

/// A stage's part of the configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// The table's name: `network`.
    pub name: String,
    /// The JSON Schema of the table (draft 2020-12, definitions under `$defs`).
    pub schema: Value,
    /// The lowest layer. A section with a table here is always present; anything but a table counts as
    /// none, and then the section may be left out.
    pub defaults: Value,
}

/// A section that cannot have its name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the section name `{0}` is taken")]
pub(crate) struct SectionClash(pub(crate) String);

/// Keywords whose value is data and not a schema.
const DATA: [&str; 4] = ["const", "default", "enum", "examples"];

/// Whether `name` is a setting of every environment, and so no section can be called like it.
pub fn is_setting(name: &str) -> bool {
    take_table(&mut schemars::schema_for!(Settings).to_value(), "properties").contains_key(name)
}

/// The schema of the merged configuration.
///
/// A section's own definitions are hoisted as `section:Name`, and the section itself is the definition
/// `section`, so that no two can clash.
pub(crate) fn whole(sections: &[Section]) -> Result<Value, SectionClash> {
    let mut root = schemars::schema_for!(Settings).to_value();
    let mut definitions = take_table(&mut root, "$defs");
    let mut properties = take_table(&mut root, "properties");
    for section in sections {
        if properties.contains_key(&section.name) || definitions.contains_key(&section.name) {
            return Err(SectionClash(section.name.clone()));
        }
        let mut schema = section.schema.clone();
        if let Some(schema) = schema.as_object_mut() {
            schema.remove("$schema");
        }
        for (name, mut definition) in take_table(&mut schema, "$defs") {
            point_into(&mut definition, &section.name);
            definitions.insert(format!("{}:{name}", section.name), definition);
        }
        point_into(&mut schema, &section.name);
        definitions.insert(section.name.clone(), schema);
        properties.insert(section.name.clone(), json!({ "$ref": format!("#/$defs/{}", section.name) }));
    }
    root["title"] = "an environment of deploy".into();
    root["properties"] = properties.into();
    root["$defs"] = definitions.into();
    Ok(root)
}

/// The schema of a single file: as [`whole`], but nothing is required, because what one file leaves out
/// another may hold. Alternatives keep what tells them apart.
pub(crate) fn for_one_file(mut schema: Value) -> Value {
    relax(&mut schema);
    schema
}

fn take_table(schema: &mut Value, key: &str) -> Map<String, Value> {
    match schema.as_object_mut().and_then(|schema| schema.remove(key)) {
        Some(Value::Object(table)) => table,
        _ => Map::new(),
    }
}

/// Turns references within a section's schema into references within the whole.
fn point_into(schema: &mut Value, section: &str) {
    match schema {
        Value::Object(keywords) => {
            for (keyword, inner) in keywords.iter_mut() {
                match inner {
                    Value::String(target) if keyword == "$ref" => *target = pointed(target, section),
                    _ if DATA.contains(&keyword.as_str()) => {}
                    _ => point_into(inner, section),
                }
            }
        }
        Value::Array(schemas) => schemas.iter_mut().for_each(|schema| point_into(schema, section)),
        _ => {}
    }
}

fn pointed(target: &str, section: &str) -> String {
    match target.strip_prefix("#/$defs/") {
        Some(name) => format!("#/$defs/{section}:{name}"),
        None if target == "#" => format!("#/$defs/{section}"),
        None => target.to_owned(),
    }
}

fn relax(schema: &mut Value) {
    match schema {
        Value::Object(keywords) => {
            if keywords.get("required").is_some_and(Value::is_array) {
                keywords.remove("required");
            }
            for (keyword, inner) in keywords.iter_mut() {
                if !DATA.contains(&keyword.as_str()) && keyword != "anyOf" && keyword != "oneOf" {
                    relax(inner);
                }
            }
        }
        Value::Array(schemas) => schemas.iter_mut().for_each(relax),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(name: &str) -> Section {
        let schema = json!({ "type": "object", "required": ["a"], "properties": {
            "a": { "$ref": "#/$defs/Size" }, "again": { "$ref": "#" }, "$ref": { "type": "string" },
        }, "$defs": { "Size": { "type": "integer" } } });
        Section { name: name.to_owned(), schema, defaults: Value::Null }
    }

    #[test]
    fn equal_names_of_two_sections_stay_apart() {
        let schema = whole(&[section("one"), section("two")]).expect("no clash");
        assert_eq!(schema["$defs"]["one"]["properties"]["a"]["$ref"], "#/$defs/one:Size");
        assert_eq!(schema["$defs"]["two"]["properties"]["again"]["$ref"], "#/$defs/two");
        assert_eq!(schema["$defs"]["two"]["properties"]["$ref"]["type"], "string");
        assert_eq!(schema["$defs"]["two:Size"]["type"], "integer");
        assert_eq!(whole(&[section("tags")]), Err(SectionClash("tags".to_owned())));
        assert_eq!(whole(&[section("x"), section("x")]), Err(SectionClash("x".to_owned())));
    }

    #[test]
    fn a_single_file_need_not_be_complete() {
        let schema = for_one_file(whole(&[section("one")]).expect("no clash"));
        assert_eq!(schema.get("required"), None);
        assert_eq!(schema["$defs"]["one"].get("required"), None);
    }
}
