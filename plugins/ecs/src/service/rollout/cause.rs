//! What kept a task from running, read out of ECS's words, and what to do about it.
//!
//! ECS gives a code for few of them; the rest are the words of the agent and of the registry. Sources:
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html>,
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/resource-initialization-error.html>,
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/out-of-memory.html>,
//! <https://repost.aws/knowledge-center/ecs-task-exec-format-error>, for the words of the agent
//! <https://github.com/aws/amazon-ecs-agent/blob/master/agent/asm/asm.go> and for those of a registry that has the image
//! for other platforms only <https://zenn.dev/teba_eleven/articles/e54f67b897ebea?locale=en>.

use super::stopped::Stopped;

/// What kept a task from running.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// There is no such image.
    ImageNotFound {
        /// The image, as the task definition names it.
        image: String,
    },
    /// There is such an image, for other processors or systems.
    PlatformMismatch,
    /// The registry has answered often enough.
    PullLimit,
    /// A parameter does not exist.
    ParameterNotFound {
        /// The parameters that ECS names.
        names: Vec<String>,
    },
    /// A secret, or a version of it, does not exist.
    SecretNotFound,
    /// A secret has no such key.
    KeyOfSecretNotFound,
    /// There is no log group to write to.
    LogGroupNotFound,
    /// A role may not do what the task needs. IAM may only need another moment.
    Denied,
    /// Nothing answered.
    Unreachable,
    /// The kernel ended a container, most often because it took more memory than it may.
    Killed {
        /// Which.
        container: String,
        /// Whether ECS says that it was the memory.
        is_memory: bool,
    },
    /// A health check failed.
    Unhealthy,
    /// A container ended by itself.
    Exited,
    /// Something else.
    Other,
}

/// The exit code of what was ended by SIGKILL.
const KILLED: i32 = 137;
/// What the kernel says of a program for another processor.
pub(super) const EXEC_FORMAT: &str = "exec format error";
/// What a registry says of an image that it has for other platforms.
const NO_PLATFORM: &str = "does not contain descriptor matching platform";

impl Cause {
    /// Why this task stopped.
    pub(super) fn of(task: &Stopped) -> Self {
        let says = |text: &str| task.words().any(|words| words.contains(text));
        let any = |texts: &[&str]| texts.iter().any(|text| says(text));
        let initializing = says("ResourceInitializationError");
        if any(&[NO_PLATFORM, EXEC_FORMAT]) {
            Self::PlatformMismatch
        } else if any(&["AccessDenied", "not authorized to perform", "unable to assume the role"]) {
            Self::Denied
        } else if any(&["dial tcp", "i/o timeout", "context deadline exceeded", "no such host"]) {
            Self::Unreachable
        } else if says("toomanyrequests") {
            Self::PullLimit
        } else if says("CannotPull") && any(&["not found", "does not exist", "manifest unknown", "name unknown"]) {
            Self::ImageNotFound { image: image_of(task) }
        } else if initializing && any(&["invalid parameters", "invalid ssm parameters"]) {
            Self::ParameterNotFound { names: parameters_of(task) }
        } else if initializing && says("did not contain json key") {
            Self::KeyOfSecretNotFound
        } else if initializing && any(&["log group does not exist", "logger args"]) {
            Self::LogGroupNotFound
        } else if initializing && says("ResourceNotFoundException") {
            Self::SecretNotFound
        } else {
            Self::of_run(task)
        }
    }

    /// Why a task stopped that had everything it needed.
    fn of_run(task: &Stopped) -> Self {
        let killed = task.containers.iter().find(|container| container.exit_code == Some(KILLED));
        let is_memory = task.words().any(|words| words.contains("OutOfMemory"));
        if task.reason.contains("health checks") {
            Self::Unhealthy
        } else if let Some(container) = killed {
            Self::Killed { container: container.name.clone(), is_memory }
        } else if task.culprits().is_empty() {
            Self::Other
        } else {
            Self::Exited
        }
    }

    /// Whether every other task of the revision would stop for the same reason. Roles and policies are not among these
    /// causes, nor is what a registry or a network may do better the next time.
    pub(super) fn is_final(&self) -> bool {
        match self {
            Self::ImageNotFound { .. }
            | Self::PlatformMismatch
            | Self::ParameterNotFound { .. }
            | Self::SecretNotFound
            | Self::KeyOfSecretNotFound
            | Self::LogGroupNotFound => true,
            Self::PullLimit
            | Self::Denied
            | Self::Unreachable
            | Self::Killed { .. }
            | Self::Unhealthy
            | Self::Exited
            | Self::Other => false,
        }
    }

    /// What to do about it, in this environment. `check` is the command of the health check, where one is known.
    pub(super) fn advice(&self, environment: &str, check: Option<&str>) -> String {
        match self {
            Self::ImageNotFound { image } => image_advice(image),
            Self::PlatformMismatch => "build the image for the platform that the tasks run on \
                                       (`docker build --platform linux/amd64`, or linux/arm64), or set \
                                       `cpu_architecture` to that of the image"
                .to_owned(),
            Self::PullLimit => {
                "wait until the registry answers again, sign in to it, or copy the image to a repository \
                                of your own"
                    .to_owned()
            }
            Self::ParameterNotFound { names } => parameter_advice(names, environment),
            Self::SecretNotFound => format!(
                "`deploy secrets list --env {environment}` shows which have no value; `deploy secrets set NAME --env \
                 {environment}` gives one"
            ),
            Self::KeyOfSecretNotFound => {
                format!("set an object that has the key, with `deploy secrets set NAME --env {environment}`")
            }
            Self::LogGroupNotFound => "apply again: it makes the log group that was deleted meanwhile".to_owned(),
            Self::Denied => {
                "grant what the reason names to `execution_role`; a role that was made moments ago needs up \
                             to a minute"
                    .to_owned()
            }
            Self::Unreachable => {
                "give the tasks a way out: `assign_public_ip` in a public subnet, else a NAT gateway or \
                                  VPC endpoints"
                    .to_owned()
            }
            Self::Killed { container, is_memory: true } => {
                format!("raise `memory`: the container {container} took more than it may")
            }
            Self::Killed { container, is_memory: false } => format!(
                "the container {container} was killed: most often it took more than `memory`, or did not end in time \
                 when it was asked to"
            ),
            Self::Unhealthy => match check {
                Some(check) => format!("see whether `{check}` succeeds in the container, and in time"),
                None => "see whether the command of `health_check` succeeds in the container, and in time".to_owned(),
            },
            Self::Exited => "correct what the log says, and apply again".to_owned(),
            Self::Other => "correct what the reason names, and apply again".to_owned(),
        }
    }
}

/// The image that could not be pulled: that of the container which says so, or the first.
fn image_of(task: &Stopped) -> String {
    let says_so = task.containers.iter().find(|container| container.reason.is_some());
    says_so.or(task.containers.first()).map(|container| container.image.clone()).unwrap_or_default()
}

/// What stands behind `invalid parameters:`, to the end of the list.
fn parameters_of(task: &Stopped) -> Vec<String> {
    let list = task.words().find_map(|words| words.split_once(" parameters: "));
    let names = list.map(|(_, names)| names.split_whitespace().next().unwrap_or_default()).unwrap_or_default();
    names.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// Which repository lacks the image. Those of ECR can be asked what they hold.
fn image_advice(image: &str) -> String {
    let (name, _) = image.split_once('@').unwrap_or((image, ""));
    let path = name.rsplit_once('/').map_or(0, |(path, _)| path.len());
    let repository = name[path..].find(':').map_or(name, |colon| &name[..path + colon]);
    match repository.split_once(".amazonaws.com/") {
        Some((host, name)) if host.contains(".dkr.ecr.") => format!(
            "push `{image}`, or correct the image: `aws ecr describe-images --repository-name {name}` lists what the \
             repository holds"
        ),
        _ => format!("correct the image: the repository `{repository}` has no `{image}`"),
    }
}

fn parameter_advice(names: &[String], environment: &str) -> String {
    match names {
        [name] => format!(
            "give it a value: `deploy secrets set {} --env {environment}`",
            name.rsplit('/').next().unwrap_or_default()
        ),
        _ => format!("give each a value with `deploy secrets set NAME --env {environment}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::stopped::tests::stopped;
    use super::*;

    fn cause(reason: &str) -> Cause {
        Cause::of(&stopped(reason, 1, &[("web", None)]))
    }

    const RETRIEVAL: &str = "ResourceInitializationError: unable to pull secrets or registry auth: execution resource \
                             retrieval failed: unable to retrieve";

    #[test]
    fn what_no_other_task_will_escape_is_final() {
        for reason in [
            "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref shop:9: shop:9: not found",
            "CannotPullContainerError: repository shop does not exist",
            "CannotPullContainerError: manifest for shop:9 not found: manifest unknown: Requested image not found",
            "CannotPullContainerError: pull image manifest has been retried 7 time(s): image Manifest does not contain descriptor matching platform 'linux/amd64'",
            "CannotStartContainerError: exec /app: exec format error",
            &format!("{RETRIEVAL} secrets from ssm: service call has been retried 1 time(s): invalid parameters: A,B"),
            &format!(
                "{RETRIEVAL} secret from asm: service call has been retried 1 time(s): ResourceNotFoundException: x"
            ),
            &format!("{RETRIEVAL} secret from asm: retrieved secret from Secrets Manager did not contain json key k"),
            "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: \
             ResourceNotFoundException: The specified log group does not exist.",
        ] {
            assert!(cause(reason).is_final(), "{reason}");
        }
    }

    #[test]
    fn what_another_moment_may_mend_is_not_final() {
        for (reason, expected) in [
            ("ECS was unable to assume the role 'x'", Cause::Denied),
            (&format!("{RETRIEVAL} secrets from ssm: AccessDeniedException: no"), Cause::Denied),
            (
                "CannotPullContainerError: pull access denied, repository does not exist or may require 'docker login': \
                 denied: User: x is not authorized to perform: ecr:BatchGetImage",
                Cause::Denied,
            ),
            ("CannotPullContainerError: dial tcp 1.2.3.4:443: i/o timeout", Cause::Unreachable),
            ("CannotPullContainerError: toomanyrequests: pull rate limit", Cause::PullLimit),
            ("Task failed container health checks", Cause::Unhealthy),
            ("CannotStartContainerError: executable file not found in $PATH", Cause::Other),
        ] {
            assert_eq!(cause(reason), expected);
            assert!(!expected.is_final());
        }
    }

    #[test]
    fn a_parameter_is_named_in_the_command_that_sets_it() {
        let one = cause(&format!("{RETRIEVAL} secrets from ssm: invalid parameters: /shop/dev/password"));
        assert_eq!(one.advice("dev", None), "give it a value: `deploy secrets set password --env dev`");
        let two = cause(&format!("{RETRIEVAL} secrets from ssm: invalid ssm parameters: A,B"));
        assert_eq!(two, Cause::ParameterNotFound { names: vec!["A".to_owned(), "B".to_owned()] });
        assert!(two.advice("dev", None).contains("deploy secrets set NAME --env dev"));
    }

    #[test]
    fn an_image_is_looked_for_in_its_repository() {
        let advice = image_advice("123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop/web:9");
        assert!(advice.contains("--repository-name shop/web`"), "{advice}");
        let advice = image_advice("localhost:5000/shop:9");
        assert!(advice.contains("the repository `localhost:5000/shop` has no"), "{advice}");
        assert!(image_advice("nginx@sha256:1234").contains("the repository `nginx` has no"));
    }

    #[test]
    fn a_container_that_was_killed_wants_memory() {
        let mut task = stopped("Essential container in task exited", 1, &[("web", Some(137)), ("proxy", Some(0))]);
        let killed = |is_memory| Cause::Killed { container: "web".to_owned(), is_memory };
        assert_eq!(Cause::of(&task), killed(false));
        task.containers[1].reason = Some("OutOfMemoryError: Container killed due to memory usage".to_owned());
        assert_eq!(Cause::of(&task), killed(true));
        assert!(Cause::of(&task).advice("dev", None).starts_with("raise `memory`"));
    }

    #[test]
    fn a_health_check_is_shown_where_it_is_known() {
        assert!(Cause::Unhealthy.advice("dev", Some("curl -f localhost")).contains("`curl -f localhost`"));
        assert!(Cause::Unhealthy.advice("dev", None).contains("`health_check`"));
    }

    #[test]
    fn a_container_that_ended_by_itself_is_told_by_its_log() {
        let task = stopped("Essential container in task exited", 1, &[("web", Some(1))]);
        assert_eq!(Cause::of(&task), Cause::Exited);
    }
}
