//! Members of a task definition that hold one of a few words, or a number within bounds.
//!
//! Sources: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html> and the pages of
//! the types that it names.

use super::container::ContainerDefinition;
use super::model::Content;
use crate::ecs::client;
use crate::error::ApiError;
use serde_json::Value;

const ULIMITS: [&str; 15] = [
    "core",
    "cpu",
    "data",
    "fsize",
    "locks",
    "memlock",
    "msgqueue",
    "nice",
    "nofile",
    "nproc",
    "rss",
    "rtprio",
    "rttime",
    "sigpending",
    "stack",
];

const OPERATING_SYSTEMS: [&str; 10] = [
    "LINUX",
    "WINDOWS_SERVER_2004_CORE",
    "WINDOWS_SERVER_2016_FULL",
    "WINDOWS_SERVER_2019_CORE",
    "WINDOWS_SERVER_2019_FULL",
    "WINDOWS_SERVER_2022_CORE",
    "WINDOWS_SERVER_2022_FULL",
    "WINDOWS_SERVER_2025_CORE",
    "WINDOWS_SERVER_2025_FULL",
    "WINDOWS_SERVER_20H2_CORE",
];

/// Seconds and numbers of a health check, each with its least and its most.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html>
const HEALTH_CHECK: [(&str, i64, i64); 4] =
    [("interval", 5, 300), ("timeout", 2, 60), ("retries", 1, 10), ("startPeriod", 0, 300)];

/// Checks the words of the task, and those of its containers.
pub(super) fn check(content: &Content) -> Result<(), ApiError> {
    word("pidMode", content.pid_mode.as_deref(), &["host", "task"])?;
    word("ipcMode", content.ipc_mode.as_deref(), &["host", "task", "none"])?;
    if let Some(platform) = &content.runtime_platform {
        word("cpuArchitecture", platform.cpu_architecture.as_deref(), &["X86_64", "ARM64"])?;
        word("operatingSystemFamily", platform.operating_system_family.as_deref(), &OPERATING_SYSTEMS)?;
    }
    content.container_definitions.iter().try_for_each(|container| check_container(content, container))
}

fn check_container(content: &Content, container: &ContainerDefinition) -> Result<(), ApiError> {
    word("versionConsistency", container.version_consistency.as_deref(), &["enabled", "disabled"])?;
    for mapping in &container.port_mappings {
        word("appProtocol", mapping.app_protocol.as_deref(), &["http", "http2", "grpc"])?;
    }
    for file in container.environment_files.iter().flatten() {
        word("environmentFiles.type", file["type"].as_str(), &["s3"])?;
    }
    for limit in container.ulimits.iter().flatten() {
        word("ulimits.name", limit["name"].as_str(), &ULIMITS)?;
    }
    for dependency in container.depends_on.iter().flatten() {
        word("dependsOn.condition", dependency["condition"].as_str(), &["START", "COMPLETE", "SUCCESS", "HEALTHY"])?;
        let known = |name| content.container_definitions.iter().any(|container| container.name == name);
        if !dependency["containerName"].as_str().is_some_and(known) {
            return Err(client(format!("Container '{}' depends on one that is not there.", container.name)));
        }
    }
    container.health_check.as_ref().map_or(Ok(()), check_health)
}

fn check_health(check: &Value) -> Result<(), ApiError> {
    if check["command"].as_array().is_none_or(Vec::is_empty) {
        return Err(client("Health check command cannot be empty."));
    }
    for (name, least, most) in HEALTH_CHECK {
        if check.get(name).is_some_and(|value| value.as_i64().is_none_or(|value| !(least..=most).contains(&value))) {
            return Err(client(format!("Health check {name} should be between {least} and {most}.")));
        }
    }
    Ok(())
}

fn word(field: &str, value: Option<&str>, words: &[&str]) -> Result<(), ApiError> {
    match value.is_none_or(|value| words.contains(&value)) {
        true => Ok(()),
        false => Err(client(format!("Invalid '{field}'. Specify one of: {}.", words.join(", ")))),
    }
}
