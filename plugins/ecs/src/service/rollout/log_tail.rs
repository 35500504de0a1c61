//! The end of what the containers of a task have logged.
//!
//! The log driver `awslogs` writes a stream a container, `PREFIX/CONTAINER/TASK`:
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-log-config.html>

use deploy_aws::ecs::types::{ContainerDefinition, LogDriver, TaskDefinition};
use deploy_aws::{Clients, absent, fault};
use deploy_model::{Fault, FaultKind};

use super::stopped::Stopped;

/// How many containers of a task are looked at.
const CONTAINERS: usize = 2;
/// How often a stream is asked. "A page of results can be empty while there are more", and the driver hands in the last
/// lines a moment after the container has ended.
///
/// Source: <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html>
const ATTEMPTS: usize = 3;

/// Where a container logs.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stream {
    region: Option<String>,
    group: String,
    name: String,
}

impl Stream {
    fn of(container: &ContainerDefinition, task: &str) -> Option<Self> {
        let log = container.log_configuration.as_ref().filter(|log| log.log_driver == LogDriver::Awslogs)?;
        let option = |name: &str| log.options.as_ref()?.get(name).cloned();
        let (group, prefix) = (option("awslogs-group")?, option("awslogs-stream-prefix")?);
        let name = format!("{prefix}/{}/{task}", container.name.as_deref()?);
        Some(Self { region: option("awslogs-region"), group, name })
    }
}

/// The last `lines` lines of each container that a task failed for, with its name; or one line that says why not.
pub(super) async fn read(clients: &Clients, definition: &TaskDefinition, task: &Stopped, lines: i32) -> Vec<String> {
    let mut tail = Vec::new();
    for container in task.culprits().into_iter().take(CONTAINERS) {
        let is_meant = |one: &&ContainerDefinition| one.name.as_deref() == Some(container.name.as_str());
        let defined = definition.container_definitions().iter().find(is_meant);
        let Some(stream) = defined.and_then(|defined| Stream::of(defined, &task.id)) else { continue };
        let said = match stream.region.as_deref().filter(|region| *region != clients.region()) {
            Some(region) => vec![format!("{} in {region} holds it", stream.group)],
            None => match last_lines(clients, &stream, lines).await {
                Ok(said) if said.is_empty() => vec!["nothing was logged".to_owned()],
                Ok(said) => said,
                Err(fault) => vec![unread(&stream, &fault)],
            },
        };
        tail.extend(said.into_iter().map(|line| format!("{} | {line}", container.name)));
    }
    tail
}

async fn last_lines(clients: &Clients, stream: &Stream, lines: i32) -> Result<Vec<String>, Fault> {
    let mut before = None;
    for attempt in 0..ATTEMPTS {
        if attempt > 0 {
            tokio::time::sleep(clients.pace().poll).await;
        }
        // The page before an empty one, and then what has come in since.
        let token = before.take().filter(|_| attempt == 1);
        let request = clients.logs().reads.get_log_events().log_group_name(&stream.group);
        let request = request.log_stream_name(&stream.name).limit(lines).start_from_head(false);
        let reply = request.set_next_token(token).send().await.map_err(fault("GetLogEvents"));
        let Some(reply) = absent(reply)? else { continue };
        let said: Vec<String> = reply
            .events()
            .iter()
            .flat_map(|event| event.message().unwrap_or_default().lines().map(str::to_owned))
            .collect();
        if !said.is_empty() {
            let surplus = said.len().saturating_sub(usize::try_from(lines).unwrap_or_default());
            return Ok(said.into_iter().skip(surplus).collect());
        }
        before = reply.next_backward_token;
    }
    Ok(Vec::new())
}

/// That the log cannot be read is no failure of its own.
fn unread(stream: &Stream, fault: &Fault) -> String {
    match fault.kind {
        FaultKind::Denied => format!("not shown: this caller lacks logs:GetLogEvents on {}", stream.group),
        _ => format!("not shown: {fault}"),
    }
}

#[cfg(test)]
mod tests {
    use deploy_aws::ecs::types::LogConfiguration;

    use super::*;

    fn container(driver: LogDriver, options: &[(&str, &str)]) -> ContainerDefinition {
        let log = options
            .iter()
            .fold(LogConfiguration::builder().log_driver(driver), |log, (name, value)| log.options(*name, *value));
        ContainerDefinition::builder().name("web").log_configuration(log.build().expect("a driver")).build()
    }

    #[test]
    fn a_stream_is_named_after_prefix_container_and_task() {
        let options = [("awslogs-group", "shop"), ("awslogs-stream-prefix", "ecs"), ("awslogs-region", "eu-west-1")];
        let stream = Stream::of(&container(LogDriver::Awslogs, &options), "0123").expect("a stream");
        assert_eq!((stream.group.as_str(), stream.name.as_str()), ("shop", "ecs/web/0123"));
        assert_eq!(Stream::of(&container(LogDriver::Awsfirelens, &options), "0123"), None);
        assert_eq!(Stream::of(&container(LogDriver::Awslogs, &options[..1]), "0123"), None, "no prefix, no name");
    }

    #[test]
    fn a_log_that_may_not_be_read_is_one_line() {
        let stream = Stream { region: None, group: "shop".to_owned(), name: "ecs/web/0123".to_owned() };
        let denied = Fault::new(FaultKind::Denied, "User: x is not authorized");
        assert_eq!(unread(&stream, &denied), "not shown: this caller lacks logs:GetLogEvents on shop");
        let gone = Fault::new(FaultKind::Unavailable, "the service could not be reached");
        assert_eq!(unread(&stream, &gone), "not shown: the service could not be reached");
    }
}
