//! Where a stage puts the resources that it desires.

use std::collections::{BTreeMap, BTreeSet};

use deploy_model::{Address, Desired, FieldPath, KeyPath, KindName, Problem, Reference};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Query, Resource};

/// The longest name in an address, in characters. Its tag holds 256, the kind and the mark of retirement among them.
///
/// Source: <https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html>
pub const LONGEST_NAME: usize = 200;

/// Collects what the stages desire, and what is wrong with what they were given.
#[derive(Debug, Default)]
pub struct Graph {
    blueprint: Blueprint,
    problems: Vec<Problem>,
}

/// Everything that all stages desire, together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Blueprint {
    /// The resources to be, by address.
    pub desired: BTreeMap<Address, Desired>,
    /// Resources that exist already and belong to others, with the outputs that may be referred to.
    pub given: BTreeMap<Address, Given>,
    /// Questions about what belongs to others, with the configuration keys that raise them.
    pub queries: BTreeMap<Query, KeyPath>,
    /// Which stages have changed what another stage desires, and in which fields. The engine writes this down.
    pub changed_by: BTreeMap<Address, ChangedBy>,
}

/// The stages that have changed a resource of another, by the outermost fields in which it is different. The root stands
/// for a resource as a whole that was added.
pub type ChangedBy = BTreeMap<FieldPath, BTreeSet<String>>;

impl Blueprint {
    /// The desired resources of one kind, in the kind's own type. What does not have its form is passed over: the
    /// engine reports it.
    pub fn all<R: Resource>(&self) -> impl Iterator<Item = (&Address, R)> {
        all_of(self.desired.values().map(|desired| (&desired.address, &desired.inputs)))
    }

    /// Changes every desired resource of one kind, in the kind's own type, and gives back those whose form is another one
    /// and which stay as they are. A plugin that was built for an earlier version of the kind has such: it says so rather
    /// than leave them out in silence.
    pub fn change_all<R: Resource>(&mut self, mut change: impl FnMut(&Address, &mut R)) -> Vec<Address> {
        let mut unread = Vec::new();
        let of_kind = self.desired.values_mut().filter(|desired| *desired.address.kind() == kind_name::<R>());
        for desired in of_kind {
            match serde_json::from_value(desired.inputs.clone()) {
                Ok(mut inputs) => {
                    change(&desired.address, &mut inputs);
                    desired.inputs = serde_json::to_value(inputs).expect("inputs are plain data");
                }
                Err(_) => unread.push(desired.address.clone()),
            }
        }
        unread
    }

    /// Says that the input at `field` of the resource at `address` comes from the configuration key `source`: what is
    /// wrong with it is told there, and not where its own stage would have it.
    pub fn comes_from(&mut self, address: &Address, field: KeyPath, source: KeyPath) {
        if let Some(desired) = self.desired.get_mut(address) {
            desired.sources.insert(field, source);
        }
    }
}

/// The resources of one kind among the inputs of many, in the kind's own type. What does not have its form is passed over.
pub(crate) fn all_of<'a, R: Resource>(
    inputs: impl Iterator<Item = (&'a Address, &'a Value)>,
) -> impl Iterator<Item = (&'a Address, R)> {
    let kind = kind_name::<R>();
    let of_kind = inputs.filter(move |(address, _)| *address.kind() == kind);
    of_kind.filter_map(|(address, inputs)| Some((address, serde_json::from_value(inputs.clone()).ok()?)))
}

/// Those that [`all_of`] passes over.
pub(crate) fn unread_of<'a, R: Resource>(
    inputs: impl Iterator<Item = (&'a Address, &'a Value)>,
) -> impl Iterator<Item = &'a Address> {
    let kind = kind_name::<R>();
    let of_kind = inputs.filter(move |(address, _)| *address.kind() == kind);
    let unread = of_kind.filter(|(_, inputs)| serde_json::from_value::<R>((*inputs).clone()).is_err());
    unread.map(|(address, _)| address)
}

/// A resource that exists already and belongs to others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Given {
    /// What others may refer to, as the configuration says it. By `id` it is looked up, and found to be so or not.
    pub outputs: Value,
    /// The configuration key that says so.
    pub source: KeyPath,
}

impl Graph {
    /// An empty graph.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a resource that the configuration key `source` asks for, and gives it back for refinement.
    ///
    /// A name that cannot be part of an address, or is too long for its tag, becomes a problem with
    /// `source`, and so does an address that is taken; the resource is then left out.
    pub fn add<R: Resource>(&mut self, name: &str, source: KeyPath, inputs: &R) -> Placed<'_> {
        let kind = kind_name::<R>();
        let inputs = serde_json::to_value(inputs).expect("inputs are plain data");
        let address = match Address::new(kind.clone(), name) {
            Ok(address) => address,
            Err(_) => {
                let message = format!("`{name}` cannot name a {}", kind.words());
                let help = "use letters, digits, `_` and `-`";
                self.problems.push(Problem::new(source, message).help(help));
                return Placed { desired: None };
            }
        };
        self.place(Desired { address, inputs, source, sources: BTreeMap::new(), after: Vec::new() })
    }

    /// Adds a resource as plain data, and gives it back for refinement.
    ///
    /// An address that is taken, or too long for its tag, becomes a problem.
    pub fn place(&mut self, desired: Desired) -> Placed<'_> {
        let address = desired.address.clone();
        let length = address.name().len();
        if length > LONGEST_NAME {
            let message = format!("`{}` has {length} characters, and a tag has to hold it", address.name());
            let help = format!("shorten it to {LONGEST_NAME}");
            self.problems.push(Problem::new(desired.source, message).help(help));
            return Placed { desired: None };
        }
        if self.blueprint.desired.contains_key(&address) || self.blueprint.given.contains_key(&address) {
            self.problems.push(Problem::new(desired.source, format!("`{address}` is declared twice")));
            return Placed { desired: None };
        }
        Placed { desired: Some(self.blueprint.desired.entry(address).or_insert(desired)) }
    }

    /// Declares a resource that exists already and is not ours, with what others may refer to: its `id`, and what
    /// else the configuration key `source` takes for granted of it.
    pub fn given(&mut self, address: Address, source: KeyPath, outputs: Value) {
        self.blueprint.given.insert(address, Given { outputs, source });
    }

    /// Asks about resources of the kind named `kind` that belong to others. The answer comes before the plan is made.
    pub fn query(&mut self, kind: &KindName, text: &str, source: KeyPath) {
        let query = Query { kind: kind.clone(), text: text.to_owned() };
        self.blueprint.queries.entry(query).or_insert(source);
    }

    /// Reports something wrong with the stage's configuration.
    pub fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// What was collected, and everything that is wrong.
    pub fn into_parts(self) -> (Blueprint, Vec<Problem>) {
        (self.blueprint, self.problems)
    }

    /// What was collected, or everything that is wrong.
    ///
    /// # Errors
    /// All problems, in the order in which they were reported.
    pub fn finish(self) -> Result<Blueprint, Vec<Problem>> {
        if self.problems.is_empty() { Ok(self.blueprint) } else { Err(self.problems) }
    }
}

/// A resource that has just been added.
#[derive(Debug)]
pub struct Placed<'a> {
    desired: Option<&'a mut Desired>,
}

impl Placed<'_> {
    /// Says that the input at `field` comes from the configuration key `source`.
    #[must_use]
    pub fn field(mut self, field: &str, source: KeyPath) -> Self {
        if let Some(desired) = &mut self.desired {
            desired.sources.insert(KeyPath::of([field]), source);
        }
        self
    }

    /// Says of several inputs, however deep, which configuration key each comes from.
    #[must_use]
    pub fn fields(mut self, sources: impl IntoIterator<Item = (KeyPath, KeyPath)>) -> Self {
        if let Some(desired) = &mut self.desired {
            desired.sources.extend(sources);
        }
        self
    }

    /// Says that `address` must be in place first although no input names it.
    pub fn after(mut self, address: Address) -> Self {
        if let Some(desired) = &mut self.desired {
            desired.after.push(address);
        }
        self
    }
}

fn kind_name<R: Resource>() -> KindName {
    R::KIND.parse().expect("a kind's name is a constant of the form stage.kind")
}

/// The reference to the output `output` of the resource `name` of kind `R`, if `name` can name one.
pub(crate) fn reference_to<R: Resource>(name: &str, output: &str) -> Option<Reference> {
    Some(Reference::new(Address::new(kind_name::<R>(), name).ok()?, output))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[derive(Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    struct Queue {
        name: String,
    }

    impl Resource for Queue {
        const KIND: &'static str = "work.queue";
        type Outputs = ();
    }

    #[test]
    fn what_one_stage_changes_in_another_s_resource_has_its_own_source() {
        let path = |text: &str| text.parse::<KeyPath>().expect("a key");
        let mut graph = Graph::new();
        graph.add("jobs", path("work.queues.jobs"), &Queue { name: "jobs".into() });
        let mut blueprint = graph.finish().expect("nothing is wrong with it");
        let address: Address = "work.queue.jobs".parse().expect("an address");
        blueprint.comes_from(&address, path("name"), path("names.prefix"));
        assert_eq!(blueprint.desired[&address].source_of(&path("name")), path("names.prefix"));
        let unread = blueprint.change_all::<Queue>(|_, queue| queue.name.push('s'));
        assert_eq!((unread.len(), &blueprint.desired[&address].inputs["name"]), (0, &json!("jobss")));
        blueprint.desired.get_mut(&address).expect("it is there").inputs = json!({"size": 1});
        assert_eq!(blueprint.change_all::<Queue>(|_, queue| queue.name.clear()), [address]);
        blueprint.comes_from(&"work.queue.gone".parse().expect("an address"), path("name"), path("names.prefix"));
        assert_eq!(blueprint.desired.len(), 1);
    }

    #[test]
    fn only_what_has_the_form_of_the_kind_is_found() {
        let inputs = ["work.queue.a", "work.queue.odd", "work.topic.b"].map(|text| text.parse().expect("an address"));
        let inputs: BTreeMap<Address, Value> =
            inputs.into_iter().zip([json!({"name": "a"}), json!({"size": 1}), json!({"name": "b"})]).collect();
        let found: Vec<String> = all_of::<Queue>(inputs.iter()).map(|(address, _)| address.to_string()).collect();
        assert_eq!(found, ["work.queue.a"]);
        let unread: Vec<String> = unread_of::<Queue>(inputs.iter()).map(Address::to_string).collect();
        assert_eq!(unread, ["work.queue.odd"]);
    }
}
