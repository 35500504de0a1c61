//! What can happen to a task definition: a revision changes in its tags alone, but anybody can register another one.

use deploy_aws::ecs::types::{
    Compatibility, ContainerCondition, ContainerDefinition, CpuArchitecture, LogDriver, NetworkMode, OsFamily, Tag,
    TaskDefinition, TaskDefinitionField, TaskDefinitionStatus, TransportProtocol,
};

use super::account::Account;
use super::{Drift, drift};

/// The family of the service that runs tasks, and of the one that runs none.
const RUNNING: &str = "shop-drift-ecs_service";
const BATCH: &str = "shop-drift-batch";

pub fn drifts() -> Vec<Drift> {
    vec![
        drift(
            &[
                "ecs.task_definition.ecs_service cpu",
                "ecs.task_definition.ecs_service memory",
                "ecs.service.ecs_service task_definition",
            ],
            async |aws| register_again(aws, RUNNING, larger).await,
        ),
        drift(TASK_FIELDS, async |aws| register_again(aws, BATCH, another_task).await),
        drift(CONTAINER_FIELDS, async |aws| register_again(aws, BATCH, another_container).await),
        drift(&["ecs.task_definition.batch containers.by_hand", "ecs.service.batch task_definition"], async |aws| {
            register_again(aws, BATCH, one_container_more).await
        }),
        drift(&["ecs.service.batch task_definition"], async |aws| register_again(aws, BATCH, |same| same).await),
        drift(&["ecs.task_definition.batch tags.team", "ecs.service.batch task_definition"], a_tag_is_changed),
        drift(
            &["ecs.task_definition.batch create", "ecs.service.batch task_definition"],
            a_revision_is_registered_without_our_tags,
        ),
        drift(
            &["ecs.task_definition.batch create", "ecs.service.batch task_definition"],
            every_revision_is_deregistered,
        ),
    ]
}

fn larger(mut task: TaskDefinition) -> TaskDefinition {
    (task.cpu, task.memory) = (Some("512".to_owned()), Some("2048".to_owned()));
    task
}

const TASK_FIELDS: &[&str] = &[
    "ecs.task_definition.batch cpu",
    "ecs.task_definition.batch memory",
    "ecs.task_definition.batch network_mode",
    "ecs.task_definition.batch requires_compatibilities",
    "ecs.task_definition.batch execution_role",
    "ecs.task_definition.batch task_role",
    "ecs.task_definition.batch cpu_architecture",
    "ecs.task_definition.batch operating_system_family",
    "ecs.task_definition.batch ephemeral_storage_gib",
    "ecs.service.batch task_definition",
];

/// Everything that a task has, as nobody asked for it.
fn another_task(mut task: TaskDefinition) -> TaskDefinition {
    std::mem::swap(&mut task.execution_role_arn, &mut task.task_role_arn);
    if let Some(platform) = &mut task.runtime_platform {
        platform.cpu_architecture = Some(CpuArchitecture::Arm64);
        platform.operating_system_family = Some(OsFamily::WindowsServer2022Core);
    }
    if let Some(storage) = &mut task.ephemeral_storage {
        storage.size_in_gib = 40;
    }
    task.network_mode = Some(NetworkMode::Bridge);
    task.requires_compatibilities = Some(vec![Compatibility::Ec2]);
    larger(task)
}

const CONTAINER_FIELDS: &[&str] = &[
    "ecs.task_definition.batch containers.batch.image",
    "ecs.task_definition.batch containers.first.essential",
    "ecs.task_definition.batch containers.batch.ports",
    "ecs.task_definition.batch containers.batch.variables.LEVEL",
    "ecs.task_definition.batch containers.batch.secrets.MY_PARAM_1",
    "ecs.task_definition.batch containers.batch.log.driver",
    "ecs.task_definition.batch containers.batch.log.options.awslogs-stream-prefix",
    "ecs.task_definition.batch containers.batch.command",
    "ecs.task_definition.batch containers.batch.entry_point",
    "ecs.task_definition.batch containers.batch.working_directory",
    "ecs.task_definition.batch containers.batch.user",
    "ecs.task_definition.batch containers.batch.cpu",
    "ecs.task_definition.batch containers.batch.memory",
    "ecs.task_definition.batch containers.batch.memory_reservation",
    "ecs.task_definition.batch containers.batch.health_check.command",
    "ecs.task_definition.batch containers.batch.health_check.interval",
    "ecs.task_definition.batch containers.batch.health_check.timeout",
    "ecs.task_definition.batch containers.batch.health_check.retries",
    "ecs.task_definition.batch containers.batch.health_check.start_period",
    "ecs.task_definition.batch containers.batch.depends_on.first",
    "ecs.task_definition.batch containers.batch.stop_timeout",
    "ecs.task_definition.batch containers.batch.readonly_root_filesystem",
    "ecs.task_definition.batch containers.batch.init_process",
    "ecs.task_definition.batch containers.batch.ulimits.nofile.soft",
    "ecs.task_definition.batch containers.batch.ulimits.nofile.hard",
    "ecs.task_definition.batch containers.batch.add_capabilities",
    "ecs.task_definition.batch containers.batch.drop_capabilities",
    "ecs.service.batch task_definition",
];

/// Everything that a container has, as nobody asked for it.
fn another_container(mut task: TaskDefinition) -> TaskDefinition {
    for container in task.container_definitions.iter_mut().flatten() {
        match container.name() {
            Some("first") => container.essential = Some(true),
            _ => {
                change_what_it_runs(container);
                change_what_it_gets(container);
                change_its_limits(container);
            }
        }
    }
    task
}

fn change_what_it_runs(container: &mut ContainerDefinition) {
    let words = |text: &str| Some(vec![text.to_owned()]);
    container.image = Some("public.ecr.aws/docker/library/busybox:1.37".to_owned());
    container.command = words("by-hand");
    container.entry_point = words("by-hand");
    container.working_directory = Some("/".to_owned());
    container.user = Some("root".to_owned());
    if let Some(check) = &mut container.health_check {
        check.command = vec!["CMD".to_owned(), "by-hand".to_owned()];
        (check.interval, check.timeout, check.retries) = (Some(60), Some(10), Some(5));
        check.start_period = Some(50);
    }
    for dependency in container.depends_on.iter_mut().flatten() {
        dependency.condition = ContainerCondition::Start;
    }
}

fn change_what_it_gets(container: &mut ContainerDefinition) {
    for port in container.port_mappings.iter_mut().flatten() {
        port.protocol = Some(TransportProtocol::Udp);
    }
    for variable in container.environment.iter_mut().flatten() {
        variable.value = Some("debug".to_owned());
    }
    for secret in container.secrets.iter_mut().flatten() {
        secret.value_from = secret.value_from.replace("MY_PARAM_1", "MY_PARAM_2");
    }
    if let Some(log) = &mut container.log_configuration {
        log.log_driver = LogDriver::Splunk;
        let options = log.options.get_or_insert_default();
        options.insert("awslogs-stream-prefix".to_owned(), "by-hand".to_owned());
    }
}

fn change_its_limits(container: &mut ContainerDefinition) {
    (container.cpu, container.memory, container.memory_reservation) = (64, Some(256), Some(128));
    container.stop_timeout = Some(60);
    container.readonly_root_filesystem = Some(true);
    for limit in container.ulimits.iter_mut().flatten() {
        (limit.soft_limit, limit.hard_limit) = (1, 2);
    }
    if let Some(linux) = &mut container.linux_parameters {
        linux.init_process_enabled = Some(true);
        if let Some(capabilities) = &mut linux.capabilities {
            (capabilities.add, capabilities.drop) = (None, Some(vec!["KILL".to_owned()]));
        }
    }
}

fn one_container_more(mut task: TaskDefinition) -> TaskDefinition {
    let container = ContainerDefinition::builder().name("by_hand").image("public.ecr.aws/docker/library/busybox:1.36");
    task.container_definitions.get_or_insert_default().push(container.build());
    task
}

/// Registers the newest revision of `family` again, with its tags, as `change` leaves it.
async fn register_again(aws: &Account, family: &str, change: impl FnOnce(TaskDefinition) -> TaskDefinition) {
    let call = aws.ecs().describe_task_definition().task_definition(family).include(TaskDefinitionField::Tags);
    let reply = call.send().await.expect("a task definition");
    let task = change(reply.task_definition.expect("a task definition"));
    register(aws, task, reply.tags).await;
}

pub async fn register(aws: &Account, task: TaskDefinition, tags: Option<Vec<Tag>>) {
    let call = aws.ecs().register_task_definition().set_family(task.family).set_tags(tags);
    let call = call.set_cpu(task.cpu).set_memory(task.memory).set_network_mode(task.network_mode);
    let call = call.set_requires_compatibilities(task.requires_compatibilities);
    let call = call.set_execution_role_arn(task.execution_role_arn).set_task_role_arn(task.task_role_arn);
    let call = call.set_runtime_platform(task.runtime_platform).set_ephemeral_storage(task.ephemeral_storage);
    call.set_container_definitions(task.container_definitions).send().await.expect("registered");
}

async fn newest(aws: &Account, family: &str) -> TaskDefinition {
    let reply = aws.ecs().describe_task_definition().task_definition(family).send().await;
    reply.expect("a task definition").task_definition.expect("a task definition")
}

async fn a_tag_is_changed(aws: &Account) {
    let arn = newest(aws, BATCH).await.task_definition_arn.expect("an ARN");
    let tag = Tag::builder().key("team").value("by hand").build();
    aws.ecs().tag_resource().resource_arn(arn).tags(tag).send().await.expect("drift");
}

async fn a_revision_is_registered_without_our_tags(aws: &Account) {
    register(aws, newest(aws, BATCH).await, None).await;
}

async fn every_revision_is_deregistered(aws: &Account) {
    let call = aws.ecs().list_task_definitions().family_prefix(BATCH).status(TaskDefinitionStatus::Active);
    for arn in call.send().await.expect("revisions").task_definition_arns() {
        aws.ecs().deregister_task_definition().task_definition(arn).send().await.expect("drift");
    }
}
