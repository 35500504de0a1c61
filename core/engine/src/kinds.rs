//! The kinds of resource that this run knows.

use std::collections::BTreeMap;
use std::sync::Arc;

use deploy_model::{Address, FieldRules, KindDescription, KindName};
use deploy_plugin::AnyKind;

/// Every kind, with its description read once.
#[derive(Clone, Default)]
pub struct Kinds(BTreeMap<KindName, Known>);

#[derive(Clone)]
pub(crate) struct Known {
    pub(crate) kind: Arc<dyn AnyKind>,
    pub(crate) description: KindDescription,
    pub(crate) rules: FieldRules,
    pub(crate) volatile_outputs: Vec<String>,
}

impl Kinds {
    /// The kinds given, by name. Of two with one name the later wins: whoever collects them refuses that before.
    pub fn new(kinds: impl IntoIterator<Item = Arc<dyn AnyKind>>) -> Self {
        let known = |kind: Arc<dyn AnyKind>| {
            let description = kind.describe().clone();
            let rules = description.input_rules();
            let volatile_outputs = description.volatile_outputs();
            (description.name.clone(), Known { kind, description, rules, volatile_outputs })
        };
        Self(kinds.into_iter().map(known).collect())
    }

    /// The names of all kinds, in order.
    pub fn names(&self) -> impl Iterator<Item = &KindName> {
        self.0.keys()
    }

    /// What a kind says of itself.
    pub fn description(&self, name: &KindName) -> Option<&KindDescription> {
        Some(&self.0.get(name)?.description)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&KindName, &Known)> {
        self.0.iter()
    }

    /// The kind of a resource whose address the blueprint or a discovery vouches for.
    pub(crate) fn of(&self, address: &Address) -> &Known {
        self.0.get(address.kind()).expect("only resources of known kinds get past the blueprint and discovery")
    }

    pub(crate) fn knows(&self, name: &KindName) -> bool {
        self.0.contains_key(name)
    }
}
