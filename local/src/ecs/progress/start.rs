//! What a task needs to start: roles, secrets, its image and its log group. The execution role's policies are really
//! evaluated, with the tags of each parameter.
//!
//! Sources: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html> and, for the
//! words, <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html>

use super::parameter;
use super::secret::{self, Reference};
use crate::call::Call;
use crate::ecs::task::{self, Task};
use crate::ecs::task_definition::{ContainerDefinition, TaskDefinition};
use crate::iam;
use crate::logs;
use deploy_policy::Decision;
use std::collections::BTreeMap;

/// The service principal that takes on the roles of a task.
const PRINCIPAL: &str = "ecs-tasks.amazonaws.com";
/// How the images end whose containers do not start. No container runs in here; its image's tag says how it would go.
const FAILING_TAG: &str = ":fails-to-start";
/// How every failure begins that happens before the image is pulled.
pub(super) const RETRIEVAL_FAILED: &str = "ResourceInitializationError: unable to pull secrets or registry auth: execution \
                                resource retrieval failed: unable to retrieve";

/// Prepares everything, or says as a stopped reason what stands in the way.
pub(super) fn prepare(task: &mut Task, definition: &TaskDefinition, call: &mut Call<'_>) -> Result<(), String> {
    let content = &definition.content;
    for role in [&content.execution_role_arn, &content.task_role_arn].into_iter().flatten() {
        check_assumable(role, call)?;
    }
    if !task::is_online(task, call) {
        return Err(timeout(&content.container_definitions, &call.region));
    }
    let executor = content.execution_role_arn.as_ref().map(|role| Executor { role, task_id: &task.id });
    if let Some(executor) = &executor {
        executor.authenticate(&content.container_definitions, call)?;
        executor.read_secrets(&content.container_definitions, call)?;
    }
    for (index, container) in content.container_definitions.iter().enumerate() {
        let pulled = match &executor {
            Some(executor) => executor.pull(container, call),
            None => Ok(()),
        };
        if let Err(reason) = pulled {
            if let Some(shown) = task.containers.get_mut(index) {
                shown.reason = Some(reason.clone());
            }
            return Err(reason);
        }
    }
    for container in &content.container_definitions {
        if let Some(executor) = &executor {
            executor.open_log(container, call)?;
        }
    }
    match content.container_definitions.iter().find(|container| container.image.ends_with(FAILING_TAG)) {
        Some(container) => Err(format!(
            "CannotStartContainerError: failed to create task for container {}: failed to start shim: exec: executable \
             file not found in $PATH",
            container.name
        )),
        None => Ok(()),
    }
}

/// What a task says that waits in vain for the first service it needs.
fn timeout(containers: &[ContainerDefinition], region: &str) -> String {
    let mut secrets = containers.iter().flat_map(ContainerDefinition::secret_references);
    let needed = match (containers.iter().any(ContainerDefinition::uses_ecr), secrets.next()) {
        (true, _) => Some(("ecr registry auth", format!("https://api.ecr.{region}.amazonaws.com/"))),
        (false, Some(secret)) if Reference::is_one(&secret.value_from) => return secret::timeout(&secret.value_from),
        (false, Some(_)) => Some(("secrets from ssm", format!("https://ssm.{region}.amazonaws.com/"))),
        (false, None) => None,
    };
    match needed {
        Some((what, url)) => format!(
            "{RETRIEVAL_FAILED} {what}: service call has been retried 3 time(s): RequestError: send request failed \
             caused by: Post \"{url}\": dial tcp: i/o timeout. Please check your task network configuration."
        ),
        None => {
            let image = containers.first().map(|container| container.image.as_str()).unwrap_or_default();
            format!(
                "CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref \
                 {image}: failed to do request: dial tcp: i/o timeout"
            )
        }
    }
}

/// A role must trust ECS, and no other account may be confused into it.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html>
fn check_assumable(role: &str, call: &Call<'_>) -> Result<(), String> {
    let source = format!("arn:aws:ecs:{}:{}:*", call.region, call.account_id);
    let context = BTreeMap::from([
        ("aws:SourceAccount".to_owned(), vec![call.account_id.clone()]),
        ("aws:SourceArn".to_owned(), vec![source]),
    ]);
    match iam::assumable_by(call, role, PRINCIPAL, &context) {
        true => Ok(()),
        false => Err(format!(
            "ECS was unable to assume the role '{role}' that was provided for this task. Please verify that the role \
             being passed has the proper trust relationship and permissions and that your IAM user has permissions to \
             pass this role."
        )),
    }
}

/// The execution role as one task acts in it.
pub(super) struct Executor<'a> {
    role: &'a str,
    task_id: &'a str,
}

impl Executor<'_> {
    /// Whether the role may do this; if not, the words of the refusal.
    pub(super) fn require(
        &self,
        call: &Call<'_>,
        action: &str,
        resource: &str,
        context: &BTreeMap<String, Vec<String>>,
    ) -> Result<(), String> {
        let because = match iam::allows(call, self.role, action, resource, context) {
            Decision::Allowed => return Ok(()),
            Decision::ImplicitlyDenied => format!("because no identity-based policy allows the {action} action"),
            Decision::ExplicitlyDenied => "with an explicit deny in an identity-based policy".to_owned(),
        };
        let name = self.role.rsplit('/').next().unwrap_or(self.role);
        Err(format!(
            "AccessDeniedException: User: arn:aws:sts::{}:assumed-role/{name}/{} is not authorized to perform: \
             {action} on resource: {resource} {because}",
            call.account_id, self.task_id
        ))
    }

    /// The registry is asked for a token before any secret is read.
    fn authenticate(&self, containers: &[ContainerDefinition], call: &Call<'_>) -> Result<(), String> {
        if !containers.iter().any(ContainerDefinition::uses_ecr) {
            return Ok(());
        }
        self.require(call, "ecr:GetAuthorizationToken", "*", &BTreeMap::new()).map_err(|refusal| {
            format!("{RETRIEVAL_FAILED} ecr registry auth: service call has been retried 1 time(s): {refusal}")
        })
    }

    /// Secrets come before parameters.
    fn read_secrets(&self, containers: &[ContainerDefinition], call: &mut Call<'_>) -> Result<(), String> {
        let secrets = containers.iter().flat_map(ContainerDefinition::secret_references);
        let references: Vec<&str> = secrets.map(|secret| secret.value_from.as_str()).collect();
        let (of_secrets, of_parameters): (Vec<&str>, Vec<&str>) =
            references.into_iter().partition(|r| Reference::is_one(r));
        secret::read_all(of_secrets.into_iter(), self, call)?;
        parameter::read_all(of_parameters.into_iter(), self, call)
    }

    /// An image of this account's registry must have a repository; other registries are not looked at.
    fn pull(&self, container: &ContainerDefinition, call: &mut Call<'_>) -> Result<(), String> {
        let Some(repository) = Repository::of(&container.image) else { return Ok(()) };
        let arn = format!("arn:aws:ecr:{}:{}:repository/{}", repository.region, repository.account, repository.name);
        for action in ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"] {
            self.require(call, action, &arn, &BTreeMap::new()).map_err(|refusal| {
                format!("CannotPullContainerError: pull image manifest has been retried 1 time(s): {refusal}")
            })?;
        }
        let exists = || {
            let region = call.account.regions.get(repository.region);
            region.is_some_and(|region| region.ecr.repositories.contains_key(repository.name))
        };
        match repository.account != call.account_id || exists() {
            true => Ok(()),
            false => Err(format!(
                "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref {}: \
                 name unknown: The repository with name '{}' does not exist in the registry with id '{}'",
                container.image, repository.name, repository.account
            )),
        }
    }

    /// The log driver makes the stream of the container before the container runs.
    fn open_log(&self, container: &ContainerDefinition, call: &mut Call<'_>) -> Result<(), String> {
        let Some(LogStream { region, group, stream, may_create }) = LogStream::of(container, self.task_id) else {
            return Ok(());
        };
        let group_arn = logs::group_arn(&region, &call.account_id, &group);
        if may_create {
            self.require(call, "logs:CreateLogGroup", &format!("{group_arn}:log-stream:"), &BTreeMap::new())
                .map_err(|refusal| logger_failure("create group", &refusal))?;
            let now = call.now;
            call.account.region(&region).logs.ensure_group(&group, now);
        }
        self.require(call, "logs:CreateLogStream", &format!("{group_arn}:log-stream:{stream}"), &BTreeMap::new())
            .map_err(|refusal| logger_failure("create stream", &refusal))?;
        let now = call.now;
        match call.account.region(&region).logs.ensure_stream(&group, &stream, now) {
            true => Ok(()),
            false => Err(logger_failure(
                "create stream",
                "ResourceNotFoundException: The specified log group does not exist.",
            )),
        }
    }
}

/// Where the log driver `awslogs` writes what a container says.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-log-config.html>
struct LogStream {
    region: String,
    group: String,
    stream: String,
    /// Whether the group is made where it is missing.
    may_create: bool,
}

impl LogStream {
    /// The stream of a container of a task, if it has one.
    fn of(container: &ContainerDefinition, task_id: &str) -> Option<Self> {
        let options = &container.log_configuration.as_ref().filter(|_| container.uses_awslogs())?.options;
        let option = |name: &str| options.get(name).cloned().unwrap_or_default();
        Some(LogStream {
            region: option("awslogs-region"),
            group: option("awslogs-group"),
            stream: format!("{}/{}/{task_id}", option("awslogs-stream-prefix"), container.name),
            may_create: option("awslogs-create-group") == "true",
        })
    }
}

/// Has a container say something, where anybody listens.
pub(super) fn write_log(container: &ContainerDefinition, task_id: &str, lines: &[String], call: &mut Call<'_>) {
    let Some(LogStream { region, group, stream, .. }) = LogStream::of(container, task_id) else { return };
    let now = call.now;
    call.account.region(&region).logs.write(&group, &stream, lines, now);
}

fn logger_failure(what: &str, cause: &str) -> String {
    format!(
        "ResourceInitializationError: failed to validate logger args: {what} has been retried 1 times: failed to \
         {} : {cause} : exit status 1",
        what.replace("create ", "create Cloudwatch log ")
    )
}

/// A repository of a private registry of ECR.
struct Repository<'a> {
    account: &'a str,
    region: &'a str,
    name: &'a str,
}

impl<'a> Repository<'a> {
    /// Reads `ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME:TAG`.
    fn of(image: &'a str) -> Option<Self> {
        let (host, path) = image.split_once('/')?;
        let (account, rest) = host.split_once(".dkr.ecr.")?;
        let region = rest.strip_suffix(".amazonaws.com")?;
        let name = path.split(['@', ':']).next()?;
        Some(Repository { account, region, name })
    }
}
