//! When a rollout that ECS goes on with will not succeed.

use deploy_aws::ecs::types::{DeploymentRolloutState, Service};

use super::Rollout;
use super::cause::Cause;
use super::stopped::{Losses, Stopped};
use super::verdict::{Count, primary};

/// How many tasks in a row stop alike before no other is waited for.
const IN_A_ROW: usize = 3;
/// How many seconds a task must run so that its end tells nothing of the next one.
const STEADY_S: i64 = 60;
/// How many seconds IAM may need before every service knows what was changed.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html>, "changes that I make are not always
/// immediately visible", which names no bound.
const PROPAGATION_S: i64 = 60;

impl Rollout {
    /// Why no task that is still to come will do better, if that is so.
    pub(super) fn hopeless(&self, losses: &Losses, service: Option<&Service>, count: Count) -> Option<String> {
        let failures = losses.failures();
        let causes: Vec<Cause> = failures.iter().map(|task| Cause::of(task)).collect();
        if causes.iter().any(Cause::is_final) {
            return Some("no task of this revision can start".to_owned());
        }
        if causes.last() == Some(&Cause::Denied) {
            return denied_for(&failures, &causes).map(|seconds| {
                format!("tasks have been refused for {seconds} seconds, which is longer than a change of IAM needs")
            });
        }
        let known = || failures.iter().rev().filter(|task| task.is_over);
        let newest = known().next()?;
        let in_a_row = known().take_while(|task| task.is_like(newest) && task.ran_for() < STEADY_S).count();
        let runs = count.running > self.ran_before;
        let is_loop = in_a_row >= IN_A_ROW && !runs && !is_watched(service);
        is_loop.then(|| format!("{in_a_row} tasks in a row stopped alike, and nothing will stop that"))
    }
}

/// How many seconds lie between the first and the last of the refusals in a row.
fn denied_for(failures: &[&Stopped], causes: &[Cause]) -> Option<i64> {
    let refused = failures.iter().zip(causes).rev().take_while(|(_, cause)| **cause == Cause::Denied);
    let times: Vec<i64> = refused.filter_map(|(task, _)| task.stopped_at.map(|at| at.secs())).collect();
    let span = times.iter().max()? - times.iter().min()?;
    (span > PROPAGATION_S).then_some(span)
}

/// Whether the circuit breaker counts: it does not where it is off, where the deployment was completed before, and of
/// tasks that ran for a moment.
///
/// Sources: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html> and
/// <https://github.com/aws/containers-roadmap/issues/1206>
fn is_watched(service: Option<&Service>) -> bool {
    let configuration = service.and_then(|service| service.deployment_configuration.as_ref());
    let breaker = configuration.and_then(|configuration| configuration.deployment_circuit_breaker.as_ref());
    let counts = service.and_then(primary).is_some_and(|primary| {
        primary.rollout_state == Some(DeploymentRolloutState::InProgress) && primary.failed_tasks > 0
    });
    breaker.is_some_and(|breaker| breaker.enable) && counts
}

#[cfg(test)]
mod tests {
    use deploy_aws::ecs::types::{Deployment, DeploymentCircuitBreaker, DeploymentConfiguration};

    use super::super::stopped::tests::{lost, stopped};
    use super::*;

    const EXITED: &str = "Essential container in task exited";

    fn service(breaker: bool, failed: i32) -> Service {
        let breaker = DeploymentCircuitBreaker::builder().enable(breaker).rollback(breaker).build();
        let primary = Deployment::builder()
            .id("ecs-svc/2")
            .status("PRIMARY")
            .task_definition("shop:2")
            .rollout_state(DeploymentRolloutState::InProgress)
            .failed_tasks(failed)
            .build();
        Service::builder()
            .service_name("shop")
            .task_definition("shop:2")
            .deployments(primary)
            .deployment_configuration(DeploymentConfiguration::builder().deployment_circuit_breaker(breaker).build())
            .build()
    }

    /// Whether a rollout that lost these tasks is given up.
    fn hopeless(tasks: Vec<Stopped>, service: &Service, running: i32) -> Option<String> {
        let rollout = Rollout::begun("shop", service, super::super::Wait::default()).expect("a rollout");
        rollout.hopeless(&lost(tasks), Some(service), Count { running, desired: 2, failed: 0 })
    }

    fn crash(at: i64) -> Stopped {
        stopped(EXITED, at, &[("web", Some(1))])
    }

    #[test]
    fn one_task_is_enough_where_the_reason_is_final() {
        let task = stopped("CannotPullContainerError: shop:9: not found", 1, &[]);
        assert!(hopeless(vec![task], &service(true, 1), 0).is_some());
    }

    #[test]
    fn three_crashes_alike_are_enough_where_nobody_counts_them() {
        let three = || (1..=3).map(crash).collect::<Vec<_>>();
        assert!(hopeless(three(), &service(false, 0), 0).is_some(), "the breaker is off");
        assert!(hopeless(three(), &service(true, 0), 0).is_some(), "the breaker does not count");
        assert_eq!(hopeless(three(), &service(true, 3), 0), None, "the breaker decides");
        assert_eq!(hopeless(three(), &service(false, 0), 1), None, "one runs");
        assert_eq!(hopeless((1..=2).map(crash).collect(), &service(false, 0), 0), None, "two are chance");
        let other = stopped(EXITED, 3, &[("web", Some(2))]);
        assert_eq!(hopeless(vec![crash(1), crash(2), other], &service(false, 0), 0), None, "not alike");
    }

    #[test]
    fn tasks_that_ran_for_long_say_nothing_of_the_next() {
        let long = |at| Stopped { started_at: crash(at - STEADY_S).stopped_at, ..crash(at) };
        assert_eq!(hopeless(vec![long(100), long(200), long(300)], &service(false, 0), 0), None);
    }

    #[test]
    fn a_role_has_a_minute_to_become_known() {
        let refused = |at| stopped("ECS was unable to assume the role 'x'", at, &[]);
        let service = service(false, 0);
        assert_eq!(hopeless(vec![refused(0), refused(30), refused(60)], &service, 0), None);
        assert!(hopeless(vec![refused(0), refused(61)], &service, 0).is_some());
        assert_eq!(hopeless(vec![refused(0), crash(30), refused(61)], &service, 0), None, "it was mended in between");
    }
}
