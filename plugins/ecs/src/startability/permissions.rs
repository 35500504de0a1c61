//! What the roles of a task must be allowed: to read its secrets, to pull its images, to write its logs, to open a shell.

use deploy_kinds::ecs::{Container, LogGroup, Repository, TaskDefinition};
use deploy_model::{Address, Finding, Input, Part};
use deploy_plugin::Answered;

use super::World;
use super::actor::Actor;
use super::role::{Facts, facts};
use super::secret::{Wanted, wanted};

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
    task: &TaskDefinition,
    opens_shells: bool,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut actor = |role: Option<&Input<String>>| match Actor::of(world, address, role?) {
        Ok(actor) => actor,
        Err(finding) => {
            findings.push(finding);
            None
        }
    };
    let (execution, own) = (actor(task.execution_role.as_ref()), actor(task.task_role.as_ref()));
    findings.extend(execution.iter().chain(&own).filter_map(|actor| actor.distrust(world)));
    if let Some(actor) = &execution {
        let executor = Executor { world, actor, task: address };
        for container in task.containers.values() {
            findings.extend(executor.secrets(container));
            findings.extend(executor.image(container));
            findings.extend(executor.log(container));
        }
    }
    if let Some(actor) = own.as_ref().filter(|_| opens_shells) {
        let refused = EXEC_ACTIONS.iter().find(|action| actor.role.refuses(world, action, "*", &Facts::new()));
        findings.extend(refused.map(|action| {
            let message = format!("may not {action}, which `enable_execute_command` needs");
            let help =
                |name: &str| format!("add `[iam.roles.{name}.policies.exec]` with `grant = \"execute_command\"`");
            // The tasks start all the same; only no shell can be opened in them.
            actor.finding(Finding::warning, message, help, &format!("let its policies allow {action} on *"))
        }));
    }
    findings
}

/// The role that starts the containers, at work for one task definition.
struct Executor<'a> {
    world: &'a World<'a>,
    actor: &'a Actor,
    task: &'a Address,
}

impl Executor<'_> {
    fn refuses(&self, action: &str, resource: &str, about: &Facts) -> bool {
        self.actor.role.refuses(self.world, action, resource, about)
    }

    /// That something is not allowed. `help` takes the name of a role that is declared here.
    fn refused(&self, action: &str, resource: &str, message: String, help: impl Fn(&str) -> String) -> Finding {
        let elsewhere = format!("let its policies allow {action} on {resource}");
        self.actor.finding(Finding::blocked, message, help, &elsewhere)
    }

    fn secrets(&self, container: &Container) -> Vec<Finding> {
        container.secrets.iter().filter_map(|(variable, from)| self.secret(variable, from)).collect()
    }

    fn secret(&self, variable: &str, from: &Input<String>) -> Option<Finding> {
        let Wanted { secret, arn, section, has_key } = match wanted(self.world, from) {
            Ok(wanted) => wanted?,
            Err(missing) => {
                let message = format!("there is no {missing}, which {variable} reads");
                let help = "make it, or name another; what is declared in [secrets.parameters] needs no ARN";
                return Some(Finding::blocked(self.task.clone(), message).help(help));
            }
        };
        let (name, task, store) = (&secret.name, self.task.name(), secret.access());
        if has_key && !secret.has_keys() {
            let message =
                format!("{name} is kept in Parameter Store, whose values have no keys, and {variable} wants one");
            let help = "set `store = \"secrets_manager\"`, or give the variable the whole value";
            return Some(Finding::blocked(self.task.clone(), message).help(help));
        }
        if has_key && secret.generate.is_some() {
            let message = format!("{name} gets a random value, which has no keys, and {variable} wants one");
            let help = "leave `generate` out, and set an object: `deploy secrets set`";
            return Some(Finding::blocked(self.task.clone(), message).help(help));
        }
        let tags = secret.all_tags();
        let arn = self.actor.role.resource_that_begins(&arn, secret.unknown_suffix()).unwrap_or(arn);
        if self.refuses(store.action, &arn, &tags) {
            let message = format!("may not read {name}, which {task} needs");
            let grants_elsewhere = || self.actor.role.grants_elsewhere(self.world, store.action, &tags);
            let help = |role: &str| match &section {
                None => format!(
                    "add [iam.roles.{role}.policies.NAME.statements.Read] with actions = [\"{}\"] and resources = [\"{arn}\"]",
                    store.action
                ),
                Some(_) if !grants_elsewhere() => {
                    format!("give [iam.roles.{role}] a policy with `grant = \"{}\"`", store.grant)
                }
                Some(section) => {
                    format!("its policy is about another path: compare `iam.parameter_path` with {section}")
                }
            };
            return Some(self.refused(store.action, &arn, message, help));
        }
        let key = secret.kms_key.as_deref()?;
        let via = format!("{}.{}.amazonaws.com", store.service, self.world.place.region);
        let about = facts([("kms:ResourceAliases", alias_in(key).to_owned()), ("kms:ViaService", via)]);
        let help = |role: &str| format!("give the grant `{}` of [iam.roles.{role}] the same `kms_key`", store.grant);
        let message = format!("may not decrypt {name} with {key}, which {task} needs");
        let known = key_arn(self.world, key);
        let key_arn = known.clone().unwrap_or_else(|| self.world.arn("kms", "key/*"));
        // An alias says nothing of the key behind it: then it is enough that the role may use some key.
        let uses_some = || self.actor.role.grants_elsewhere(self.world, "kms:Decrypt", &about);
        let is_refused = self.refuses("kms:Decrypt", &key_arn, &about) && (known.is_some() || !uses_some());
        is_refused.then(|| self.refused("kms:Decrypt", &key_arn, message, help))
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
        let (action, resource) =
            needed.iter().find(|(action, resource)| self.refuses(action, resource, &Facts::new()))?;
        let message = format!("may not {action}, which pulling {repository} needs");
        Some(self.refused(action, resource, message, |_| EXECUTION_POLICY.to_owned()))
    }

    fn log(&self, container: &Container) -> Option<Finding> {
        let log = container.log.as_ref().filter(|log| log.driver == "awslogs")?;
        let (_, group) = self.world.referred::<LogGroup>(log.options.get("awslogs-group")?)?;
        let stream = self.world.arn("logs", &format!("log-group:{}:log-stream:ecs", group.name));
        let needed = ["logs:CreateLogStream", "logs:PutLogEvents"];
        let action = needed.into_iter().find(|action| self.refuses(action, &stream, &Facts::new()))?;
        let message = format!("may not {action} in {}, so that no container could start", group.name);
        Some(self.refused(action, &stream, message, |_| EXECUTION_POLICY.to_owned()))
    }
}

/// The alias within its ARN; another name of a key as it is.
fn alias_in(key: &str) -> &str {
    key.find(":alias/").map_or(key, |at| &key[at + 1..])
}

/// The ARN of a key that is named by its id, its ARN, or an alias that was looked at.
fn key_arn(world: &World<'_>, key: &str) -> Option<String> {
    if let Some(Answered::With(found)) = world.answers.to("secrets.key", key) {
        return found.first().and_then(|key| key.output("arn")).map(str::to_owned);
    }
    if key.starts_with("alias/") || key.contains(":alias/") {
        return None;
    }
    Some(if key.starts_with("arn:") { key.to_owned() } else { world.arn("kms", &format!("key/{key}")) })
}

/// The name of the repository of this account that an image is pulled from.
fn repository(world: &World<'_>, image: &Input<String>) -> Option<String> {
    match image {
        Input::Text(parts) => parts.iter().find_map(|part| match part {
            Part::Reference(reference) => Some(world.at::<Repository>(reference)?.1.name),
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
