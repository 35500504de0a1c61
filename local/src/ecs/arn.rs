//! ARNs of ECS in the long format, and the references that requests use instead of them.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-account-settings.html#ecs-resource-ids>

use crate::call::Call;

/// `arn:aws:ecs:REGION:ACCOUNT:` with the resource behind it.
pub(super) fn of(call: &Call<'_>, resource: &str) -> String {
    format!("arn:aws:ecs:{}:{}:{resource}", call.region, call.account_id)
}

/// The ARN of a cluster.
pub(super) fn cluster(call: &Call<'_>, name: &str) -> String {
    of(call, &format!("cluster/{name}"))
}

/// The ARN of a service.
pub(super) fn service(call: &Call<'_>, cluster: &str, name: &str) -> String {
    of(call, &format!("service/{cluster}/{name}"))
}

/// The ARN of a task.
pub(super) fn task(call: &Call<'_>, cluster: &str, id: &str) -> String {
    of(call, &format!("task/{cluster}/{id}"))
}

/// The ARN of a revision of a task definition.
pub(super) fn task_definition(call: &Call<'_>, family: &str, revision: u32) -> String {
    of(call, &format!("task-definition/{family}:{revision}"))
}

/// The name behind a reference to a resource of `kind` (`cluster`, `service`, `task`): the reference itself, or the
/// last part of an ARN of this account and region. `None` for an ARN of something else.
pub(super) fn name<'a>(call: &Call<'_>, kind: &str, reference: &'a str) -> Option<&'a str> {
    match reference.starts_with("arn:") {
        false => Some(reference),
        true => {
            let rest = reference.strip_prefix(&of(call, kind))?.strip_prefix('/')?;
            rest.rsplit('/').next()
        }
    }
}
