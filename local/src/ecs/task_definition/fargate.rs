//! What Fargate demands of a task definition.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html>

use super::container::ContainerDefinition;
use super::model::Content;
use crate::ecs::client;
use crate::error::ApiError;

/// The log drivers that Fargate has.
const LOG_DRIVERS: [&str; 3] = ["awslogs", "splunk", "awsfirelens"];

/// Checks the content of a task definition against Fargate.
pub(super) fn check(content: &Content) -> Result<(), ApiError> {
    if content.network_mode.as_deref() != Some("awsvpc") {
        return Err(client("Fargate only supports network mode ‘awsvpc’."));
    }
    let cpu = number(content.cpu.as_deref(), "cpu")?;
    let memory = number(content.memory.as_deref(), "memory")?;
    if !is_pair(cpu, memory) {
        return Err(client(
            "No Fargate configuration exists for given values: ".to_owned()
                + &format!("{cpu} CPU, {memory} memory. See the Amazon ECS documentation for the valid values."),
        ));
    }
    if content.inference_accelerators.is_some() {
        return Err(client("Fargate does not support inference accelerators."));
    }
    // "For Fargate tasks, the only valid value is task", and ipcMode is "not supported for tasks run on AWS Fargate".
    if content.pid_mode.as_deref().is_some_and(|mode| mode != "task") {
        return Err(client("Fargate only supports the pid mode task."));
    }
    if content.ipc_mode.is_some() {
        return Err(client("Fargate does not support an ipc mode."));
    }
    for container in &content.container_definitions {
        check_container(content, container)?;
    }
    Ok(())
}

fn number(text: Option<&str>, field: &str) -> Result<u32, ApiError> {
    let text = text.ok_or_else(|| client(format!("Fargate requires that '{field}' be defined at the task level.")))?;
    text.parse().map_err(|_| client(format!("Invalid '{field}' setting for task.")))
}

/// The pairs of CPU units and MiB that exist.
fn is_pair(cpu: u32, memory: u32) -> bool {
    const GIB: u32 = 1024;
    let (least, most, step) = match cpu {
        256 => return [512, GIB, 2 * GIB].contains(&memory),
        512 => (GIB, 4 * GIB, GIB),
        1024 => (2 * GIB, 8 * GIB, GIB),
        2048 => (4 * GIB, 16 * GIB, GIB),
        4096 => (8 * GIB, 30 * GIB, GIB),
        8192 => (16 * GIB, 60 * GIB, 4 * GIB),
        16_384 => (32 * GIB, 120 * GIB, 8 * GIB),
        _ => return false,
    };
    (least..=most).contains(&memory) && (memory - least).is_multiple_of(step)
}

fn check_container(content: &Content, container: &ContainerDefinition) -> Result<(), ApiError> {
    if container.privileged == Some(true) {
        return Err(client("Fargate does not support privileged containers."));
    }
    if container.links.as_ref().is_some_and(|links| !links.is_empty()) {
        return Err(client("Links are not supported when networkMode=awsvpc."));
    }
    if container.resource_requirements.as_ref().is_some_and(|requirements| !requirements.is_empty()) {
        return Err(client("Tasks using the Fargate launch type do not support GPU resource requirements."));
    }
    if let Some(logs) = &container.log_configuration {
        if !LOG_DRIVERS.contains(&logs.log_driver.as_str()) {
            return Err(client(format!("Fargate does not support the log driver '{}'.", logs.log_driver)));
        }
        if logs.log_driver == "awslogs" && !logs.options.contains_key("awslogs-stream-prefix") {
            return Err(client("Log driver awslogs requires the option 'awslogs-stream-prefix' on Fargate."));
        }
    }
    check_execution_role(content, container)
}

/// The execution role pulls images from ECR and writes to CloudWatch Logs.
fn check_execution_role(content: &Content, container: &ContainerDefinition) -> Result<(), ApiError> {
    if content.execution_role_arn.is_some() {
        return Ok(());
    }
    if container.uses_ecr() {
        return Err(client("Fargate requires task definition to have execution role ARN to support ECR images."));
    }
    if container.uses_awslogs() {
        return Err(client(
            "Fargate requires task definition to have execution role ARN to support log driver awslogs.",
        ));
    }
    Ok(())
}
