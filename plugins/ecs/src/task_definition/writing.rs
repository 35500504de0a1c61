//! From inputs to the request that registers a revision.

use std::collections::{BTreeMap, HashMap};

use deploy_aws::ecs::operation::register_task_definition::builders::RegisterTaskDefinitionFluentBuilder;
use deploy_aws::ecs::types::{
    self, Compatibility, ContainerCondition, ContainerDefinition, ContainerDependency, CpuArchitecture,
    EphemeralStorage, KernelCapabilities, KeyValuePair, LinuxParameters, LogConfiguration, LogDriver, NetworkMode,
    OsFamily, PortMapping, RuntimePlatform, Secret, TransportProtocol, UlimitName,
};
use deploy_kinds::ecs::{Container, HealthCheck, Log, Port, TaskDefinition, Ulimit};
use deploy_model::{Fault, Input};

/// Puts everything but the tags into `request`.
pub(super) fn fill(
    request: RegisterTaskDefinitionFluentBuilder,
    inputs: &TaskDefinition,
) -> Result<RegisterTaskDefinitionFluentBuilder, Fault> {
    let compatibilities = inputs.requires_compatibilities.iter().map(|name| Compatibility::from(name.as_str()));
    let containers = inputs.containers.iter().map(|(name, container)| write(name, container));
    Ok(request
        .family(&inputs.family)
        .cpu(inputs.cpu.to_string())
        .memory(inputs.memory.to_string())
        .network_mode(NetworkMode::from(inputs.network_mode.as_str()))
        .set_requires_compatibilities(Some(compatibilities.collect()))
        .set_execution_role_arn(known(&inputs.execution_role)?)
        .set_task_role_arn(known(&inputs.task_role)?)
        .set_runtime_platform(platform(inputs))
        .set_ephemeral_storage(inputs.ephemeral_storage_gib.map(storage))
        .set_container_definitions(Some(containers.collect::<Result<_, _>>()?)))
}

fn platform(inputs: &TaskDefinition) -> Option<RuntimePlatform> {
    let (processor, system) = (inputs.cpu_architecture.as_deref(), inputs.operating_system_family.as_deref());
    (processor.is_some() || system.is_some()).then(|| {
        RuntimePlatform::builder()
            .set_cpu_architecture(processor.map(CpuArchitecture::from))
            .set_operating_system_family(system.map(OsFamily::from))
            .build()
    })
}

fn storage(gib: u32) -> EphemeralStorage {
    EphemeralStorage::builder().size_in_gib(signed(gib)).build()
}

fn write(name: &str, container: &Container) -> Result<ContainerDefinition, Fault> {
    let mut builder = ContainerDefinition::builder()
        .name(name)
        .image(container.image.known()?)
        .essential(container.essential)
        .set_port_mappings(some(container.ports.iter().map(port).collect()))
        .set_environment(some(variables(&container.variables)?))
        .set_secrets(some(secrets(&container.secrets)?))
        .set_log_configuration(container.log.as_ref().map(log).transpose()?)
        .set_command(some(container.command.clone()))
        .set_entry_point(some(container.entry_point.clone()))
        .set_working_directory(container.working_directory.clone())
        .set_user(container.user.clone())
        .set_cpu(container.cpu.map(signed))
        .set_memory(container.memory.map(signed))
        .set_memory_reservation(container.memory_reservation.map(signed))
        .set_health_check(container.health_check.as_ref().map(health_check))
        .set_depends_on(some(container.depends_on.iter().map(dependency).collect()))
        .set_stop_timeout(container.stop_timeout.map(signed))
        .set_ulimits(some(container.ulimits.iter().map(ulimit).collect()))
        .set_linux_parameters(linux(container));
    if container.readonly_root_filesystem {
        builder = builder.readonly_root_filesystem(true);
    }
    Ok(builder.build())
}

fn port(port: &Port) -> PortMapping {
    PortMapping::builder()
        .container_port(port.container.into())
        .protocol(TransportProtocol::from(port.protocol.as_str()))
        .set_name(port.name.clone())
        .build()
}

fn variables(variables: &BTreeMap<String, Input<String>>) -> Result<Vec<KeyValuePair>, Fault> {
    let pair =
        |(name, value): (&String, &Input<String>)| Ok(KeyValuePair::builder().name(name).value(value.known()?).build());
    variables.iter().map(pair).collect()
}

fn secrets(secrets: &BTreeMap<String, Input<String>>) -> Result<Vec<Secret>, Fault> {
    let secret = |(name, from): (&String, &Input<String>)| {
        let secret = Secret::builder().name(name).value_from(from.known()?);
        Ok(secret.build().expect("a secret has a name and a source"))
    };
    secrets.iter().map(secret).collect()
}

fn log(log: &Log) -> Result<LogConfiguration, Fault> {
    let option = |(key, value): (&String, &Input<String>)| Ok((key.clone(), value.known()?.clone()));
    let options = log.options.iter().map(option).collect::<Result<HashMap<_, _>, Fault>>()?;
    let builder = LogConfiguration::builder().log_driver(LogDriver::from(log.driver.as_str()));
    Ok(builder.set_options(Some(options)).build().expect("a log configuration has a driver"))
}

fn health_check(check: &HealthCheck) -> types::HealthCheck {
    types::HealthCheck::builder()
        .set_command(Some(check.command.clone()))
        .interval(check.interval)
        .timeout(check.timeout)
        .retries(check.retries)
        .set_start_period(check.start_period)
        .build()
        .expect("a health check has a command")
}

fn dependency((name, condition): (&String, &String)) -> ContainerDependency {
    ContainerDependency::builder()
        .container_name(name)
        .condition(ContainerCondition::from(condition.as_str()))
        .build()
        .expect("a dependency names a container and a condition")
}

fn ulimit((name, limit): (&String, &Ulimit)) -> types::Ulimit {
    types::Ulimit::builder()
        .name(UlimitName::from(name.as_str()))
        .soft_limit(limit.soft)
        .hard_limit(limit.hard)
        .build()
        .expect("a limit has a name and both values")
}

fn linux(container: &Container) -> Option<LinuxParameters> {
    let (add, drop) = (&container.add_capabilities, &container.drop_capabilities);
    let kernel = (!add.is_empty() || !drop.is_empty())
        .then(|| KernelCapabilities::builder().set_add(some(add.clone())).set_drop(some(drop.clone())).build());
    let init = container.init_process.then_some(true);
    (kernel.is_some() || init.is_some())
        .then(|| LinuxParameters::builder().set_capabilities(kernel).set_init_process_enabled(init).build())
}

fn known(input: &Option<Input<String>>) -> Result<Option<String>, Fault> {
    input.as_ref().map(|input| input.known().cloned()).transpose()
}

/// What is empty is left out: AWS tells an empty list from none in some fields.
fn some<T>(items: Vec<T>) -> Option<Vec<T>> {
    (!items.is_empty()).then_some(items)
}

fn signed(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::task_definition::reading;

    fn everything() -> TaskDefinition {
        serde_json::from_value(json!({
            "family": "shop-web", "cpu": 256, "memory": 512, "network_mode": "awsvpc",
            "requires_compatibilities": ["FARGATE"], "execution_role": "arn:exec", "task_role": "arn:task",
            "cpu_architecture": "ARM64", "operating_system_family": "LINUX", "ephemeral_storage_gib": 30,
            "containers": { "web": {
                "image": "nginx", "essential": true, "ports": [{ "container": 80, "protocol": "tcp", "name": "http" }],
                "variables": { "A": "1" }, "secrets": { "B": "arn:b" },
                "log": { "driver": "awslogs", "options": { "awslogs-group": "shop-web" } },
                "command": ["a"], "entry_point": ["b"], "working_directory": "/", "user": "nobody",
                "cpu": 128, "memory": 256, "memory_reservation": 128,
                "health_check": { "command": ["CMD", "true"], "interval": 30, "timeout": 5, "retries": 3 },
                "depends_on": { "init": "SUCCESS" }, "stop_timeout": 10, "readonly_root_filesystem": true,
                "init_process": true, "ulimits": { "nofile": { "soft": 1, "hard": 2 } },
                "add_capabilities": ["SYS_PTRACE"], "drop_capabilities": ["ALL"],
            }, "init": { "image": "busybox", "essential": false } },
        }))
        .expect("inputs")
    }

    #[test]
    fn what_is_written_is_read_back() {
        let inputs = everything();
        let client = deploy_aws::ecs::Client::from_conf(
            deploy_aws::ecs::Config::builder()
                .behavior_version(deploy_aws::ecs::config::BehaviorVersion::latest())
                .build(),
        );
        let request = fill(client.register_task_definition(), &inputs).expect("everything is known");
        let request = request.as_input().clone().build().expect("a request");
        let definition = types::TaskDefinition::builder()
            .set_family(request.family)
            .set_cpu(request.cpu)
            .set_memory(request.memory)
            .set_network_mode(request.network_mode)
            .set_requires_compatibilities(request.requires_compatibilities)
            .set_execution_role_arn(request.execution_role_arn)
            .set_task_role_arn(request.task_role_arn)
            .set_runtime_platform(request.runtime_platform)
            .set_ephemeral_storage(request.ephemeral_storage)
            .set_container_definitions(request.container_definitions)
            .build();
        assert_eq!(reading::inputs(definition, &BTreeMap::new()), Some(inputs));
    }
}
