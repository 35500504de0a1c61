//! What AWS derives from a task definition: the launch types it fits, and what a container instance must be capable of.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-agent-config.html> and the replies of AWS.

use super::container::ContainerDefinition;
use super::fargate;
use super::model::Content;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The launch types that the content fits, whether or not it asked to be checked against them.
pub(super) fn compatibilities(content: &Content) -> Vec<&'static str> {
    let mut compatibilities = vec!["EC2"];
    if fargate::check(content).is_ok() {
        compatibilities.push("FARGATE");
    }
    if content.network_mode.as_deref() != Some("awsvpc") {
        compatibilities.push("EXTERNAL");
    }
    compatibilities
}

/// The list `requiresAttributes`.
pub(super) fn required(content: &Content) -> Value {
    let any = |matches: fn(&ContainerDefinition) -> bool| content.container_definitions.iter().any(matches);
    let execution_role = content.execution_role_arn.is_some();
    let mut names = BTreeSet::from(["com.amazonaws.ecs.capability.docker-remote-api.1.18"]);
    if any(ContainerDefinition::uses_awslogs) {
        names.insert("com.amazonaws.ecs.capability.logging-driver.awslogs");
        names.insert("com.amazonaws.ecs.capability.docker-remote-api.1.19");
        if execution_role {
            names.insert("ecs.capability.execution-role-awslogs");
        }
    }
    if any(ContainerDefinition::uses_ecr) {
        names.insert("com.amazonaws.ecs.capability.ecr-auth");
        if execution_role {
            names.insert("ecs.capability.execution-role-ecr-pull");
        }
    }
    if any(|container| container.secrets.as_ref().is_some_and(|secrets| !secrets.is_empty())) {
        names.insert("ecs.capability.secrets.ssm.environment-variables");
    }
    if content.task_role_arn.is_some() {
        names.insert("com.amazonaws.ecs.capability.task-iam-role");
    }
    if content.network_mode.as_deref() == Some("awsvpc") {
        names.insert("ecs.capability.task-eni");
    }
    names.iter().map(|name| json!({ "name": name })).collect()
}
