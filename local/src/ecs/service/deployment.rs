//! A deployment: one revision of a service on its way in, in place, or on its way out.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html>

use crate::ecs::launch::Launch;
use crate::ecs::task::{Task, TaskStatus};
use crate::time::Time;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// One deployment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deployment {
    /// `ecs-svc/` and 19 digits.
    pub id: String,
    /// Whether it is the one that is wanted.
    pub status: DeploymentStatus,
    /// The ARN of its task definition.
    pub task_definition: String,
    /// How its tasks are launched.
    pub launch: Launch,
    /// How many tasks it is to have.
    pub desired_count: u32,
    /// How many tasks in a row did not come to run; back to 0 with the first that does.
    pub failed_tasks: u32,
    /// How it goes.
    pub rollout_state: RolloutState,
    /// The same in words.
    pub rollout_state_reason: String,
    /// Whether one of its tasks ever came to run.
    pub has_run: bool,
    /// How often in a row tasks had to be started again.
    pub retries: u32,
    /// Before this time no further task is started.
    pub retry_at: Option<Time>,
    /// The service deployment that it belongs to; a rollback belongs to the one that failed.
    pub service_deployment: String,
    /// The last part of the ARN of its service revision.
    pub service_revision: String,
    /// When it was created.
    pub created_at: Time,
    /// When something about it changed.
    pub updated_at: Time,
}

/// Whether a deployment is the one that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum DeploymentStatus {
    /// The most recent one.
    Primary,
    /// One that still has tasks and is being replaced.
    Active,
    /// One that was replaced.
    Inactive,
}

/// How a deployment goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RolloutState {
    /// On its way.
    InProgress,
    /// The service reached a steady state with it.
    Completed,
    /// It was given up.
    Failed,
}

impl Deployment {
    /// Its tasks.
    pub(in crate::ecs) fn tasks<'a>(&'a self, tasks: &'a [Task]) -> impl Iterator<Item = &'a Task> {
        tasks.iter().filter(|task| task.belongs_to(&self.id))
    }

    /// How many of its tasks run or are about to.
    pub(in crate::ecs) fn active_count(&self, tasks: &[Task]) -> u32 {
        count(self.tasks(tasks).filter(|task| task.is_active()))
    }

    /// How many of its tasks run.
    pub(in crate::ecs) fn running_count(&self, tasks: &[Task]) -> u32 {
        count(self.tasks(tasks).filter(|task| task.is_running()))
    }

    /// How many of its tasks run and are as well as they are to be.
    pub(in crate::ecs) fn serving_count(&self, tasks: &[Task]) -> u32 {
        count(self.tasks(tasks).filter(|task| task.serves()))
    }

    /// How many of its tasks are about to run.
    pub(in crate::ecs) fn pending_count(&self, tasks: &[Task]) -> u32 {
        let pending = |task: &&Task| matches!(task.last_status, TaskStatus::Provisioning | TaskStatus::Pending);
        count(self.tasks(tasks).filter(pending))
    }

    /// How many tasks its service revision, whose ARN this is, asks for and has.
    pub(super) fn counted(&self, arn: &str, tasks: &[Task]) -> Value {
        json!({
            "arn": arn,
            "requestedTaskCount": self.desired_count,
            "runningTaskCount": self.running_count(tasks),
            "pendingTaskCount": self.pending_count(tasks),
        })
    }

    /// Sets how it goes, with the words that belong to it.
    pub(in crate::ecs) fn set_rollout(&mut self, state: RolloutState, reason: String, now: Time) {
        self.rollout_state = state;
        self.rollout_state_reason = reason;
        self.updated_at = now;
    }

    /// The reply shape `Deployment`.
    pub(in crate::ecs) fn shown(&self, tasks: &[Task]) -> Value {
        let mut reply = json!({
            "id": self.id,
            "status": self.status,
            "taskDefinition": self.task_definition,
            "desiredCount": self.desired_count,
            "pendingCount": self.pending_count(tasks),
            "runningCount": self.running_count(tasks),
            "failedTasks": self.failed_tasks,
            "createdAt": self.created_at.seconds(),
            "updatedAt": self.updated_at.seconds(),
            "platformVersion": self.launch.resolved_platform_version(),
            "platformFamily": "Linux",
            "rolloutState": self.rollout_state,
            "rolloutStateReason": self.rollout_state_reason,
        });
        if let Some(launch_type) = self.launch.launch_type {
            reply["launchType"] = json!(launch_type);
        }
        if !self.launch.capacity_provider_strategy.is_empty() {
            reply["capacityProviderStrategy"] = json!(self.launch.capacity_provider_strategy);
        }
        if let Some(network) = &self.launch.network_configuration {
            reply["networkConfiguration"] = json!(network);
        }
        reply
    }
}

/// The number of tasks; a service has a few thousand at most.
fn count<'a>(tasks: impl Iterator<Item = &'a Task>) -> u32 {
    u32::try_from(tasks.count()).unwrap_or(u32::MAX)
}
