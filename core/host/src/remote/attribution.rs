//! Where a value comes from, as far as a plugin is believed.
//!
//! A plan names the line of the user's files that asks for something. A plugin knows its own section and what it was
//! handed; whatever else it names as a source is replaced by the plugin's name. So is the source of what it changes of
//! others' resources without naming a key of its own: none of the user's lines says that.

use deploy_model::{Desired, Finding, KeyPath, Origin, Plan, Problem, differing_fields};
use deploy_plugin::Blueprint;
use deploy_plugin::wire::{BlueprintData, Changes, Contribution};

/// The settings that every stage is handed, within its environment.
const SETTINGS: [&str; 3] = ["app", "prefix", "tags"];

/// Who says where something comes from.
pub struct Attribution<'a> {
    /// The plugin's name.
    pub plugin: &'a str,
    /// The section of the stage that speaks.
    pub section: &'a str,
}

impl Attribution<'_> {
    /// What the stage desires: its own section asks for it.
    pub fn contribution(&self, said: Contribution) -> Contribution {
        let nothing = Blueprint::default();
        let Contribution { blueprint, problems } = said;
        Contribution { blueprint: self.data(blueprint, &nothing), problems: self.problems(problems, &nothing) }
    }

    /// What the stage changes of what it was handed.
    pub fn changes(&self, said: Changes, handed: &Blueprint) -> Changes {
        let Changes { put, removed, problems } = said;
        Changes { put: self.data(put, handed), removed, problems: self.problems(problems, handed) }
    }

    /// What the stage finds in a plan: at a place that the plan itself names for the same resource.
    pub fn findings(&self, mut said: Vec<Finding>, plan: &Plan) -> Vec<Finding> {
        for finding in &mut said {
            let is_foreign = finding.origin.as_ref().is_some_and(|origin| !names(plan, finding, origin));
            if is_foreign {
                finding.origin = Some(Origin::of_plugin(self.plugin));
            }
        }
        said
    }

    fn data(&self, mut data: BlueprintData, handed: &Blueprint) -> BlueprintData {
        for desired in &mut data.desired {
            self.attribute(desired, handed.desired.get(&desired.address));
        }
        for given in &mut data.given {
            let before = handed.given.get(&given.address).map(|before| &before.source);
            self.believe(&mut given.source, before.as_slice());
        }
        for asked in &mut data.queries {
            let before = handed.queries.get(&asked.query);
            self.believe(&mut asked.source, before.as_slice());
        }
        data
    }

    /// Puts the plugin in the place of every source that it cannot know, and of those that it leaves out.
    fn attribute(&self, desired: &mut Desired, before: Option<&Desired>) {
        let handed: Vec<&KeyPath> = before.into_iter().flat_map(sources).collect();
        self.believe(&mut desired.source, &handed);
        desired.sources.values_mut().for_each(|source| self.believe(source, &handed));
        let Some(before) = before.filter(|before| before.address.stage() != self.section) else { return };
        for field in differing_fields(&before.inputs, &desired.inputs) {
            if !self.is_own(&desired.source_of(&field)) {
                desired.sources.insert(field, self.name());
            }
        }
    }

    fn problems(&self, mut problems: Vec<Problem>, handed: &Blueprint) -> Vec<Problem> {
        let given = handed.given.values().map(|given| &given.source);
        let keys: Vec<&KeyPath> =
            handed.desired.values().flat_map(sources).chain(given).chain(handed.queries.values()).collect();
        problems.iter_mut().for_each(|problem| self.believe(&mut problem.path, &keys));
        problems
    }

    /// Leaves a source that lies in the section, in a setting or in what was handed over.
    fn believe(&self, source: &mut KeyPath, handed: &[&KeyPath]) {
        let is_handed = |known: &&KeyPath| !known.segments().is_empty() && source.starts_with(known);
        let is_setting = source.segments().first().is_some_and(|first| SETTINGS.contains(&first.as_str()));
        if !(self.is_own(source) || is_setting || handed.iter().any(is_handed)) {
            *source = self.name();
        }
    }

    fn is_own(&self, source: &KeyPath) -> bool {
        source.segments().first().is_some_and(|first| first == self.section)
    }

    fn name(&self) -> KeyPath {
        KeyPath::of_plugin(self.plugin)
    }
}

/// All keys that a resource is known to come from.
fn sources(desired: &Desired) -> impl Iterator<Item = &KeyPath> {
    desired.sources.values().chain([&desired.source])
}

/// Whether the plan says `origin` of the resource that the finding is about.
fn names(plan: &Plan, finding: &Finding, origin: &Origin) -> bool {
    let mut changes = plan.changes.iter().filter(|change| change.address == finding.address);
    changes.any(|change| {
        let fields = change.fields.iter().filter_map(|field| field.origin.as_ref());
        change.origin.iter().chain(fields).any(|known| known == origin)
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use deploy_model::{Address, Change, Owner, PLAN_FORMAT, Place, Verb};
    use deploy_plugin::wire::{GivenResource, QueryFrom};
    use deploy_plugin::{Given, Query};
    use serde_json::{Value, json};

    use super::*;

    const SAID: Attribution<'static> = Attribution { plugin: "pin", section: "pins" };
    /// Keys of its own, and of its environment.
    const KNOWN: [&str; 4] = ["pins", "pins.images.web", "tags.team", "app"];
    /// Keys of others, and of nobody.
    const FOREIGN: [&str; 6] = ["", "ecs.services.web", "aws.region", "pin", "pinsy.a", "\"plugin other\""];

    fn path(text: &str) -> KeyPath {
        text.parse().expect("a key")
    }

    fn address(text: &str) -> Address {
        text.parse().expect("an address")
    }

    fn desired(at: &str, inputs: Value, source: &str, field_source: &str) -> Desired {
        let sources = BTreeMap::from([(path("image"), path(field_source))]);
        Desired { address: address(at), inputs, source: path(source), sources, after: Vec::new() }
    }

    /// Everything of a blueprint that has a source, with this one.
    fn all_from(source: &str) -> BlueprintData {
        let query = Query { kind: "iam.role".parse().expect("a kind"), text: "one".to_owned() };
        BlueprintData {
            desired: vec![desired("pins.pin.one", json!({ "image": 1 }), source, source)],
            given: vec![GivenResource { address: address("pins.pin.old"), outputs: json!({}), source: path(source) }],
            queries: vec![QueryFrom { query, source: path(source) }],
        }
    }

    #[test]
    fn what_a_stage_desires_comes_from_its_section_or_from_the_plugin() {
        let believed = |source: &str| {
            let problems = vec![Problem::new(path(source), "wrong")];
            SAID.contribution(Contribution { blueprint: all_from(source), problems })
        };
        for source in KNOWN {
            let problems = vec![Problem::new(path(source), "wrong")];
            assert_eq!(believed(source), Contribution { blueprint: all_from(source), problems }, "{source}");
        }
        for source in FOREIGN {
            let plugin = KeyPath::of_plugin("pin");
            let problems = vec![Problem::new(plugin.clone(), "wrong")];
            let expected = Contribution { blueprint: all_from(&plugin.to_string()), problems };
            assert_eq!(believed(source), expected, "{source}");
        }
    }

    fn handed() -> Blueprint {
        let mut blueprint = Blueprint::default();
        for (at, source, image) in [
            ("ecs.task.web", "ecs.services.web", "ecs.images.web"),
            ("ecs.task.api", "ecs.services.api", "ecs.images.api"),
        ] {
            let one = desired(at, json!({ "image": "a", "cpu": 1, "role": "r" }), source, image);
            blueprint.desired.insert(one.address.clone(), one);
        }
        let given = Given { outputs: json!({}), source: path("network.existing.vpc") };
        blueprint.given.insert(address("network.vpc.main"), given);
        blueprint
    }

    fn put(one: Desired) -> Desired {
        let put = BlueprintData { desired: vec![one], ..BlueprintData::default() };
        let changes = SAID.changes(Changes { put, ..Changes::default() }, &handed());
        changes.put.desired.into_iter().next().expect("the same one")
    }

    #[test]
    fn what_is_changed_of_others_is_the_plugins_where_it_names_no_key_of_its_own() {
        let before = handed().desired[&address("ecs.task.web")].clone();
        let inputs = json!({ "image": "b", "cpu": 2, "role": "r" });
        let sources =
            [("cpu".into(), "pins.cpu".into())].map(|(field, key): (String, String)| (path(&field), path(&key)));
        let mut said = Desired { inputs, ..before.clone() };
        said.sources.extend(sources);
        let believed = put(said);
        assert_eq!(believed.source, before.source, "who asks for it stays");
        assert_eq!(believed.source_of(&path("image")), KeyPath::of_plugin("pin"), "its line says another image");
        assert_eq!(believed.source_of(&path("cpu")), path("pins.cpu"));
        assert_eq!(believed.source_of(&path("role")), path("ecs.services.web.role"), "nothing has changed there");
        assert_eq!(put(before.clone()), before);
    }

    #[test]
    fn what_was_handed_over_is_known_of_the_same_resource_alone() {
        let inputs = json!({ "image": "a", "cpu": 1, "role": "r" });
        let here = put(desired("ecs.task.web", inputs.clone(), "ecs.services.web", "ecs.services.web.image.tag"));
        assert_eq!(here.source_of(&path("image")), path("ecs.services.web.image.tag"));
        for foreign in ["ecs.services.api", "network.existing.vpc", "ecs"] {
            let there = put(desired("ecs.task.web", inputs.clone(), foreign, foreign));
            assert_eq!((there.source.plugin(), there.sources[&path("image")].plugin()), (Some("pin"), Some("pin")));
        }
    }

    #[test]
    fn a_problem_may_be_told_wherever_something_was_handed_over() {
        let told = |at: &str| {
            let said = Changes { problems: vec![Problem::new(path(at), "wrong")], ..Changes::default() };
            SAID.changes(said, &handed()).problems.remove(0).path
        };
        for known in ["pins.a", "ecs.services.web.cpu", "ecs.images.api", "network.existing.vpc"] {
            assert_eq!(told(known), path(known));
        }
        for foreign in ["ecs", "network", "iam.roles.task", ""] {
            assert_eq!(told(foreign).plugin(), Some("pin"), "{foreign}");
        }
    }

    #[test]
    fn a_finding_stands_where_the_plan_has_its_resource() {
        let origin = |line: u32| Origin::at("environments/dev.toml", line, 1);
        let change = |at: &str, line: u32| Change {
            address: address(at),
            verb: Verb::Create,
            id: None,
            fields: Vec::new(),
            origin: Some(origin(line)),
            why: Vec::new(),
        };
        let plan = Plan {
            format: PLAN_FORMAT,
            owner: Owner { application: "shop".into(), environment: "dev".into() },
            place: Place { account: "1".into(), region: "r".into(), partition: "aws".into(), local: true },
            destroy: false,
            configuration: String::new(),
            changes: vec![change("ecs.task.web", 4), change("ecs.task.api", 9)],
            steps: Vec::new(),
            unchanged: Vec::new(),
            findings: Vec::new(),
        };
        let believed = |given: Option<Origin>| {
            let finding = Finding { origin: given, ..Finding::note(address("ecs.task.web"), "look") };
            SAID.findings(vec![finding], &plan).remove(0).origin
        };
        assert_eq!(believed(None), None);
        assert_eq!(believed(Some(origin(4))), Some(origin(4)));
        for foreign in [origin(9), origin(5), Origin::named("--set")] {
            assert_eq!(believed(Some(foreign)), Some(Origin::of_plugin("pin")));
        }
    }
}
