//! Which changes stand together: those of one service, and those of one stage, in rollout order.

use std::collections::{BTreeMap, BTreeSet};

use deploy_model::{Address, Change, Finding, Plan, Severity, Verb};

/// The kind whose resources gather what belongs to them.
const SERVICE: &str = "service";

/// What stands under one heading.
#[derive(Debug)]
pub struct Group<'a> {
    /// The stage.
    pub stage: &'a str,
    /// The service, where it is one's own group.
    pub service: Option<&'a str>,
    /// What changes, in rollout order, without what is blocked.
    pub changes: Vec<&'a Change>,
    /// What was found, the gravest first.
    pub findings: Vec<&'a Finding>,
}

type Key<'a> = (&'a str, Option<&'a str>);

impl<'a> Group<'a> {
    /// The groups of a plan. A group stands where its last change happens; those with nothing but
    /// findings come last.
    pub fn of(plan: &'a Plan) -> Vec<Self> {
        let services = services(plan);
        let key = |address: &'a Address| -> Key<'a> {
            let own = services.contains(&(address.stage(), address.name()));
            (address.stage(), own.then(|| address.name()))
        };
        let position = positions(plan);
        let mut groups: BTreeMap<Key<'a>, (usize, Self)> = BTreeMap::new();
        let empty = |(stage, service)| Self { stage, service, changes: Vec::new(), findings: Vec::new() };
        for change in plan.changes.iter().filter(|change| !plan.blocks_at(&change.address)) {
            let key = key(&change.address);
            let (last, group) = groups.entry(key).or_insert_with(|| (0, empty(key)));
            *last = (*last).max(position(&change.address));
            group.changes.push(change);
        }
        for finding in &plan.findings {
            let key = key(&finding.address);
            let (_, group) = groups.entry(key).or_insert_with(|| (usize::MAX, empty(key)));
            group.findings.push(finding);
        }
        let mut groups: Vec<(usize, Self)> = groups.into_values().collect();
        groups.sort_by_key(|(last, _)| *last);
        groups.into_iter().map(|(_, group)| group.sorted(&position)).collect()
    }

    fn sorted(mut self, position: impl Fn(&Address) -> usize) -> Self {
        self.changes.sort_by_key(|change| position(&change.address));
        self.findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        self
    }

    /// The heading: `web (service)`, or the stage.
    pub fn title(&self) -> String {
        self.service.map_or_else(|| self.stage.to_owned(), |service| format!("{service} ({SERVICE})"))
    }

    /// What a member is called under this heading.
    pub fn label(&self, address: &Address) -> String {
        let kind = address.kind().words();
        if self.service == Some(address.name()) { kind } else { format!("{kind} {}", address.name()) }
    }

    /// What deserves to stand in the heading besides the title.
    pub fn alarms(&self) -> Vec<String> {
        let count = |is: fn(Verb) -> bool| self.changes.iter().filter(|change| is(change.verb)).count();
        let (replaced, destroyed) = (count(Verb::is_replacement), count(|verb| verb == Verb::Destroy));
        let mut alarms = Vec::new();
        if self.findings.iter().any(|finding| finding.severity == Severity::Blocked) {
            alarms.push("BLOCKED".to_owned());
        }
        alarms.extend((replaced > 0).then(|| format!("REPLACES {replaced}")));
        alarms.extend((destroyed > 0).then(|| format!("DESTROYS {destroyed}")));
        alarms
    }
}

/// The services that the plan knows, as stage and name.
fn services(plan: &Plan) -> BTreeSet<(&str, &str)> {
    let changed = plan.changes.iter().map(|change| &change.address);
    let all = changed.chain(&plan.unchanged).filter(|address| address.kind().kind() == SERVICE);
    all.map(|address| (address.stage(), address.name())).collect()
}

/// Where the last step of a resource stands in the plan.
fn positions(plan: &Plan) -> impl Fn(&Address) -> usize {
    let last: BTreeMap<&Address, usize> =
        plan.steps.iter().enumerate().map(|(index, step)| (&step.address, index)).collect();
    move |address| last.get(address).copied().unwrap_or(usize::MAX - 1)
}
