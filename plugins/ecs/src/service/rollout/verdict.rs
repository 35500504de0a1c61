//! How a rollout stands, as far as the deployments of the service tell.

use deploy_aws::ecs::types::{Deployment, DeploymentRolloutState, Service};

use super::Rollout;

/// How a rollout stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Our revision runs.
    Succeeded,
    /// It will not; why, in ECS's words.
    Failed(String),
    /// Not decided.
    Going(Count),
}

/// The tasks of a rollout that is not decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Count {
    /// How many of the primary deployment run.
    pub(super) running: i32,
    /// How many the service is to have.
    pub(super) desired: i32,
    /// How many of the primary deployment ECS counts as failed.
    pub(super) failed: i32,
}

impl Verdict {
    /// ECS shows nothing yet.
    pub(super) const UNKNOWN: Self = Self::Going(Count { running: 0, desired: 0, failed: 0 });
}

impl Rollout {
    /// Only our own revision, as the primary deployment and with every task running, is a success.
    /// `seen` says whether ECS has shown our deployment before: until then its replies may be older.
    pub(super) fn judge(&self, service: &Service, seen: bool) -> Verdict {
        let Some(primary) = primary(service) else { return Verdict::UNKNOWN };
        let going = Verdict::Going(Count {
            running: primary.running_count,
            desired: service.desired_count,
            failed: primary.failed_tasks,
        });
        if !self.is_ours(primary) {
            return match self.ours(service) {
                Some(ours) => Verdict::Failed(reason(ours, "ECS went back to another deployment")),
                None if seen || self.is_younger(primary) => Verdict::Failed(self.told_of_end(service, primary)),
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
    pub(super) fn is_ours(&self, deployment: &Deployment) -> bool {
        deployment.task_definition.as_deref() == Some(&self.task_definition)
            && (self.deployment.is_none() || deployment.id == self.deployment)
    }

    /// Why our deployment is not there any more: what an event says of it, or what the one in its place says while it is
    /// on its way.
    ///
    /// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html>
    fn told_of_end(&self, service: &Service, primary: &Deployment) -> String {
        let of_ours = self.deployment.as_ref().map(|id| format!("(deployment {id}) "));
        let event = of_ours.and_then(|of_ours| {
            let messages = service.events().iter().filter_map(|event| event.message.as_deref());
            let told = messages.filter_map(|message| message.split_once(&of_ours).map(|(_, told)| told.to_owned()));
            told.into_iter().find(|told| told.contains("failed"))
        });
        let is_done = primary.rollout_state == Some(DeploymentRolloutState::Completed);
        let on_its_way = primary.rollout_state_reason.clone().filter(|_| !is_done);
        event.or(on_its_way).unwrap_or_else(|| "another deployment has taken over".to_owned())
    }

    /// Whether a deployment was made before ours: then ECS went back to it.
    pub(super) fn is_older(&self, primary: &Deployment) -> bool {
        matches!((primary.created_at, self.begun), (Some(created), Some(begun)) if created < begun)
    }

    /// Whether a deployment was made, or brought back, after ours began.
    fn is_younger(&self, primary: &Deployment) -> bool {
        matches!((primary.updated_at, self.begun), (Some(updated), Some(begun)) if updated > begun)
    }

    /// The deployment that our change began, while ECS shows it.
    pub(super) fn ours<'a>(&self, service: &'a Service) -> Option<&'a Deployment> {
        let id = self.deployment.as_deref()?;
        service.deployments().iter().find(|deployment| deployment.id.as_deref() == Some(id))
    }
}

/// The deployment that is wanted.
pub(super) fn primary(service: &Service) -> Option<&Deployment> {
    service.deployments().iter().find(|deployment| deployment.status.as_deref() == Some("PRIMARY"))
}

fn reason(deployment: &Deployment, otherwise: &str) -> String {
    deployment.rollout_state_reason.clone().unwrap_or_else(|| otherwise.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::rollout::Wait;
    use deploy_aws::ecs::primitives::DateTime;
    use deploy_aws::ecs::types::ServiceEvent;

    fn rollout() -> Rollout {
        Rollout {
            wait: Wait::default(),
            ran_before: 0,
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
        assert_eq!(ours(Some("IN_PROGRESS"), 2), Verdict::Going(Count { running: 2, desired: 2, failed: 0 }));
        assert_eq!(ours(Some("COMPLETED"), 1), Verdict::Going(Count { running: 1, desired: 2, failed: 0 }));
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
    fn a_rollback_that_is_over_is_told_by_its_event() {
        let primary = deployment("ecs-svc/1", "PRIMARY", "web:1", Some("COMPLETED"), 2);
        let event = |message: &str| ServiceEvent::builder().message(message).build();
        let service = Service::builder()
            .desired_count(2)
            .deployments(primary)
            .events(event("(service web) has reached a steady state."))
            .events(event("(service web) (deployment ecs-svc/1) deployment completed."))
            .events(event("(service web) rolling back to deployment ecs-svc/1."))
            .events(event("(service web) (deployment ecs-svc/2) deployment failed: tasks failed to start."))
            .build();
        let told = Verdict::Failed("deployment failed: tasks failed to start.".to_owned());
        assert_eq!(rollout().judge(&service, true), told);
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
        assert_eq!(judge(vec![primary], false), Verdict::Going(Count { running: 2, desired: 2, failed: 0 }));
    }
}
