//! Drift: what is changed or deleted behind our back, field by field and resource by resource, is named by the next
//! plan, all of it and nothing else, and repaired by the next apply. A plan that was saved before is refused, with the
//! names of what has changed.
//!
//! One file an AWS service says what can happen there; `coverage.rs` sees to it that no field is forgotten.

mod account;
mod cluster;
mod coverage;
mod environment;
mod iam;
mod log_group;
mod network;
mod repository;
mod secrets;
mod security;
mod service;
mod task_definition;

use futures::future::LocalBoxFuture;

use self::account::Account;
use self::environment::Environment;

/// Something that happens behind our back.
pub struct Drift {
    /// What the next plan must say: `address field`, or `address create`.
    says: &'static [&'static str],
    happening: Box<dyn Happening>,
}

trait Happening {
    fn happen<'a>(&'a self, account: &'a Account) -> LocalBoxFuture<'a, ()>;
}

impl<F: AsyncFn(&Account)> Happening for F {
    fn happen<'a>(&'a self, account: &'a Account) -> LocalBoxFuture<'a, ()> {
        Box::pin(self(account))
    }
}

/// A drift: what the next plan must say, and what happens.
fn drift(says: &'static [&'static str], happening: impl AsyncFn(&Account) + 'static) -> Drift {
    Drift { says, happening: Box::new(happening) }
}

impl Drift {
    /// Whether both are said of one resource.
    fn meets(&self, other: &Drift) -> bool {
        let address = |line: &&'static str| line.split(' ').next().expect("a line begins with an address").to_owned();
        self.says.iter().any(|line| other.says.iter().any(|other| address(line) == address(other)))
    }
}

/// Drifts in rounds. Within one, no two meet: each must be named and repaired by itself.
fn rounds(drifts: Vec<Drift>) -> Vec<Vec<Drift>> {
    let mut rounds: Vec<Vec<Drift>> = Vec::new();
    for drift in drifts {
        match rounds.iter_mut().find(|round| !round.iter().any(|other| other.meets(&drift))) {
            Some(round) => round.push(drift),
            None => rounds.push(vec![drift]),
        }
    }
    rounds
}

/// Has every drift happen in an environment that runs, is named, and is repaired.
fn assert_repaired(environment: &Environment, drifts: Vec<Drift>) {
    for round in rounds(drifts) {
        environment.save_plan();
        environment.hold_rollouts();
        environment.account(async |account| {
            for drift in &round {
                drift.happening.happen(account).await;
            }
        });
        environment.assert_plan_says(round.iter().flat_map(|drift| drift.says));
        environment.assert_saved_plan_is_stale(round.iter().flat_map(|drift| drift.says));
        environment.assert_plan_says(round.iter().flat_map(|drift| drift.says));
        environment.let_rollouts_go();
        environment.apply();
        environment.assert_plan_says([]);
    }
}

#[test]
fn the_network_and_its_firewall() {
    let environment = Environment::running();
    assert_repaired(&environment, network::drifts().into_iter().chain(security::drifts()).collect());
}

#[test]
fn the_secrets_and_the_roles() {
    let environment = Environment::running();
    assert_repaired(&environment, secrets::drifts().into_iter().chain(iam::drifts()).collect());
}

#[test]
fn what_the_service_stands_on_and_its_revisions() {
    let environment = Environment::running();
    let below = repository::drifts().into_iter().chain(log_group::drifts()).chain(cluster::drifts());
    assert_repaired(&environment, below.chain(task_definition::drifts()).collect());
}

#[test]
fn the_service() {
    assert_repaired(&Environment::running(), service::drifts());
}

#[test]
fn what_only_an_environment_at_rest_can_lose() {
    let environment = Environment::at_rest();
    let drifts = network::losses_at_rest().into_iter().chain(security::losses_at_rest());
    assert_repaired(&environment, drifts.chain(cluster::losses_at_rest()).collect());
}

/// What Parameter Store takes only together with a value is named, and repaired by setting one: no value is ever read.
#[test]
fn what_belongs_to_the_value_of_a_secret() {
    let environment = Environment::running();
    for drift in secrets::drifts_of_the_value() {
        environment.account(async |account| drift.happening.happen(account).await);
        environment.assert_plan_says(drift.says);
        environment.assert_refused();
        environment.set_secret(secrets::SPARE);
        environment.assert_plan_says([]);
    }
}

#[test]
fn every_field_drifts_or_cannot_change() {
    let drifts = [
        network::drifts(),
        network::losses_at_rest(),
        security::drifts(),
        security::losses_at_rest(),
        secrets::drifts(),
        secrets::drifts_of_the_value(),
        iam::drifts(),
        repository::drifts(),
        log_group::drifts(),
        cluster::drifts(),
        cluster::losses_at_rest(),
        task_definition::drifts(),
        service::drifts(),
    ];
    let said: Vec<&str> = drifts.iter().flatten().flat_map(|drift| drift.says).copied().collect();
    assert_eq!(coverage::forgotten(&said), Vec::<String>::new(), "neither drifts nor stands among what cannot change");
    assert_eq!(coverage::changed_after_all(&said), Vec::<String>::new(), "take it off the list");
    assert_eq!(coverage::never_lost(&said), Vec::<String>::new(), "is deleted nowhere");
}
