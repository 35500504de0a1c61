//! Waiting for a rollout, and telling how it ended.

use std::time::Duration;

use deploy_aws::ecs::primitives::DateTime;
use deploy_aws::ecs::types::{Deployment, DeploymentRolloutState, Service};
use deploy_aws::{Clients, fault};
use deploy_model::{Fault, FaultKind};
use deploy_plugin::Context;
use tokio::time::Instant;

use super::stopped::{self, Stopped};

/// How long nothing may change before the wait ends.
pub(super) const PATIENCE: Duration = Duration::from_secs(20 * 60);

/// The rollout that is waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rollout {
    /// The ARN of the cluster.
    pub(super) cluster: String,
    /// The name of the service.
    pub(super) service: String,
    /// The revision that shall run.
    pub(super) task_definition: String,
    /// The id of the deployment that the change began; absent where it began none.
    pub(super) deployment: Option<String>,
    /// When that deployment began.
    pub(super) begun: Option<DateTime>,
}

/// How a rollout stands.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Verdict {
    /// Our revision runs.
    Succeeded,
    /// It will not; why, in ECS's words.
    Failed(String),
    /// Not decided.
    Going { running: i32, desired: i32, failed: i32 },
}

impl Verdict {
    /// ECS shows nothing yet.
    const UNKNOWN: Self = Self::Going { running: 0, desired: 0, failed: 0 };
}

impl Rollout {
    /// The rollout that the reply of CreateService or UpdateService tells of.
    pub(super) fn begun(cluster: &str, service: &Service) -> Result<Self, Fault> {
        let unnamed = || Fault::internal("ECS returned a service without a name or a task definition");
        let primary = primary(service);
        Ok(Self {
            cluster: cluster.to_owned(),
            service: service.service_name.clone().ok_or_else(unnamed)?,
            task_definition: service.task_definition.clone().ok_or_else(unnamed)?,
            deployment: primary.and_then(|deployment| deployment.id.clone()),
            begun: primary.and_then(|deployment| deployment.created_at),
        })
    }

    /// Waits until the rollout has succeeded.
    ///
    /// # Errors
    /// A conflict, with the reason, where it failed or was rolled back; a timeout where nothing moves.
    pub(super) async fn finish(&self, clients: &Clients, cx: &Context) -> Result<(), Fault> {
        let mut last = None;
        let mut since = Instant::now();
        let mut seen = false;
        loop {
            let service = self.look(clients).await?;
            seen |= service.as_ref().is_some_and(|service| self.ours(service).is_some());
            let verdict = service.as_ref().map_or(Verdict::UNKNOWN, |service| self.judge(service, seen));
            match &verdict {
                Verdict::Succeeded => return Ok(()),
                Verdict::Failed(reason) => return Err(self.failed(clients, reason, service.as_ref()).await),
                Verdict::Going { running, desired, failed } => {
                    cx.progress(&format!("{running} of {desired} tasks running"));
                    self.must_have_a_future(clients, *failed).await?;
                }
            }
            if last.as_ref() != Some(&verdict) {
                (last, since) = (Some(verdict), Instant::now());
            } else if since.elapsed() > PATIENCE {
                return Err(self.stuck(service.as_ref()));
            }
            if cx.is_cancelled() {
                return Err(Fault::new(FaultKind::Cancelled, "the rollout goes on without us"));
            }
            tokio::time::sleep(clients.pace().poll).await;
        }
    }

    /// Ends the wait at the first task that stopped for a reason that no other will escape.
    async fn must_have_a_future(&self, clients: &Clients, failed: i32) -> Result<(), Fault> {
        if failed == 0 {
            return Ok(());
        }
        match self.why_stopped(clients).await?.filter(Stopped::is_final) {
            Some(stopped) => Err(refused(&stopped.reason)),
            None => Ok(()),
        }
    }

    async fn look(&self, clients: &Clients) -> Result<Option<Service>, Fault> {
        let request = clients.ecs().reads.describe_services().cluster(&self.cluster).services(&self.service);
        let reply = request.send().await.map_err(fault("DescribeServices"))?;
        Ok(reply.services.unwrap_or_default().into_iter().next())
    }

    /// Only our own revision, as the primary deployment and with every task running, is a success.
    /// `seen` says whether ECS has shown our deployment before: until then its replies may be older.
    fn judge(&self, service: &Service, seen: bool) -> Verdict {
        let Some(primary) = primary(service) else { return Verdict::UNKNOWN };
        let going = Verdict::Going {
            running: primary.running_count,
            desired: service.desired_count,
            failed: primary.failed_tasks,
        };
        if !self.is_ours(primary) {
            return match self.ours(service) {
                Some(ours) => Verdict::Failed(reason(ours, "ECS went back to another deployment")),
                None if seen || self.is_younger(primary) => {
                    Verdict::Failed(reason(primary, "another deployment has taken over"))
                }
                None => going,
            };
        }
        let runs = primary.running_count == primary.desired_count && primary.desired_count == service.desired_count;
        match &primary.rollout_state {
            Some(DeploymentRolloutState::Failed) => Verdict::Failed(reason(primary, "the rollout failed")),
            Some(DeploymentRolloutState::Completed) | None if runs => Verdict::Succeeded,
            _ => going,
        }
    }

    /// Whether this is the deployment that our change began. The revision alone does not tell: ECS goes back to another
    /// network, too, without another revision.
    fn is_ours(&self, deployment: &Deployment) -> bool {
        deployment.task_definition.as_deref() == Some(&self.task_definition)
            && (self.deployment.is_none() || deployment.id == self.deployment)
    }

    /// Whether a deployment was made, or brought back, after ours began.
    fn is_younger(&self, primary: &Deployment) -> bool {
        matches!((primary.updated_at, self.begun), (Some(updated), Some(begun)) if updated > begun)
    }

    fn ours<'a>(&self, service: &'a Service) -> Option<&'a Deployment> {
        let id = self.deployment.as_deref()?;
        service.deployments().iter().find(|deployment| deployment.id.as_deref() == Some(id))
    }

    async fn failed(&self, clients: &Clients, reason: &str, service: Option<&Service>) -> Fault {
        let stopped = self.why_stopped(clients).await.ok().flatten().map(|stopped| stopped.reason);
        let event = || service.and_then(newest_event);
        match stopped.or_else(event) {
            Some(more) => refused(&format!("{reason}: {more}")),
            None => refused(reason),
        }
    }

    async fn why_stopped(&self, clients: &Clients) -> Result<Option<Stopped>, Fault> {
        match &self.deployment {
            Some(deployment) => stopped::newest(clients, &self.cluster, deployment).await,
            None => Ok(None),
        }
    }

    fn stuck(&self, service: Option<&Service>) -> Fault {
        let minutes = PATIENCE.as_secs() / 60;
        let event = service.and_then(newest_event).map(|event| format!(": {event}")).unwrap_or_default();
        Fault::new(FaultKind::Timeout, format!("nothing has changed for {minutes} minutes{event}"))
    }
}

fn refused(reason: &str) -> Fault {
    // What these say happens before any container has started, and stands in no log.
    let is_early = ["ResourceInitializationError", "CannotPull"].iter().any(|code| reason.contains(code));
    let help = match is_early {
        true => "no container started, so that no log says more; correct what the reason names and apply again",
        false => "the logs of the containers say more; correct the cause and apply again",
    };
    Fault::new(FaultKind::Conflict, format!("the rollout did not succeed: {reason}")).help(help)
}

fn primary(service: &Service) -> Option<&Deployment> {
    service.deployments().iter().find(|deployment| deployment.status.as_deref() == Some("PRIMARY"))
}

fn reason(deployment: &Deployment, otherwise: &str) -> String {
    deployment.rollout_state_reason.clone().unwrap_or_else(|| otherwise.to_owned())
}

/// ECS lists the newest event first.
fn newest_event(service: &Service) -> Option<String> {
    service.events().first()?.message.clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rollout() -> Rollout {
        Rollout {
            cluster: "shop".into(),
            service: "web".into(),
            task_definition: "web:2".into(),
            deployment: Some("ecs-svc/2".into()),
            begun: Some(DateTime::from_secs(100)),
        }
    }

    fn deployment(id: &str, status: &str, revision: &str, state: Option<&str>, running: i32) -> Deployment {
        Deployment::builder()
            .id(id)
            .status(status)
            .task_definition(revision)
            .set_rollout_state(state.map(DeploymentRolloutState::from))
            .running_count(running)
            .desired_count(2)
            .build()
    }

    fn judge(deployments: Vec<Deployment>, seen: bool) -> Verdict {
        rollout().judge(&Service::builder().desired_count(2).set_deployments(Some(deployments)).build(), seen)
    }

    #[test]
    fn success_needs_the_state_the_count_and_our_revision() {
        let ours = |state, running| judge(vec![deployment("ecs-svc/2", "PRIMARY", "web:2", state, running)], true);
        assert_eq!(ours(Some("COMPLETED"), 2), Verdict::Succeeded);
        assert_eq!(ours(None, 2), Verdict::Succeeded);
        assert_eq!(ours(Some("IN_PROGRESS"), 2), Verdict::Going { running: 2, desired: 2, failed: 0 });
        assert_eq!(ours(Some("COMPLETED"), 1), Verdict::Going { running: 1, desired: 2, failed: 0 });
        assert!(matches!(ours(Some("FAILED"), 0), Verdict::Failed(_)));
    }

    #[test]
    fn a_rollback_is_a_failure_even_when_it_has_completed() {
        let primary = deployment("ecs-svc/3", "PRIMARY", "web:1", Some("COMPLETED"), 2);
        let ours = deployment("ecs-svc/2", "INACTIVE", "web:2", Some("FAILED"), 0);
        let back = judge(vec![primary.clone(), ours], true);
        assert_eq!(back, Verdict::Failed("ECS went back to another deployment".into()));
        assert_eq!(judge(vec![primary], true), Verdict::Failed("another deployment has taken over".into()));
    }

    #[test]
    fn a_rollback_to_the_same_revision_is_a_failure() {
        let primary = deployment("ecs-svc/3", "PRIMARY", "web:2", Some("COMPLETED"), 2);
        let ours = deployment("ecs-svc/2", "INACTIVE", "web:2", Some("FAILED"), 0);
        assert!(matches!(judge(vec![primary.clone(), ours], true), Verdict::Failed(_)));
        assert!(matches!(judge(vec![primary], true), Verdict::Failed(_)));
    }

    #[test]
    fn a_rollback_that_was_quicker_than_the_first_look_is_a_failure() {
        let mut primary = deployment("ecs-svc/1", "PRIMARY", "web:1", Some("COMPLETED"), 2);
        primary.updated_at = Some(DateTime::from_secs(101));
        assert!(matches!(judge(vec![primary], false), Verdict::Failed(_)));
    }

    #[test]
    fn a_reply_from_before_our_change_decides_nothing() {
        let mut primary = deployment("ecs-svc/1", "PRIMARY", "web:1", Some("COMPLETED"), 2);
        primary.updated_at = Some(DateTime::from_secs(99));
        assert_eq!(judge(vec![primary], false), Verdict::Going { running: 2, desired: 2, failed: 0 });
    }
}
