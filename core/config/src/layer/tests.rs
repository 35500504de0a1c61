//! Layers against a merge written by hand.

use super::*;
use proptest::prelude::*;
use serde_json::json;

fn merged_by_hand(lower: &Value, upper: &Value) -> Value {
    let (Value::Object(lower), Value::Object(upper)) = (lower, upper) else { return upper.clone() };
    let mut result = lower.clone();
    for (key, value) in upper {
        let both = lower.get(key).map_or_else(|| value.clone(), |below| merged_by_hand(below, value));
        result.insert(key.clone(), both);
    }
    result.into()
}

fn values() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        "[a-c.\"é]{0,3}".prop_map(Value::from)
    ];
    scalar.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[a-c.]{1,2}", inner, 0..4)
                .prop_map(|table| Value::Object(table.into_iter().collect())),
        ]
    })
}

fn tables() -> impl Strategy<Value = Map<String, Value>> {
    prop::collection::btree_map("[a-c]", values(), 0..4).prop_map(|table| table.into_iter().collect())
}

fn layer(name: &str, table: &Map<String, Value>) -> Layer {
    let mut layer = Layer::default();
    table.iter().for_each(|(key, value)| layer.set(&KeyPath::of([key]), value.clone(), &Mark::named(name)));
    layer
}

/// The source that must have set the value at `path`: the uppermost layer that has anything there and
/// is not hidden by a replacement above.
fn expected_source(layers: &[Layer], path: &KeyPath) -> Option<usize> {
    layers.iter().rposition(|layer| layer.value(path).is_some())
}

proptest! {
    #[test]
    fn layers_merge_as_by_hand(tables in prop::collection::vec(tables(), 1..5)) {
        let by_hand = tables.iter().fold(json!({}), |merged, table| merged_by_hand(&merged, &Value::Object(table.clone())));
        let layers: Vec<Layer> = tables.iter().enumerate().map(|(index, table)| layer(&index.to_string(), table)).collect();
        let merged = layers.iter().fold(Layer::default(), |merged, upper| merged.overlaid(upper));
        prop_assert_eq!(Value::Object(merged.table.clone()), by_hand);

        for (path, mark) in &merged.marks {
            prop_assert!(merged.value(path).is_some(), "{} is marked and not there", path);
            let source = expected_source(&layers, path).map(|index| index.to_string());
            prop_assert_eq!(Some(mark.origin().source), source, "{}", path);
        }
    }

    #[test]
    fn what_is_removed_leaves_no_mark(table in tables()) {
        let mut layer = layer("one", &table);
        for key in table.keys() {
            prop_assert!(layer.remove(&KeyPath::of([key])));
        }
        prop_assert_eq!(layer, Layer::default());
    }
}
