//! Why a task of a rollout stopped.

use deploy_aws::ecs::types::{DesiredStatus, Task};
use deploy_aws::{Clients, fault};
use deploy_model::Fault;

/// How many stopped tasks are looked at; one tells as much as ten.
const TASKS: i32 = 10;

/// Reasons that no second task will escape: an image or a parameter that does not exist. Roles and
/// policies are not among them, because IAM may only need another moment.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html>
const FINAL: [(&str, &[&str]); 2] = [
    ("CannotPullContainerError", &["not found", "does not exist", "manifest unknown"]),
    ("ResourceInitializationError", &["invalid parameters", "invalid ssm parameters", "ResourceNotFoundException"]),
];

/// A task that stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stopped {
    /// Why, in ECS's words.
    pub(super) reason: String,
}

impl Stopped {
    /// Whether every other task of the revision would stop for the same reason.
    pub(super) fn is_final(&self) -> bool {
        FINAL
            .iter()
            .any(|(code, texts)| self.reason.contains(code) && texts.iter().any(|text| self.reason.contains(text)))
    }
}

/// The task that a deployment lost last.
pub(super) async fn newest(clients: &Clients, cluster: &str, deployment: &str) -> Result<Option<Stopped>, Fault> {
    let ecs = &clients.ecs().reads;
    let request = ecs.list_tasks().cluster(cluster).started_by(deployment).desired_status(DesiredStatus::Stopped);
    let arns = request.max_results(TASKS).send().await.map_err(fault("ListTasks"))?.task_arns.unwrap_or_default();
    if arns.is_empty() {
        return Ok(None);
    }
    let request = ecs.describe_tasks().cluster(cluster).set_tasks(Some(arns));
    let tasks = request.send().await.map_err(fault("DescribeTasks"))?.tasks.unwrap_or_default();
    let newest = tasks.into_iter().max_by_key(|task| task.stopped_at.map(|at| at.as_nanos()));
    Ok(newest.as_ref().and_then(reason).map(|reason| Stopped { reason }))
}

/// The reason of a container where one has its own; that of the task says little then.
fn reason(task: &Task) -> Option<String> {
    let of_container = task.containers().iter().find_map(|container| {
        let name = container.name.as_deref().unwrap_or("a container");
        match (&container.reason, container.exit_code) {
            (Some(reason), _) => Some(format!("{name}: {reason}")),
            (None, Some(code)) if code != 0 => Some(format!("{name} ended with status {code}")),
            _ => None,
        }
    });
    match (of_container, task.stopped_reason.clone()) {
        (Some(container), Some(task)) if !container.ends_with(&task) => Some(format!("{task}; {container}")),
        (container, task) => container.or(task),
    }
}

#[cfg(test)]
mod tests {
    use deploy_aws::ecs::types::Container;

    use super::*;

    #[test]
    fn a_missing_image_is_final_and_a_young_role_is_not() {
        let stopped = |reason: &str| Stopped { reason: reason.to_owned() };
        assert!(stopped("CannotPullContainerError: repository shop not found").is_final());
        assert!(!stopped("ECS was unable to assume the role").is_final());
        assert!(!stopped("ResourceInitializationError: AccessDeniedException").is_final());
    }

    #[test]
    fn the_container_that_ended_badly_is_named() {
        let task = Task::builder()
            .stopped_reason("Essential container in task exited")
            .containers(Container::builder().name("web").exit_code(3).build())
            .build();
        assert_eq!(reason(&task).as_deref(), Some("Essential container in task exited; web ended with status 3"));
    }
}
