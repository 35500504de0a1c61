//! What the roles of a task must be allowed: to read its secrets, to pull its images, to write its logs, to open a shell.

use std::collections::BTreeMap;

use deploy_model::{Address, Finding, Input, Part};
use serde::Deserialize;
use serde_json::Value;

use super::World;
use super::role::{Facts, Role, facts};
use crate::log_group::LogGroupInputs;
use crate::repository::RepositoryInputs;
use crate::task_definition::{Container, TaskDefinitionInputs};

/// What is read of a parameter's inputs.
#[derive(Debug, Deserialize)]
struct Parameter {
    name: String,
    #[serde(default)]
    kms_key: Option<String>,
    #[serde(default)]
    owner: BTreeMap<String, Value>,
    #[serde(default)]
    tags: BTreeMap<String, String>,
}

/// The key that every account has for Parameter Store, and everyone in it may use through it.
/// Source: <https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html>
const DEFAULT_KEY: &str = "alias/aws/ssm";

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
        let parameters = container.secrets.values().filter_map(|from| self.world.referred::<Parameter>(from));
        parameters.filter_map(|(address, parameter)| self.secret(address, &parameter)).collect()
    }

    fn secret(&self, address: &Address, parameter: &Parameter) -> Option<Finding> {
        let (name, task) = (&parameter.name, self.task.name());
        let arn = self.world.arn("ssm", &format!("parameter/{}", name.trim_start_matches('/')));
        let tags = parameter.all_tags();
        if self.refuses("ssm:GetParameters", &arn, &tags) {
            return Some(
                self.blocked(format!("may not read {name}, which {task} needs"), self.help_to_read(address, &tags)),
            );
        }
        let key = parameter.kms_key.as_deref().filter(|key| *key != DEFAULT_KEY)?;
        // An alias says nothing of the key behind it: then it is enough that the role may use some key.
        let key_arn = if key.starts_with("arn:") { key.to_owned() } else { self.world.arn("kms", "key/*") };
        let via = format!("ssm.{}.amazonaws.com", self.world.place.region);
        let about = facts([("kms:ResourceAliases", key.to_owned()), ("kms:ViaService", via)]);
        let help = format!("give the grant `read_parameters` of [iam.roles.{}] the same `kms_key`", self.role.name());
        let message = format!("may not decrypt {name} with {key}, which {task} needs");
        self.refuses("kms:Decrypt", &key_arn, &about).then(|| self.blocked(message, help))
    }

    /// The likeliest step: another path than the policy's, or no grant at all.
    fn help_to_read(&self, address: &Address, tags: &Facts) -> String {
        let section = format!("[secrets.parameters.{}]", address.name());
        match self.inputs.grants_elsewhere(self.world, "ssm:GetParameters", tags) {
            false => format!("give [iam.roles.{}] a policy with `grant = \"read_parameters\"`", self.role.name()),
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

impl Parameter {
    /// Its tags, under the keys by which conditions look at them.
    fn all_tags(&self) -> Facts {
        let owner = self.owner.iter().filter_map(|(key, value)| {
            let key = if key == "address" { "deploy:address" } else { key };
            Some((key.to_owned(), value.as_str()?.to_owned()))
        });
        let under_both = |(key, value): (String, String)| {
            let key = key.to_lowercase();
            [(format!("ssm:resourcetag/{key}"), vec![value.clone()]), (format!("aws:resourcetag/{key}"), vec![value])]
        };
        owner.chain(self.tags.clone()).flat_map(under_both).collect()
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
