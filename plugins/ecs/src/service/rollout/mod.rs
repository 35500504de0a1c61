//! Waiting for a rollout, and telling how it ended.

mod cause;
mod hopeless;
mod log_tail;
mod report;
mod stopped;
mod verdict;

use std::collections::BTreeSet;
use std::time::Duration;

use deploy_aws::ecs::primitives::DateTime;
use deploy_aws::ecs::types::Service;
use deploy_aws::{Clients, fault};
use deploy_kinds::ecs;
use deploy_model::{Fault, FaultKind};
use deploy_plugin::Context;
use tokio::time::Instant;

use crate::stillness::{PATIENCE, Stillness};

use stopped::Losses;
use verdict::{Verdict, primary};

pub(crate) use stopped::stopped_before;

/// The rollout that is waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rollout {
    /// The ARN of the cluster.
    cluster: String,
    /// The name of the service.
    service: String,
    /// The revision that shall run.
    task_definition: String,
    /// The id of the deployment that the change began; absent where it began none.
    deployment: Option<String>,
    /// When that deployment began.
    begun: Option<DateTime>,
    /// How many tasks of that deployment ran when the change was made: none, unless it changed their number alone.
    ran_before: i32,
    /// How it is waited for.
    wait: Wait,
}

/// How a rollout is waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    /// How long it may take.
    timeout: Option<Duration>,
    /// How many lines of a container's log are told where it fails.
    log_lines: i32,
}

impl Default for Wait {
    fn default() -> Self {
        Self { timeout: None, log_lines: ecs::LOG_TAIL_LINES }
    }
}

impl Wait {
    /// How the rollouts of this service are waited for.
    pub fn of(inputs: &ecs::Service) -> Self {
        let seconds = |seconds: u32| Duration::from_secs(seconds.into());
        Self { timeout: inputs.rollout_timeout_seconds.map(seconds), log_lines: inputs.log_tail_lines }
    }
}

impl Rollout {
    /// The rollout that the reply of CreateService or UpdateService tells of.
    pub(crate) fn begun(cluster: &str, service: &Service, wait: Wait) -> Result<Self, Fault> {
        let unnamed = || Fault::internal("ECS returned a service without a name or a task definition");
        let primary = primary(service);
        Ok(Self {
            cluster: cluster.to_owned(),
            service: service.service_name.clone().ok_or_else(unnamed)?,
            task_definition: service.task_definition.clone().ok_or_else(unnamed)?,
            deployment: primary.and_then(|deployment| deployment.id.clone()),
            begun: primary.and_then(|deployment| deployment.created_at),
            ran_before: primary.map_or(0, |deployment| deployment.running_count),
            wait,
        })
    }

    /// Waits until the rollout has succeeded. `earlier` are the tasks, by ARN, whose stopping has nothing to do with it.
    ///
    /// # Errors
    /// A rollout that failed, was rolled back, cannot succeed, or takes too long, with what is known of why.
    pub(crate) async fn finish(&self, clients: &Clients, cx: &Context, earlier: BTreeSet<String>) -> Result<(), Fault> {
        let mut losses = Losses::since(earlier);
        let (begun, mut stillness) = (Instant::now(), Stillness::new());
        let mut seen = false;
        loop {
            let service = self.look(clients).await?;
            seen |= service.as_ref().is_some_and(|service| self.ours(service).is_some());
            let verdict = service.as_ref().map_or(Verdict::UNKNOWN, |service| self.judge(service, seen));
            self.look_at_losses(clients, &mut losses).await?;
            if verdict == Verdict::Succeeded && losses.are_overcome(clients.pace().steady) {
                return Ok(());
            }
            let is_still = stillness.is_too_long(verdict.clone());
            let end = match &verdict {
                Verdict::Failed(reason) => Some(reason.clone()),
                Verdict::Going(count) => {
                    cx.progress(&format!("{} of {} tasks running", count.running, count.desired));
                    self.hopeless(&losses, service.as_ref(), *count).or_else(|| self.too_long(begun, is_still))
                }
                Verdict::Succeeded => {
                    cx.progress("waiting whether what runs keeps running");
                    None
                }
            };
            if let Some(reason) = end {
                return Err(self.failed(clients, cx, &reason, &losses, service.as_ref()).await);
            }
            if cx.is_cancelled() {
                return Err(goes_on(cx));
            }
            tokio::time::sleep(clients.pace().poll).await;
        }
    }

    async fn look(&self, clients: &Clients) -> Result<Option<Service>, Fault> {
        let request = clients.ecs().reads.describe_services().cluster(&self.cluster).services(&self.service);
        let reply = request.send().await.map_err(fault("DescribeServices"))?;
        Ok(reply.services.unwrap_or_default().into_iter().next())
    }

    /// Not only where ECS counts failures: of tasks that ran for a moment it counts none.
    async fn look_at_losses(&self, clients: &Clients, losses: &mut Losses) -> Result<(), Fault> {
        match &self.deployment {
            Some(deployment) => losses.look(clients, &self.cluster, deployment).await,
            None => Ok(()),
        }
    }

    /// Why the wait ends that nothing else has ended.
    fn too_long(&self, begun: Instant, is_still: bool) -> Option<String> {
        if self.wait.timeout.is_some_and(|timeout| begun.elapsed() >= timeout) {
            let seconds = self.wait.timeout.unwrap_or_default().as_secs();
            return Some(format!("it is not done after {seconds} seconds (`rollout_timeout_seconds`)"));
        }
        is_still.then(|| format!("nothing has changed for {} minutes", PATIENCE.as_secs() / 60))
    }
}

/// Nobody waits any longer.
pub(crate) fn goes_on(cx: &Context) -> Fault {
    let environment = &cx.owner().environment;
    Fault::new(FaultKind::Cancelled, "the rollout goes on at AWS").help(format!(
        "`deploy rollout status {environment}` shows how it goes, `deploy rollout stop {environment}` stops it"
    ))
}
