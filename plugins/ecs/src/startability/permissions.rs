//! What the roles of a task must be allowed: to read its secrets, to pull its images, to write its logs, to open a shell.

use deploy_model::{Address, Finding, Input, Part};

use super::World;
use super::role::{Facts, Role, facts};
use super::secret::{Access, Secret};
use crate::log_group::LogGroupInputs;
use crate::repository::RepositoryInputs;
use crate::task_definition::{Container, TaskDefinitionInputs};

/// The managed policy that has what every execution role needs.
const EXECUTION_POLICY: &str = "add \"service-role/AmazonECSTaskExecutionRolePolicy\" to its `managed_policies`";

/// What a task needs for ECS Exec.
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html>
const EXEC_ACTIONS: [&str; 4] = [
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
];

/// What stands in the way of the tasks of one definition.
pub(super) fn findings(
    world: &World<'_>,
    address: &Address,
    task: &TaskDefinitionInputs,
    opens_shells: bool,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let execution = task.execution_role.as_ref().and_then(|role| world.referred::<Role>(role));
    let own = task.task_role.as_ref().and_then(|role| world.referred::<Role>(role));
    for (role, inputs) in execution.iter().chain(&own) {
        if !inputs.trusts_ecs(world) {
            let message = "its trust policy does not let ECS tasks of this account assume it";
            let help = "let it trust the service ecs-tasks.amazonaws.com, or leave `trust` out";
            findings.push(Finding::blocked((*role).clone(), message).help(help));
        }
    }
    if let Some((role, inputs)) = &execution {
        let executor = Executor { world, role, inputs, task: address };
        for container in task.containers.values() {
            findings.extend(executor.secrets(container));
            findings.extend(executor.image(container));
            findings.extend(executor.log(container));
        }
    }
    if let Some((role, inputs)) = own.as_ref().filter(|_| opens_shells) {
        let refused = EXEC_ACTIONS.iter().find(|action| inputs.refuses(world, action, "*", &Facts::new()));
        if let Some(action) = refused {
            let message = format!("may not {action}, which `enable_execute_command` needs");
            let help = format!("add `[iam.roles.{}.policies.exec]` with `grant = \"execute_command\"`", role.name());
            // The tasks start all the same; only no shell can be opened in them.
            findings.push(Finding::warning((*role).clone(), message).help(help));
        }
    }
    findings
}

/// The role that starts the containers, at work for one task definition.
struct Executor<'a> {
    world: &'a World<'a>,
    role: &'a Address,
    inputs: &'a Role,
    task: &'a Address,
}

impl Executor<'_> {
    fn refuses(&self, action: &str, resource: &str, about: &Facts) -> bool {
        self.inputs.refuses(self.world, action, resource, about)
    }

    fn blocked(&self, message: String, help: impl Into<String>) -> Finding {
        Finding::blocked(self.role.clone(), message).help(help)
    }

    fn secrets(&self, container: &Container) -> Vec<Finding> {
        container.secrets.iter().filter_map(|(variable, from)| self.secret(variable, from)).collect()
    }

    fn secret(&self, variable: &str, from: &Input<String>) -> Option<Finding> {
        let reference = match from {
            Input::Reference(reference) => reference,
            Input::Text(parts) => parts.iter().find_map(|part| match part {
                Part::Reference(reference) => Some(reference),
                Part::Fixed(_) => None,
            })?,
            Input::Value(_) => return None,
        };
        let (address, secret) = self.world.at::<Secret>(reference)?;
        if matches!(from, Input::Text(_)) && !secret.has_keys() {
            let message = format!("is kept in Parameter Store, whose values have no keys, and {variable} wants one");
            let help = "set `store = \"secrets_manager\"`, or give the variable the whole value";
            return Some(Finding::blocked(address.clone(), message).help(help));
        }
        let (name, task, store) = (&secret.name, self.task.name(), secret.access());
        let arn = self.world.arn(store.service, &secret.resource());
        let tags = secret.all_tags();
        if self.refuses(store.action, &arn, &tags) {
            let message = format!("may not read {name}, which {task} needs");
            return Some(self.blocked(message, self.help_to_read(address, store, &tags)));
        }
        let key = secret.kms_key.as_deref().filter(|key| *key != store.default_key)?;
        // An alias says nothing of the key behind it: then it is enough that the role may use some key.
        let key_arn = if key.starts_with("arn:") { key.to_owned() } else { self.world.arn("kms", "key/*") };
        let via = format!("{}.{}.amazonaws.com", store.service, self.world.place.region);
        let about = facts([("kms:ResourceAliases", key.to_owned()), ("kms:ViaService", via)]);
        let help = format!("give the grant `{}` of [iam.roles.{}] the same `kms_key`", store.grant, self.role.name());
        let message = format!("may not decrypt {name} with {key}, which {task} needs");
        self.refuses("kms:Decrypt", &key_arn, &about).then(|| self.blocked(message, help))
    }

    /// The likeliest step: another path than the policy's, or no grant at all.
    fn help_to_read(&self, address: &Address, store: &Access, tags: &Facts) -> String {
        let section = format!("[secrets.parameters.{}]", address.name());
        match self.inputs.grants_elsewhere(self.world, store.action, tags) {
            false => format!("give [iam.roles.{}] a policy with `grant = \"{}\"`", self.role.name(), store.grant),
            true => format!("its policy is about another path: compare `iam.parameter_path` with {section}"),
        }
    }

    /// An image in a repository of this account needs three calls.
    /// Source: <https://docs.aws.amazon.com/AmazonECR/latest/userguide/ECR_on_ECS.html>
    fn image(&self, container: &Container) -> Option<Finding> {
        let repository = repository(self.world, &container.image)?;
        let arn = self.world.arn("ecr", &format!("repository/{repository}"));
        let needed = [
            ("ecr:GetAuthorizationToken", "*"),
            ("ecr:BatchGetImage", arn.as_str()),
            ("ecr:GetDownloadUrlForLayer", arn.as_str()),
        ];
        let (action, _) = needed.iter().find(|(action, resource)| self.refuses(action, resource, &Facts::new()))?;
        Some(self.blocked(format!("may not {action}, which pulling {repository} needs"), EXECUTION_POLICY))
    }

    fn log(&self, container: &Container) -> Option<Finding> {
        let log = container.log.as_ref().filter(|log| log.driver == "awslogs")?;
        let (_, group) = self.world.referred::<LogGroupInputs>(log.options.get("awslogs-group")?)?;
        let stream = self.world.arn("logs", &format!("log-group:{}:log-stream:ecs", group.name));
        let needed = ["logs:CreateLogStream", "logs:PutLogEvents"];
        let action = needed.into_iter().find(|action| self.refuses(action, &stream, &Facts::new()))?;
        Some(
            self.blocked(
                format!("may not {action} in {}, so that no container could start", group.name),
                EXECUTION_POLICY,
            ),
        )
    }
}

/// The name of the repository of this account that an image is pulled from.
fn repository(world: &World<'_>, image: &Input<String>) -> Option<String> {
    match image {
        Input::Text(parts) => parts.iter().find_map(|part| match part {
            Part::Reference(reference) => Some(world.at::<RepositoryInputs>(reference)?.1.name),
            Part::Fixed(_) => None,
        }),
        Input::Value(uri) => {
            let registry = format!("{}.dkr.ecr.{}.", world.place.account, world.place.region);
            let path = uri.strip_prefix(&registry)?.split_once('/')?.1;
            Some(path.split([':', '@']).next()?.to_owned())
        }
        Input::Reference(_) => None,
    }
}
