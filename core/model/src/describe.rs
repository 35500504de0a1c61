//! What a kind says of itself, and the rules of its fields that the diff follows.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{FieldPath, KindName};

/// A kind's description: the schemas of its inputs and outputs, with the annotations below.
///
/// | annotation on a field | meaning |
/// | --- | --- |
/// | `x-force-new: true` | cannot change on a resource that exists |
/// | `x-set-once: true` | can be set on a resource that exists, but not changed to something else |
/// | `x-unique: true` | two live resources cannot agree in all such fields |
/// | `x-unique: "cidr"` | the same, and overlapping address ranges count as agreeing |
/// | `x-holds: true` | while this field names a resource, that one cannot be deleted |
/// | `x-refers: "network.vpc"` | holds an output of a resource of that kind, alone or before `:tag` or `@digest` |
/// | `x-computed: true` | where the configuration is silent, whatever the service chose is right |
/// | `x-unordered: true` | a list in which order means nothing |
/// | `x-sensitive: true` | the value is never shown |
/// | `x-write-only: true` | used when the resource is made, not compared afterwards |
/// | `x-changes-on-update: true` | (outputs) another value after an update in place |
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KindDescription {
    /// The kind.
    pub name: KindName,
    /// The JSON Schema of its inputs.
    pub inputs: Value,
    /// The JSON Schema of its outputs.
    pub outputs: Value,
    /// Whether the service lets a resource that exists get another address. Without that, a
    /// replacement always deletes first.
    pub can_retire: bool,
    /// Whether one creation that is sent twice makes one resource.
    #[serde(default)]
    pub creates_once: bool,
}

impl KindDescription {
    /// The rules of the kind's inputs.
    pub fn input_rules(&self) -> FieldRules {
        FieldRules::from_schema(&self.inputs)
    }

    /// The names of the outputs that change when the resource is updated in place.
    pub fn volatile_outputs(&self) -> Vec<String> {
        FieldRules::from_schema(&self.outputs)
            .0
            .into_iter()
            .filter(|rule| rule.flags.changes_on_update)
            .filter_map(|rule| rule.pattern.into_iter().next().flatten())
            .collect()
    }

    /// Whether the kind has an output of this name.
    pub fn has_output(&self, name: &str) -> bool {
        self.outputs.pointer("/properties").is_some_and(|properties| properties.get(name).is_some())
    }
}

/// The rules of one field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// Cannot change on a resource that exists.
    pub force_new: bool,
    /// Once it says something, it cannot say anything else.
    pub set_once: bool,
    /// Part of what must differ between two live resources.
    pub unique: Option<Unique>,
    /// What it names cannot be deleted meanwhile.
    pub holds: bool,
    /// The kind of resource that it names.
    pub refers: Option<KindName>,
    /// Where nothing is desired, anything is right.
    pub computed: bool,
    /// A list in which order means nothing.
    pub unordered: bool,
    /// Never shown.
    pub sensitive: bool,
    /// Not compared.
    pub write_only: bool,
    /// (Outputs) another value after an update.
    pub changes_on_update: bool,
}

/// How two values of a unique field collide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unique {
    /// By being equal.
    Equal,
    /// By being address ranges that overlap.
    Cidr,
}

/// The annotated fields of a schema. `None` in a pattern stands for any key or index.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FieldRules(Vec<Rule>);

#[derive(Clone, Debug, PartialEq)]
struct Rule {
    pattern: Vec<Option<String>>,
    flags: Flags,
}

/// How deep nested schemas are followed; deeper ones cannot occur in a kind's inputs.
const MAX_DEPTH: usize = 12;
/// How many references and alternatives may lie one in the other before a field is reached.
const MAX_HOPS: usize = 32;
/// How many nodes of a schema are looked at, each as often as it is referred to. No schema of ours has a hundredth.
const MAX_NODES: usize = 100_000;

impl FieldRules {
    /// Reads the annotations of a JSON Schema as schemars writes it.
    pub fn from_schema(schema: &Value) -> Self {
        let mut reader = Reader::new(schema);
        reader.collect(schema, 0);
        Self(reader.rules)
    }

    /// Whether a JSON Schema can be read to its end: one that refers to itself without ever reaching a field cannot, nor
    /// one that multiplies.
    pub fn can_read(schema: &Value) -> bool {
        let mut reader = Reader::new(schema);
        reader.collect(schema, 0);
        reader.nodes <= MAX_NODES && !reader.is_ring
    }

    /// The rules that hold at `path`: its own, and those that an enclosing field hands down.
    pub fn at(&self, path: &FieldPath) -> Flags {
        let segments = path.segments();
        let mut flags = Flags::default();
        for rule in &self.0 {
            let fits = rule.pattern.len() <= segments.len()
                && rule.pattern.iter().zip(segments).all(|(want, have)| want.as_ref().is_none_or(|want| want == have));
            if !fits {
                continue;
            }
            let own = rule.pattern.len() == segments.len();
            flags.force_new |= rule.flags.force_new;
            flags.set_once |= rule.flags.set_once;
            if rule.flags.refers.is_some() {
                flags.refers.clone_from(&rule.flags.refers);
            }
            flags.holds |= rule.flags.holds;
            flags.sensitive |= rule.flags.sensitive;
            flags.write_only |= rule.flags.write_only;
            flags.computed |= rule.flags.computed && own;
            flags.unordered |= rule.flags.unordered && own;
        }
        flags
    }

    /// Whether something at `path`, or anywhere inside it, must not be shown.
    pub fn hides(&self, path: &FieldPath) -> bool {
        let inside = |rule: &Rule| {
            let shared = rule.pattern.iter().zip(path.segments());
            shared.into_iter().all(|(want, have)| want.as_ref().is_none_or(|want| want == have))
        };
        self.0.iter().any(|rule| rule.flags.sensitive && inside(rule))
    }

    /// The top-level fields that must differ between two live resources.
    pub fn unique_fields(&self) -> impl Iterator<Item = (&str, Unique)> {
        self.0.iter().filter_map(|rule| match rule.pattern.as_slice() {
            [Some(name)] => Some((name.as_str(), rule.flags.unique?)),
            _ => None,
        })
    }
}

/// What is read of a schema, and how much of it was looked at.
struct Reader<'a> {
    root: &'a Value,
    path: Vec<Option<String>>,
    rules: Vec<Rule>,
    nodes: usize,
    is_ring: bool,
}

impl<'a> Reader<'a> {
    fn new(root: &'a Value) -> Self {
        Self { root, path: Vec::new(), rules: Vec::new(), nodes: 0, is_ring: false }
    }

    /// Reads `schema` at the current path, which it has reached by so many `hops`.
    fn collect(&mut self, schema: &'a Value, hops: usize) {
        self.nodes += 1;
        self.is_ring |= hops > MAX_HOPS;
        if self.path.len() > MAX_DEPTH || hops > MAX_HOPS || self.nodes > MAX_NODES {
            return;
        }
        let flags = flags_of(schema);
        if flags != Flags::default() {
            self.rules.push(Rule { pattern: self.path.clone(), flags });
        }
        let target = schema.get("$ref").and_then(Value::as_str).map(|target| target.trim_start_matches('#'));
        if let Some(target) = target.and_then(|target| self.root.pointer(target)) {
            self.collect(target, hops + 1);
        }
        for branch in ["anyOf", "oneOf", "allOf"] {
            for schema in schema.get(branch).and_then(Value::as_array).into_iter().flatten() {
                self.collect(schema, hops + 1);
            }
        }
        for (name, schema) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            self.step(Some(name.clone()), schema);
        }
        for any in ["additionalProperties", "items"] {
            if let Some(schema) = schema.get(any).filter(|schema| schema.is_object()) {
                self.step(None, schema);
            }
        }
    }

    fn step(&mut self, segment: Option<String>, schema: &'a Value) {
        self.path.push(segment);
        self.collect(schema, 0);
        self.path.pop();
    }
}

fn flags_of(schema: &Value) -> Flags {
    let set = |name: &str| schema.get(name) == Some(&Value::Bool(true));
    Flags {
        force_new: set("x-force-new"),
        set_once: set("x-set-once"),
        unique: match schema.get("x-unique") {
            Some(Value::Bool(true)) => Some(Unique::Equal),
            Some(Value::String(how)) if how == "cidr" => Some(Unique::Cidr),
            _ => None,
        },
        holds: set("x-holds"),
        refers: schema.get("x-refers").and_then(Value::as_str).and_then(|kind| kind.parse().ok()),
        computed: set("x-computed"),
        unordered: set("x-unordered"),
        sensitive: set("x-sensitive"),
        write_only: set("x-write-only"),
        changes_on_update: set("x-changes-on-update"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use schemars::JsonSchema;
    use std::collections::BTreeMap;

    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema is read")]
    struct Inputs {
        #[schemars(extend("x-force-new" = true, "x-unique" = "cidr"))]
        cidr: String,
        #[schemars(extend("x-unordered" = true))]
        zones: Vec<String>,
        containers: BTreeMap<String, Container>,
    }

    #[derive(JsonSchema)]
    #[expect(dead_code, reason = "only its schema is read")]
    struct Container {
        #[schemars(extend("x-sensitive" = true))]
        token: Option<String>,
    }

    fn rules() -> FieldRules {
        FieldRules::from_schema(schemars::schema_for!(Inputs).as_value())
    }

    fn at(path: &str) -> Flags {
        rules().at(&path.parse().expect("a path"))
    }

    #[test]
    fn annotations_are_read_through_maps_and_definitions() {
        assert!(at("cidr").force_new);
        assert!(at("containers.web.token").sensitive);
        assert!(!at("containers.web").sensitive);
    }

    #[test]
    fn a_schema_without_an_end_is_found_out() {
        let rings = [
            serde_json::json!({ "$ref": "#" }),
            serde_json::json!({ "$ref": "#/a", "a": { "allOf": [{ "$ref": "#/b" }] }, "b": { "$ref": "#/a" } }),
            serde_json::json!({ "anyOf": [{ "$ref": "#" }, { "$ref": "#" }, { "$ref": "#" }] }),
            serde_json::json!({ "properties": { "a": { "$ref": "#" }, "b": { "$ref": "#" }, "c": { "$ref": "#" } } }),
        ];
        for schema in rings {
            assert!(!FieldRules::can_read(&schema), "{schema}");
            FieldRules::from_schema(&schema);
        }
        assert!(FieldRules::can_read(schemars::schema_for!(Inputs).as_value()));
        assert!(FieldRules::can_read(&serde_json::json!({ "items": { "$ref": "#" }, "x-sensitive": true })));
    }

    #[test]
    fn what_holds_something_hidden_is_hidden_as_a_whole() {
        let hides = |path: &str| rules().hides(&path.parse().expect("a path"));
        assert!(hides("containers") && hides("containers.web.token"));
        assert!(!hides("cidr") && !hides("containers.web.image"));
    }

    #[test]
    fn order_is_a_rule_of_the_list_and_not_of_its_elements() {
        assert!(at("zones").unordered);
        assert!(!at("zones.0").unordered);
    }

    #[test]
    fn unique_fields_are_listed() {
        assert_eq!(rules().unique_fields().collect::<Vec<_>>(), [("cidr", Unique::Cidr)]);
    }
}
