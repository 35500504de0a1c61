//! What is remembered of a run: who, from what, what changed, and how it ended.

use std::collections::BTreeMap;

use deploy_ledger::{Count, Ending, Holder, Release, Stumble};
use deploy_model::{Plan, Step, StepId};

use crate::commit::CommitQuestion;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::rollout::Rolled;

/// What a run was, to be remembered. `is_lost` says whether another run has taken the environment over.
pub fn release(plan: &Plan, rolled: &Rolled, holder: &Holder, commit: CommitQuestion, is_lost: bool) -> Release {
    let report = &rolled.report;
    let of = |ids: &[StepId]| plan.steps.iter().filter(|step| ids.contains(&step.id)).collect::<Vec<_>>();
    let (done, skipped) = (of(&report.done), of(&report.skipped));
    let is_failed = |step: &&Step| report.failed.iter().any(|failure| failure.address == step.address);
    let others = plan.steps.iter().filter(|step| !report.done.contains(&step.id) && !report.skipped.contains(&step.id));
    let failed: Vec<&Step> = others.filter(is_failed).collect();
    let mut actions = BTreeMap::new();
    done.iter().for_each(|step| *actions.entry(step.action.name().to_owned()).or_default() += 1);
    let (total, count) = (plan.steps.len(), (done.len(), report.failed.len(), skipped.len()));
    let stumble = report.failed.first();
    Release {
        command: holder.doing.clone(),
        user: holder.user.clone(),
        host: holder.host.clone(),
        took_ms: u64::try_from(rolled.took.as_millis()).unwrap_or(u64::MAX),
        commit: commit.answer(),
        configuration: plan.configuration.clone(),
        ending: if is_lost { Ending::LockLost } else { ending(&rolled.result) },
        stumble: stumble
            .map(|failure| Stumble { address: failure.address.to_string(), message: failure.fault.to_string() }),
        count: Count { total, done: count.0, failed: count.1, skipped: count.2 },
        actions,
        done: lines(&done),
        failed: lines(&failed),
        skipped: lines(&skipped),
        left_out: 0,
    }
}

fn ending(result: &Result<(), CommandError>) -> Ending {
    match result.as_ref().map_err(CommandError::exit) {
        Ok(()) => Ending::Done,
        Err(Exit::HungUp | Exit::Interrupted | Exit::Terminated) => Ending::Interrupted,
        Err(Exit::RolloutFailed) => Ending::RolloutFailed,
        Err(_) => Ending::Failed,
    }
}

fn lines(steps: &[&Step]) -> Vec<String> {
    steps.iter().map(|step| format!("{} {}", step.action.name(), step.address)).collect()
}
