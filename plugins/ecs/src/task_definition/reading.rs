//! From ECS's task definition to inputs, without what ECS fills in by itself.

use std::collections::BTreeMap;

use deploy_aws::ecs::types::{
    self, Compatibility, ContainerDefinition, LinuxParameters, PortMapping, TransportProtocol,
};
use deploy_aws::tags;
use deploy_kinds::ecs::{Container, HealthCheck, Log, Port, TaskDefinition, TaskDefinitionOutputs, Ulimit};
use deploy_model::Input;

use super::secret_versions;

/// What ECS takes for a health check's unset fields.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html>
const HEALTH_CHECK_DEFAULTS: (i32, i32, i32) = (30, 5, 3);

/// The inputs that `definition` answers to.
pub(super) fn inputs(definition: types::TaskDefinition, all_tags: &BTreeMap<String, String>) -> Option<TaskDefinition> {
    let platform = definition.runtime_platform;
    let containers = definition.container_definitions.unwrap_or_default();
    let compatibilities = definition.requires_compatibilities.unwrap_or_default();
    Some(TaskDefinition {
        family: definition.family?,
        cpu: number(definition.cpu),
        memory: number(definition.memory),
        network_mode: definition.network_mode.map(|mode| mode.as_str().to_owned()).unwrap_or_default(),
        requires_compatibilities: compatibilities.iter().map(Compatibility::to_string).collect(),
        execution_role: definition.execution_role_arn.map(Input::Value),
        task_role: definition.task_role_arn.map(Input::Value),
        cpu_architecture: platform.as_ref().and_then(|platform| Some(platform.cpu_architecture.as_ref()?.to_string())),
        operating_system_family: platform
            .as_ref()
            .and_then(|platform| Some(platform.operating_system_family.as_ref()?.to_string())),
        ephemeral_storage_gib: definition.ephemeral_storage.map(|storage| unsigned(storage.size_in_gib)),
        containers: containers
            .into_iter()
            .filter_map(|container| Some((container.name.clone()?, read(container))))
            .collect(),
        secret_versions: secret_versions::from_tags(all_tags),
        tags: tags::user(all_tags),
    })
}

/// What others may refer to of `definition`.
pub(super) fn outputs(definition: &types::TaskDefinition) -> Option<TaskDefinitionOutputs> {
    Some(TaskDefinitionOutputs {
        arn: definition.task_definition_arn.clone()?,
        revision: definition.revision,
        family: definition.family.clone()?,
    })
}

fn read(container: ContainerDefinition) -> Container {
    let values = |pairs: Vec<(Option<String>, Option<String>)>| {
        let pair =
            |(name, value): (Option<String>, Option<String>)| Some((name?, Input::Value(value.unwrap_or_default())));
        pairs.into_iter().filter_map(pair).collect()
    };
    let variables = container.environment.unwrap_or_default().into_iter().map(|pair| (pair.name, pair.value));
    let secrets = container.secrets.unwrap_or_default().into_iter();
    let (init_process, add_capabilities, drop_capabilities) = linux(container.linux_parameters);
    Container {
        image: Input::Value(container.image.unwrap_or_default()),
        essential: container.essential.unwrap_or(true),
        ports: container.port_mappings.unwrap_or_default().into_iter().filter_map(port).collect(),
        variables: values(variables.collect()),
        secrets: secrets.map(|secret| (secret.name, Input::Value(secret.value_from))).collect(),
        log: container.log_configuration.map(|log| Log {
            driver: log.log_driver.to_string(),
            options: log.options.unwrap_or_default().into_iter().map(|(key, value)| (key, value.into())).collect(),
        }),
        command: container.command.unwrap_or_default(),
        entry_point: container.entry_point.unwrap_or_default(),
        working_directory: container.working_directory,
        user: container.user,
        cpu: Some(unsigned(container.cpu)).filter(|cpu| *cpu > 0),
        memory: container.memory.map(unsigned),
        memory_reservation: container.memory_reservation.map(unsigned),
        health_check: container.health_check.map(health_check),
        depends_on: container
            .depends_on
            .unwrap_or_default()
            .into_iter()
            .map(|dependency| (dependency.container_name, dependency.condition.to_string()))
            .collect(),
        stop_timeout: container.stop_timeout.map(unsigned),
        readonly_root_filesystem: container.readonly_root_filesystem.unwrap_or(false),
        init_process,
        ulimits: container
            .ulimits
            .unwrap_or_default()
            .into_iter()
            .map(|limit| (limit.name.to_string(), Ulimit { soft: limit.soft_limit, hard: limit.hard_limit }))
            .collect(),
        add_capabilities,
        drop_capabilities,
    }
}

/// Without the host's port: with `awsvpc` it is always that of the container.
fn port(mapping: PortMapping) -> Option<Port> {
    Some(Port {
        container: u16::try_from(mapping.container_port?).ok()?,
        protocol: mapping.protocol.unwrap_or(TransportProtocol::Tcp).to_string(),
        name: mapping.name,
    })
}

fn linux(parameters: Option<LinuxParameters>) -> (bool, Vec<String>, Vec<String>) {
    let Some(parameters) = parameters else { return (false, Vec::new(), Vec::new()) };
    let (add, drop) = parameters.capabilities.map(|kernel| (kernel.add, kernel.drop)).unwrap_or_default();
    (parameters.init_process_enabled.unwrap_or(false), add.unwrap_or_default(), drop.unwrap_or_default())
}

fn health_check(check: types::HealthCheck) -> HealthCheck {
    let (interval, timeout, retries) = HEALTH_CHECK_DEFAULTS;
    HealthCheck {
        command: check.command,
        interval: check.interval.unwrap_or(interval),
        timeout: check.timeout.unwrap_or(timeout),
        retries: check.retries.unwrap_or(retries),
        start_period: check.start_period,
    }
}

fn number(text: Option<String>) -> u32 {
    text.and_then(|text| text.parse().ok()).unwrap_or(0)
}

fn unsigned(number: i32) -> u32 {
    u32::try_from(number).unwrap_or(0)
}
