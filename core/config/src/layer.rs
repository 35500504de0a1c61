//! One layer of configuration, and how layers are laid over each other.
//!
//! figment merges the values: tables merge, everything else replaces. The marks, which figment cannot
//! hold below the level of a file, follow the same rule here.

use std::collections::BTreeMap;

use deploy_model::KeyPath;
use figment::value::Dict;
use figment::{Figment, Metadata, Profile, Provider};
use serde_json::{Map, Value};

use crate::mark::Mark;

/// Values, and where each key of theirs was written.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Layer {
    table: Map<String, Value>,
    marks: BTreeMap<KeyPath, Mark>,
}

impl Layer {
    /// A layer whose values have no place yet.
    pub(crate) fn new(table: Map<String, Value>) -> Self {
        Self { table, marks: BTreeMap::new() }
    }

    /// The values.
    pub(crate) fn table(&self) -> &Map<String, Value> {
        &self.table
    }

    /// The value at `path`; array elements are found by index.
    pub(crate) fn value(&self, path: &KeyPath) -> Option<&Value> {
        let (first, rest) = path.segments().split_first()?;
        rest.iter().try_fold(self.table.get(first)?, step)
    }

    /// Remembers where the key at `path` was written.
    pub(crate) fn mark(&mut self, path: KeyPath, mark: Mark) {
        self.marks.insert(path, mark);
    }

    /// Where the key at `path` was written, or the nearest key around it that was.
    pub(crate) fn nearest_mark(&self, path: &KeyPath) -> Option<&Mark> {
        let mut path = path.clone();
        loop {
            if let Some(mark) = self.marks.get(&path) {
                return Some(mark);
            }
            path = path.parent()?;
        }
    }

    /// Whether the key at `path` itself was written.
    pub(crate) fn is_marked(&self, path: &KeyPath) -> bool {
        self.marks.contains_key(path)
    }

    /// Sets the value at `path`, replacing whatever stands in the way, and marks it and all inside it.
    pub(crate) fn set(&mut self, path: &KeyPath, value: Value, mark: &Mark) {
        let Some((last, tables)) = path.segments().split_last() else { return };
        let mut table = &mut self.table;
        let mut here = KeyPath::root();
        for segment in tables {
            here = here.child(segment);
            self.marks.insert(here.clone(), mark.clone());
            let inner = table.entry(segment).or_insert_with(|| Value::Object(Map::new()));
            if !inner.is_object() {
                *inner = Value::Object(Map::new());
            }
            let Value::Object(inner) = inner else { return };
            table = inner;
        }
        forget(&mut self.marks, path);
        mark_all(&mut self.marks, path, &value, mark);
        table.insert(last.clone(), value);
    }

    /// Removes the key at `path` and all inside it; false if there is none.
    pub(crate) fn remove(&mut self, path: &KeyPath) -> bool {
        let Some((last, tables)) = path.segments().split_last() else { return false };
        let table = tables.iter().try_fold(&mut self.table, |table, segment| table.get_mut(segment)?.as_object_mut());
        let removed = table.and_then(|table| table.remove(last)).is_some();
        if removed {
            forget(&mut self.marks, path);
        }
        removed
    }

    /// Lays `upper` over this layer.
    #[must_use]
    pub(crate) fn overlaid(mut self, upper: &Layer) -> Layer {
        let table = Figment::from(&self)
            .merge(upper)
            .extract()
            .expect("plain values under string keys can always be merged and read back");
        for (path, mark) in &upper.marks {
            let is_table = |layer: &Layer| layer.value(path).is_some_and(Value::is_object);
            if !(is_table(&self) && is_table(upper)) {
                forget(&mut self.marks, path);
            }
            self.marks.insert(path.clone(), mark.clone());
        }
        Layer { table, marks: self.marks }
    }
}

impl Provider for Layer {
    fn metadata(&self) -> Metadata {
        Metadata::named("layer")
    }

    fn data(&self) -> Result<figment::value::Map<Profile, Dict>, figment::Error> {
        let value = figment::value::Value::serialize(&self.table)?;
        Ok(Profile::Default.collect(value.into_dict().unwrap_or_default()))
    }
}

fn step<'a>(value: &'a Value, segment: &String) -> Option<&'a Value> {
    match value {
        Value::Object(table) => table.get(segment),
        Value::Array(elements) => elements.get(segment.parse::<usize>().ok()?),
        _ => None,
    }
}

/// Removes the marks at and inside `path`; paths are sorted, so that these are neighbours.
fn forget(marks: &mut BTreeMap<KeyPath, Mark>, path: &KeyPath) {
    let inside = marks.range(path.clone()..).take_while(|(key, _)| key.starts_with(path));
    let inside: Vec<KeyPath> = inside.map(|(key, _)| key.clone()).collect();
    for key in inside {
        marks.remove(&key);
    }
}

fn mark_all(marks: &mut BTreeMap<KeyPath, Mark>, path: &KeyPath, value: &Value, mark: &Mark) {
    marks.insert(path.clone(), mark.clone());
    match value {
        Value::Object(table) => table.iter().for_each(|(key, inner)| mark_all(marks, &path.child(key), inner, mark)),
        Value::Array(elements) => elements
            .iter()
            .enumerate()
            .for_each(|(index, inner)| mark_all(marks, &path.child(index.to_string()), inner, mark)),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
