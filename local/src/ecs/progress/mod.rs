//! Time moving on: tasks that start and stop, services that keep their tasks running, deployments that roll.
//!
//! What happens is a chain of moments. At each of them the tasks that are due take their next step, and then every
//! service that something happened to is looked at once. [`advance`] walks from moment to moment, never in steps of its
//! own, so that it comes to the same world however often it is called on the way.

mod breaker;
mod life;
mod schedule;
mod secret;
mod start;

use super::{State, Task};
use crate::call::Call;
use crate::time::Time;
use crate::world::Account;

/// How long a stopped task can still be described.
///
/// Source: "Stopped tasks are visible for at least one hour",
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-errors.html>
const STOPPED_TASKS_STAY_MS: u64 = 60 * 60 * 1000;

/// Moves every region of the account forward to the time of this call, whatever the call is for: what it changes must
/// not be seen by a task that started before.
pub fn advance_everywhere(call: &mut Call<'_>) {
    let own = call.region.clone();
    for region in call.account.regions.keys().cloned().collect::<Vec<_>>() {
        call.region = region;
        advance(call);
    }
    call.region = own;
}

/// Whether moving this account forward to `now` would change nothing.
#[must_use]
pub fn is_settled(account: &Account, now: Time) -> bool {
    account.regions.values().all(|region| {
        let is_forgotten = |task: &Task| {
            task.next_at.is_none() && task.stopped_at.is_some_and(|at| now.since(at) >= STOPPED_TASKS_STAY_MS)
        };
        let is_due = next_moment(&region.ecs).is_some_and(|moment| moment <= now);
        !is_due && !region.ecs.clusters.values().any(|cluster| cluster.tasks.iter().any(is_forgotten))
    })
}

/// Moves everything in the region of this call forward to the time of this call.
pub fn advance(call: &mut Call<'_>) {
    if !call.account.regions.contains_key(&call.region) {
        return;
    }
    let now = call.now;
    // The state leaves the world while it moves, so that the rest of the world can be asked and changed meanwhile.
    let mut state = std::mem::take(&mut call.region().ecs);
    while let Some(moment) = next_moment(&state).filter(|moment| *moment <= now) {
        call.now = moment;
        step(&mut state, call);
    }
    call.now = now;
    for cluster in state.clusters.values_mut() {
        let is_kept = |at: Option<Time>| at.is_none_or(|at| now.since(at) < STOPPED_TASKS_STAY_MS);
        // One whose interface lingers stays until that is gone.
        cluster.tasks.retain(|task| is_kept(task.stopped_at) || task.next_at.is_some());
    }
    call.region().ecs = state;
}

/// When something happens next, if anything does.
fn next_moment(state: &State) -> Option<Time> {
    let clusters = || state.clusters.values();
    let tasks = clusters().flat_map(|cluster| &cluster.tasks).filter_map(|task| task.next_at);
    let services = clusters().flat_map(|cluster| cluster.services.values()).filter_map(|service| service.next_check);
    tasks.chain(services).min()
}

/// What happens at the moment that the call stands at.
fn step(state: &mut State, call: &mut Call<'_>) {
    let now = call.now;
    let State { clusters, families, .. } = state;
    for cluster in clusters.values_mut() {
        for task in cluster.tasks.iter_mut().filter(|task| task.next_at.is_some_and(|at| at <= now)) {
            let outcome = life::proceed(task, families, call);
            if let Some(service) = task.service().and_then(|name| cluster.services.get_mut(name)) {
                schedule::take_note(service, task, outcome, call);
            }
        }
        for service in cluster.services.values_mut().filter(|service| service.next_check.is_some_and(|at| at <= now)) {
            schedule::look_at(service, &cluster.name, &mut cluster.tasks, families, call);
        }
    }
}
