//! The tasks that a rollout lost, and why each of them stopped.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use deploy_aws::ecs::operation::list_tasks::builders::ListTasksFluentBuilder;
use deploy_aws::ecs::primitives::DateTime;
use deploy_aws::ecs::types::{self, DesiredStatus, TaskStopCode};
use deploy_aws::{Clients, fault};
use deploy_model::Fault;
use futures::future::try_join_all;
use tokio::time::Instant;

/// How many tasks one DescribeTasks takes.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html>
const TASKS_A_CALL: usize = 100;
/// How the reason begins of what a service stops because it has no more use for it.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html>
const SCALED_IN: &str = "Scaling activity initiated by";
/// What stands in a reason for the id of the task, which is another one each time.
const ANY_TASK: &str = "TASK";

/// A task that stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stopped {
    /// The last part of its ARN.
    pub(super) id: String,
    /// The revision that it was made from.
    pub(super) task_definition: String,
    /// Why, in ECS's words; without its own id, so that two tasks can be compared.
    pub(super) reason: String,
    /// Its containers, in the order of their names.
    pub(super) containers: Vec<Container>,
    /// Whether it has stopped altogether: until then its containers may be without their exit codes.
    pub(super) is_over: bool,
    /// Whether somebody wanted it to stop: the service, for which it was one too many, or a person.
    pub(super) was_asked_to: bool,
    /// When it came to run, if it did.
    pub(super) started_at: Option<DateTime>,
    /// When it began to stop.
    pub(super) stopped_at: Option<DateTime>,
}

/// How a container of it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Container {
    /// Its name in the task definition.
    pub(super) name: String,
    /// Its image.
    pub(super) image: String,
    /// Its exit code; absent where it never ran.
    pub(super) exit_code: Option<i32>,
    /// Why, in ECS's words, where it says so of the container.
    pub(super) reason: Option<String>,
}

/// What a rollout has lost so far.
#[derive(Debug, Default)]
pub(super) struct Losses {
    /// Tasks that had stopped before it began, by ARN.
    earlier: BTreeSet<String>,
    /// Those about which nothing more is to be learnt, by ARN.
    over: BTreeMap<String, Stopped>,
    /// Those that are still stopping.
    stopping: Vec<Stopped>,
    /// How many failures there were, and when the last of them was seen.
    newest: Option<(usize, Instant)>,
}

impl Losses {
    /// Those of a rollout before which these tasks, by ARN, had stopped.
    pub(super) fn since(earlier: BTreeSet<String>) -> Self {
        Self { earlier, ..Self::default() }
    }

    /// Looks again.
    pub(super) async fn look(&mut self, clients: &Clients, cluster: &str, deployment: &str) -> Result<(), Fault> {
        let request = clients.ecs().reads.list_tasks().cluster(cluster).started_by(deployment);
        let is_news = |arn: &String| !self.earlier.contains(arn) && !self.over.contains_key(arn);
        let news: Vec<String> = stopped(request).await?.into_iter().filter(is_news).collect();
        let replies = try_join_all(news.chunks(TASKS_A_CALL).map(|arns| async {
            let request = clients.ecs().reads.describe_tasks().cluster(cluster).set_tasks(Some(arns.to_vec()));
            request.send().await.map_err(fault("DescribeTasks"))
        }));
        self.stopping.clear();
        for task in replies.await?.into_iter().flat_map(|reply| reply.tasks.unwrap_or_default()) {
            let arn = task.task_arn.clone();
            let task = Stopped::of(task);
            match arn.filter(|_| task.is_over) {
                Some(arn) => drop(self.over.insert(arn, task)),
                None => self.stopping.push(task),
            }
        }
        let count = self.failures().len();
        if count > self.newest.map_or(0, |(known, _)| known) {
            self.newest = Some((count, Instant::now()));
        }
        Ok(())
    }

    /// Whether nothing has failed for so long: what runs a moment after a failure may be about to fail as well.
    pub(super) fn are_overcome(&self, steady: Duration) -> bool {
        self.newest.is_none_or(|(_, seen)| seen.elapsed() >= steady)
    }

    /// The tasks that nobody wanted to stop, oldest first.
    pub(super) fn failures(&self) -> Vec<&Stopped> {
        let all = self.over.values().chain(&self.stopping);
        let mut failures: Vec<&Stopped> = all.filter(|task| !task.was_asked_to).collect();
        failures.sort_by_key(|task| task.stopped_at.map(|at| at.as_nanos()));
        failures
    }
}

/// The tasks of a service that have stopped already, by ARN.
pub(crate) async fn stopped_before(clients: &Clients, cluster: &str, service: &str) -> Result<BTreeSet<String>, Fault> {
    stopped(clients.ecs().reads.list_tasks().cluster(cluster).service_name(service)).await
}

/// Those of the tasks that a request asks for that have stopped, by ARN.
async fn stopped(request: ListTasksFluentBuilder) -> Result<BTreeSet<String>, Fault> {
    let mut pages = request.desired_status(DesiredStatus::Stopped).into_paginator().items().send();
    let mut arns = BTreeSet::new();
    while let Some(arn) = pages.try_next().await.map_err(fault("ListTasks"))? {
        arns.insert(arn);
    }
    Ok(arns)
}

impl Stopped {
    /// What ECS says of a task.
    pub(super) fn of(task: types::Task) -> Self {
        let id = task.task_arn.as_deref().and_then(|arn| arn.rsplit('/').next()).unwrap_or_default().to_owned();
        let plain = |reason: String| if id.is_empty() { reason } else { reason.replace(&id, ANY_TASK) };
        let reason = plain(task.stopped_reason.unwrap_or_else(|| "ECS gives no reason".to_owned()));
        let container = |container: types::Container| Container {
            name: container.name.unwrap_or_default(),
            image: container.image.unwrap_or_default(),
            exit_code: container.exit_code,
            reason: container.reason.map(plain),
        };
        let mut containers: Vec<Container> = task.containers.unwrap_or_default().into_iter().map(container).collect();
        containers.sort_by(|one, other| one.name.cmp(&other.name));
        let by_a_person = task.stop_code == Some(TaskStopCode::UserInitiated);
        Self {
            is_over: task.last_status.as_deref() == Some("STOPPED"),
            was_asked_to: by_a_person || reason.starts_with(SCALED_IN),
            task_definition: task.task_definition_arn.unwrap_or_default(),
            started_at: task.started_at,
            stopped_at: task.stopping_at.or(task.stopped_at),
            id,
            reason,
            containers,
        }
    }

    /// Everything that ECS says of why, in the order in which it is read.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        [self.reason.as_str()].into_iter().chain(self.containers.iter().filter_map(|one| one.reason.as_deref()))
    }

    /// Whether it stopped as another did: the same reason, and every container the same way, as far as that is known.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let known = self.is_over && other.is_over;
        let alike = || self.containers.iter().zip(&other.containers).all(|(one, other)| one.is_like(other));
        self.reason == other.reason && (!known || (self.containers.len() == other.containers.len() && alike()))
    }

    /// How many seconds it ran; none where it never did.
    pub(super) fn ran_for(&self) -> i64 {
        match (self.started_at, self.stopped_at) {
            (Some(started), Some(stopped)) => stopped.secs() - started.secs(),
            _ => 0,
        }
    }

    /// The containers to which it is due: those that ended badly, or else all that ended.
    pub(super) fn culprits(&self) -> Vec<&Container> {
        let bad: Vec<&Container> =
            self.containers.iter().filter(|one| one.exit_code.is_some_and(|code| code != 0)).collect();
        match bad.is_empty() {
            true => self.containers.iter().filter(|one| one.exit_code.is_some()).collect(),
            false => bad,
        }
    }

    /// Why, with what each container that ran came to: `Essential container in task exited (container web, exit code 1)`.
    fn in_words(&self) -> String {
        let containers: Vec<String> = self.containers.iter().filter_map(|one| one.in_words(&self.reason)).collect();
        match containers.is_empty() {
            true => self.reason.clone(),
            false => format!("{} ({})", self.reason, containers.join("; ")),
        }
    }
}

impl Container {
    fn is_like(&self, other: &Self) -> bool {
        self.name == other.name && self.exit_code == other.exit_code && self.reason == other.reason
    }

    /// What is to be said of it beside the reason of its task.
    fn in_words(&self, of_task: &str) -> Option<String> {
        let reason = self.reason.as_deref().filter(|reason| !of_task.contains(reason));
        let name = &self.name;
        match (self.exit_code, reason) {
            (Some(code), Some(reason)) => Some(format!("container {name}, exit code {code}, {reason}")),
            (Some(code), None) => Some(format!("container {name}, exit code {code}")),
            (None, Some(reason)) => Some(format!("container {name}: {reason}")),
            (None, None) => None,
        }
    }
}

/// Tasks that stopped alike, and how many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group<'a> {
    /// The newest of them of which everything is known, or else the newest.
    pub(super) newest: &'a Stopped,
    /// How many they are.
    pub(super) count: usize,
}

impl Group<'_> {
    /// `3 tasks stopped: …`.
    pub(super) fn in_words(&self) -> String {
        let tasks = if self.count == 1 { "task" } else { "tasks" };
        format!("{} {tasks} stopped: {}", self.count, self.newest.in_words())
    }
}

/// Groups tasks, which are given oldest first, by how they stopped: the largest group first, and of two as large the
/// one with the newer task.
pub(super) fn grouped<'a>(tasks: &[&'a Stopped]) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for task in tasks.iter().rev() {
        match groups.iter_mut().find(|group| group.newest.is_like(task)) {
            Some(group) => {
                group.count += 1;
                if task.is_over && !group.newest.is_over {
                    group.newest = task;
                }
            }
            None => groups.push(Group { newest: task, count: 1 }),
        }
    }
    groups.sort_by_key(|group| std::cmp::Reverse(group.count));
    groups
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A task that stopped at this second, with these containers and exit codes.
    pub(in super::super) fn stopped(reason: &str, at: i64, containers: &[(&str, Option<i32>)]) -> Stopped {
        let id = format!("{at:032x}");
        let container = |(name, code): &(&str, Option<i32>)| {
            types::Container::builder().name(*name).image("shop:1").set_exit_code(*code).build()
        };
        Stopped::of(
            types::Task::builder()
                .task_arn(format!("arn:aws:ecs:eu-west-1:123456789012:task/shop/{id}"))
                .task_definition_arn("arn:aws:ecs:eu-west-1:123456789012:task-definition/shop:2")
                .last_status("STOPPED")
                .stopped_reason(reason.replace("ID", &id))
                .stopping_at(DateTime::from_secs(at))
                .set_containers(Some(containers.iter().map(container).collect()))
                .build(),
        )
    }

    /// The losses of a rollout that lost these.
    pub(in super::super) fn lost(tasks: Vec<Stopped>) -> Losses {
        Losses { stopping: tasks, ..Losses::default() }
    }

    const EXITED: &str = "Essential container in task exited";

    #[test]
    fn tasks_that_stopped_alike_are_one_line() {
        let tasks = [
            stopped("Task failed container health checks", 1, &[("web", Some(143))]),
            stopped(EXITED, 2, &[("web", Some(1)), ("proxy", Some(0))]),
            stopped(EXITED, 3, &[("proxy", Some(0)), ("web", Some(1))]),
            stopped(EXITED, 4, &[("web", Some(2)), ("proxy", Some(0))]),
        ];
        let groups = grouped(&tasks.iter().collect::<Vec<_>>());
        let lines: Vec<String> = groups.iter().map(Group::in_words).collect();
        assert_eq!(
            lines,
            [
                "2 tasks stopped: Essential container in task exited (container proxy, exit code 0; container web, exit code 1)",
                "1 task stopped: Essential container in task exited (container proxy, exit code 0; container web, exit code 2)",
                "1 task stopped: Task failed container health checks (container web, exit code 143)",
            ]
        );
    }

    #[test]
    fn a_reason_that_names_its_task_is_the_same_for_every_task() {
        let tasks = [1, 2, 3].map(|at| stopped("AccessDeniedException: assumed-role/exec/ID may not", at, &[]));
        let groups = grouped(&tasks.iter().collect::<Vec<_>>());
        assert_eq!((groups.len(), groups[0].count), (1, 3));
        assert_eq!(groups[0].in_words(), "3 tasks stopped: AccessDeniedException: assumed-role/exec/TASK may not");
    }

    #[test]
    fn a_task_that_is_still_stopping_is_told_with_those_whose_end_is_known() {
        let known = stopped(EXITED, 1, &[("web", Some(1))]);
        let stopping = Stopped { is_over: false, ..stopped(EXITED, 2, &[("web", None)]) };
        let groups = grouped(&[&known, &stopping]);
        assert_eq!(
            groups.iter().map(Group::in_words).collect::<Vec<_>>(),
            ["2 tasks stopped: Essential container in task exited (container web, exit code 1)"]
        );
    }

    #[test]
    fn what_the_task_says_the_container_does_not_say_again() {
        let mut task = stopped("CannotPullContainerError: not found", 1, &[("web", None)]);
        task.containers[0].reason = Some("CannotPullContainerError: not found".to_owned());
        assert_eq!(task.in_words(), "CannotPullContainerError: not found");
        task.reason = "Task failed to start".to_owned();
        assert_eq!(task.in_words(), "Task failed to start (container web: CannotPullContainerError: not found)");
        task.containers[0].exit_code = Some(137);
        task.containers[0].reason = Some("OutOfMemoryError".to_owned());
        assert_eq!(task.in_words(), "Task failed to start (container web, exit code 137, OutOfMemoryError)");
    }

    #[test]
    fn what_was_to_stop_is_no_failure() {
        let scaled = stopped("Scaling activity initiated by (deployment ecs-svc/1)", 1, &[]);
        assert!(scaled.was_asked_to);
        assert!(!stopped(EXITED, 1, &[]).was_asked_to);
        let by_hand = types::Task::builder().stop_code(TaskStopCode::UserInitiated).build();
        assert!(Stopped::of(by_hand).was_asked_to);
    }

    #[test]
    fn who_ended_badly_is_to_blame() {
        let names = |containers: &[(&str, Option<i32>)]| {
            let task = stopped(EXITED, 1, containers);
            task.culprits().iter().map(|one| one.name.clone()).collect::<Vec<_>>()
        };
        assert_eq!(names(&[("web", Some(1)), ("proxy", Some(0)), ("late", None)]), ["web"]);
        assert_eq!(names(&[("web", Some(0)), ("late", None)]), ["web"]);
        assert_eq!(names(&[("web", None)]), Vec::<String>::new());
    }
}
