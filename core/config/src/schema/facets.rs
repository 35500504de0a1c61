//! Looking around in a schema: references opened, alternatives laid out, children found.

use std::ptr;

use serde_json::Value;

use super::kind::Kind;

/// A schema document; nodes are values inside it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Schema<'a> {
    root: &'a Value,
}

/// What a node says, with references and `allOf` opened.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facets<'a> {
    /// Nodes that all apply.
    pub(crate) nodes: Vec<&'a Value>,
    /// Alternatives (`anyOf`, `oneOf`), one of each of which applies.
    pub(crate) choices: Vec<Vec<&'a Value>>,
}

/// The schemas of a key inside a table.
#[derive(Clone, Debug)]
pub(crate) struct Child<'a> {
    /// All that apply.
    pub(crate) nodes: Vec<&'a Value>,
    /// Whether the key is the user's own choice, as in `[ecs.services.web]`.
    pub(crate) free: bool,
}

impl<'a> Schema<'a> {
    /// The schema document `root`.
    pub(crate) fn new(root: &'a Value) -> Self {
        Self { root }
    }

    /// The node of the whole document.
    pub(crate) fn root(&self) -> Vec<&'a Value> {
        vec![self.root]
    }

    /// Opens `node` into `facets`. A node that is there already is not opened again, so that a schema
    /// that refers to itself ends.
    pub(crate) fn open(&self, node: &'a Value, facets: &mut Facets<'a>) {
        if facets.nodes.iter().any(|known| ptr::eq(*known, node)) {
            return;
        }
        facets.nodes.push(node);
        if let Some(target) = node.get("$ref").and_then(Value::as_str).and_then(|target| self.target(target)) {
            self.open(target, facets);
        }
        for part in list(node, "allOf") {
            self.open(part, facets);
        }
        for keyword in ["anyOf", "oneOf"] {
            if node.get(keyword).is_some() {
                facets.choices.push(list(node, keyword).collect());
            }
        }
    }

    /// Every node that could apply, whichever alternatives are taken.
    pub(crate) fn all(&self, nodes: &[&'a Value]) -> Vec<&'a Value> {
        let mut facets = Facets::default();
        nodes.iter().for_each(|node| self.open(node, &mut facets));
        while let Some(choice) = facets.choices.pop() {
            choice.into_iter().for_each(|branch| self.open(branch, &mut facets));
        }
        facets.nodes
    }

    /// The kinds of value that `nodes` could take; empty if any.
    pub(crate) fn kinds(&self, nodes: &[&'a Value]) -> Vec<Kind> {
        let mut kinds: Vec<Kind> = self.all(nodes).into_iter().flat_map(own_kinds).collect();
        kinds.sort();
        kinds.dedup();
        kinds
    }

    fn target(&self, reference: &str) -> Option<&'a Value> {
        self.root.pointer(reference.strip_prefix('#')?)
    }
}

/// The schemas of `key` in a table of which all `nodes` hold; `None` if no such key may be there.
///
/// A table with properties is closed unless it says otherwise: stricter than JSON Schema, so that a
/// section whose author forgot to deny unknown keys does not swallow a typing error.
pub(crate) fn child<'a>(nodes: &[&'a Value], key: &str) -> Option<Child<'a>> {
    let named: Vec<&Value> = nodes.iter().filter_map(|node| node.get("properties")?.get(key)).collect();
    if !named.is_empty() {
        return Some(Child { nodes: named, free: false });
    }
    let matching = nodes.iter().filter_map(|node| node.get("patternProperties")?.as_object()).flatten();
    let mut free: Vec<&Value> =
        matching.filter(|(pattern, _)| key_matches(pattern, key)).map(|(_, schema)| schema).collect();
    if free.is_empty() {
        free = nodes.iter().filter_map(|node| node.get("additionalProperties")).filter(|more| is_open(more)).collect();
    }
    if !free.is_empty() {
        return Some(Child { nodes: free, free: true });
    }
    let closing = ["properties", "patternProperties", "additionalProperties", "unevaluatedProperties"];
    let closed = nodes.iter().any(|node| closing.iter().any(|keyword| node.get(*keyword).is_some()));
    (!closed).then(|| Child { nodes: Vec::new(), free: true })
}

/// The names of the keys that `nodes` know.
pub(crate) fn known_keys<'a>(nodes: &[&'a Value]) -> Vec<&'a str> {
    let properties = nodes.iter().filter_map(|node| node.get("properties")?.as_object());
    let mut keys: Vec<&str> = properties.flat_map(|properties| properties.keys().map(String::as_str)).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The values that a node allows, where it lists them.
pub(crate) fn literals(node: &Value) -> Option<Vec<&Value>> {
    match (node.get("const"), node.get("enum")) {
        (Some(only), _) => Some(vec![only]),
        (None, Some(Value::Array(several))) => Some(several.iter().collect()),
        _ => None,
    }
}

/// The schemas listed under `keyword`.
pub(crate) fn list<'a>(node: &'a Value, keyword: &str) -> impl Iterator<Item = &'a Value> {
    node.get(keyword).and_then(Value::as_array).into_iter().flatten()
}

/// The kinds that one node names itself.
pub(crate) fn own_kinds(node: &Value) -> Vec<Kind> {
    match node.get("type") {
        Some(Value::String(name)) => return Kind::named(name).into_iter().collect(),
        Some(Value::Array(names)) => return names.iter().filter_map(|name| Kind::named(name.as_str()?)).collect(),
        _ => {}
    }
    if let Some(literals) = literals(node) {
        return literals.into_iter().filter_map(Kind::of).collect();
    }
    if node.get("properties").is_some() { vec![Kind::Table] } else { Vec::new() }
}

fn is_open(more: &Value) -> bool {
    *more != Value::Bool(false)
}

/// Whether a key fits one of the patterns that schemars writes for maps with keys that are no strings.
/// Patterns of other origin are left to the section's own check.
fn key_matches(pattern: &str, key: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match pattern {
        r"^\d+$" => digits(key),
        r"^-\d+$" => key.strip_prefix('-').is_some_and(digits),
        r"^-?\d+$" => digits(key.strip_prefix('-').unwrap_or(key)),
        _ => true,
    }
}
