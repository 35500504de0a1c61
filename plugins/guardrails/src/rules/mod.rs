//! The rules, one file each.

mod circuit_breaker;
mod image;
mod log_retention;
mod open_ports;
mod pinned_images;
mod registries;
mod required_tags;
mod sizes;

use deploy_plugin::model::Address;
use deploy_plugin::{Outlook, Resource};

use crate::breach::Breach;
use crate::config::{Config, Rule};

/// Where a rule is broken; nowhere, where it is not configured.
pub type Breaches = fn(&Config, &Outlook<'_>) -> Vec<Breach>;

/// All rules, in the order in which they are told.
pub const RULES: [(Rule, Breaches); 9] = [
    (Rule::OpenPorts, open_ports::breaches),
    (Rule::PinnedImages, pinned_images::breaches),
    (Rule::Registries, registries::breaches),
    (Rule::RequiredTags, required_tags::breaches),
    (Rule::MaxCpu, sizes::cpu),
    (Rule::MaxMemory, sizes::memory),
    (Rule::MaxDesiredCount, sizes::desired_count),
    (Rule::LogRetention, log_retention::breaches),
    (Rule::CircuitBreaker, circuit_breaker::breaches),
];

/// Where the resources of one kind break a rule. One that this plugin cannot read is no way around it: the rule is broken
/// until somebody can tell that it is kept.
fn of_each<R: Resource>(outlook: &Outlook<'_>, breaches: impl Fn(&Address, R) -> Vec<Breach>) -> Vec<Breach> {
    let unread = outlook.unread::<R>().map(|address| {
        let message =
            "its form is newer than this plugin, so that nobody can tell whether it keeps the rule".to_owned();
        Breach::certain(
            address,
            message,
            "build `guardrails` anew with the SDK of this `deploy`, and add it".to_owned(),
        )
    });
    let read = outlook.all::<R>().flat_map(|(address, resource)| breaches(address, resource));
    read.chain(unread).collect()
}
