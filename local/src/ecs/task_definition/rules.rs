//! What every task definition must keep to, wherever it runs.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html>

use super::container::{ContainerDefinition, PortMapping};
use super::model::Content;
use super::words;
use crate::ecs::client;
use crate::error::ApiError;
use std::collections::BTreeSet;

/// "Up to 255 letters (both uppercase and lowercase letters), numbers, underscores, and hyphens are allowed."
pub(super) fn check_family(family: &str) -> Result<(), ApiError> {
    match is_name(family) {
        true => Ok(()),
        false if family.is_empty() => Err(client("Family should not be null or empty.")),
        false => Err(client("Invalid family: only letters, numbers, hyphens and underscores are allowed, up to 255.")),
    }
}

/// Checks the containers and what they say about each other.
pub(super) fn check(content: &Content) -> Result<(), ApiError> {
    if content.container_definitions.is_empty() {
        return Err(client("Container list cannot be empty."));
    }
    let mut names = BTreeSet::new();
    for container in &content.container_definitions {
        check_container(content, container)?;
        if !names.insert(&container.name) {
            return Err(client(format!("Container names must be unique: '{}'.", container.name)));
        }
    }
    if !content.container_definitions.iter().any(|container| container.essential) {
        return Err(client("At least one container in a task definition must be essential."));
    }
    check_ports(content)?;
    check_reserved(content)?;
    words::check(content)?;
    check_network_mode(content)
}

fn check_container(content: &Content, container: &ContainerDefinition) -> Result<(), ApiError> {
    if container.name.is_empty() {
        return Err(client("Container.name should not be null or empty."));
    }
    if container.image.is_empty() {
        return Err(client("Container.image should not be null or empty."));
    }
    if !is_name(&container.name) {
        return Err(client(format!("Invalid container name: '{}'.", container.name)));
    }
    if !container.image.chars().all(|character| character.is_ascii_alphanumeric() || "-_.:/#@+".contains(character)) {
        return Err(client("Container.image contains invalid characters."));
    }
    if container.memory.is_none() && container.memory_reservation.is_none() && content.memory.is_none() {
        return Err(client(format!(
            "Invalid setting for container '{}'. At least one of 'memory' or 'memoryReservation' must be specified.",
            container.name
        )));
    }
    if let (Some(memory), Some(reservation)) = (container.memory, container.memory_reservation)
        && reservation > memory
    {
        return Err(client(format!(
            "Invalid setting for container '{}'. 'memoryReservation' must be less than or equal to 'memory'.",
            container.name
        )));
    }
    check_secrets(content, container)?;
    check_logs(container)
}

fn check_secrets(content: &Content, container: &ContainerDefinition) -> Result<(), ApiError> {
    let mut names: BTreeSet<&str> = container.environment.iter().map(|variable| variable.name.as_str()).collect();
    for secret in container.secrets.iter().flatten() {
        if !names.insert(&secret.name) {
            return Err(client(format!(
                "The secret name must be unique and not shared with any new or existing environment variables set on \
                 the container, such as '{}'.",
                secret.name
            )));
        }
        if secret.value_from.is_empty() {
            return Err(client("Secret.valueFrom should not be null or empty."));
        }
    }
    if container.secret_references().next().is_some() && content.execution_role_arn.is_none() {
        return Err(client(
            "When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.",
        ));
    }
    Ok(())
}

fn check_logs(container: &ContainerDefinition) -> Result<(), ApiError> {
    let Some(logs) = container.log_configuration.as_ref().filter(|logs| logs.log_driver == "awslogs") else {
        return Ok(());
    };
    match ["awslogs-group", "awslogs-region"].iter().find(|option| !logs.options.contains_key(**option)) {
        Some(option) => Err(client(format!("Log driver awslogs requires options: {option}."))),
        None => Ok(()),
    }
}

fn check_ports(content: &Content) -> Result<(), ApiError> {
    let mut ports = BTreeSet::new();
    for mapping in content.container_definitions.iter().flat_map(|container| &container.port_mappings) {
        check_port(content, mapping)?;
        let port = (mapping.container_port, mapping.protocol.as_str());
        if content.network_mode.as_deref() == Some("awsvpc") && port.0.is_some() && !ports.insert(port) {
            return Err(client("When networkMode=awsvpc, the host ports must be unique within the task."));
        }
    }
    Ok(())
}

fn check_port(content: &Content, mapping: &PortMapping) -> Result<(), ApiError> {
    if !matches!(mapping.protocol.as_str(), "tcp" | "udp") {
        return Err(client("PortMapping.protocol should be tcp or udp."));
    }
    if mapping.container_port.is_none_or(|port| port == 0) && mapping.container_port_range.is_none() {
        return Err(client("PortMapping.containerPort should lie between 1 and 65535."));
    }
    let own_interface = matches!(content.network_mode.as_deref(), Some("awsvpc" | "host"));
    let differs = mapping.host_port.is_some_and(|port| port != 0 && Some(port) != mapping.container_port);
    match own_interface && differs {
        true => Err(client("When networkMode=awsvpc, the host ports and container ports in port mappings must match.")),
        false => Ok(()),
    }
}

/// What the containers reserve must fit into the task.
fn check_reserved(content: &Content) -> Result<(), ApiError> {
    let task = |text: &Option<String>| text.as_ref().and_then(|text| text.parse::<u32>().ok());
    let cpu: u32 = content.container_definitions.iter().map(|container| container.cpu).sum();
    if task(&content.cpu).is_some_and(|limit| cpu > limit) {
        return Err(client("Invalid setting for container cpu: the sum exceeds the 'cpu' of the task."));
    }
    let over = content.container_definitions.iter().find(|container| {
        let wanted = container.memory.max(container.memory_reservation).unwrap_or(0);
        task(&content.memory).is_some_and(|limit| wanted > limit)
    });
    match over {
        Some(container) => Err(client(format!(
            "Invalid setting for container '{}'. Task memory must be greater than or equal to container memory.",
            container.name
        ))),
        None => Ok(()),
    }
}

fn check_network_mode(content: &Content) -> Result<(), ApiError> {
    match content.network_mode.as_deref() {
        None | Some("awsvpc" | "bridge" | "host" | "none") => Ok(()),
        Some(mode) => Err(client(format!("Network mode '{mode}' is not valid."))),
    }
}

fn is_name(text: &str) -> bool {
    let allowed = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
    (1..=255).contains(&text.len()) && text.chars().all(allowed)
}
