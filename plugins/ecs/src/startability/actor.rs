//! Who acts for a task: a role that is declared here, or one of others.

use deploy_model::{Address, Finding, Input};
use deploy_plugin::Answered;

use super::World;
use super::role::Role;

/// A role, and where to say what is wrong with it.
pub(super) struct Actor {
    pub(super) role: Role,
    /// The role's own address, or that of the task definition that names a role of others.
    subject: Address,
    /// The ARN of a role of others.
    arn: Option<String>,
}

impl Actor {
    /// The role that an input of a task definition names; nothing where nobody can tell.
    pub(super) fn of(world: &World<'_>, task: &Address, role: &Input<String>) -> Result<Option<Self>, Finding> {
        let arn = match role {
            Input::Reference(reference) => {
                let declared = world.at::<Role>(reference);
                return Ok(declared.map(|(address, role)| Self { role, subject: address.clone(), arn: None }));
            }
            Input::Value(arn) => arn,
            Input::Text(_) => return Ok(None),
        };
        match world.answers.to("iam.role", arn) {
            Some(Answered::With(found)) => match found.first() {
                Some(found) => {
                    Ok(found.inputs().map(|role| Self { role, subject: task.clone(), arn: Some(arn.clone()) }))
                }
                None => {
                    let help = "make it, or name a key of [iam.roles]; ECS takes roles of its own account only";
                    Err(Finding::blocked(task.clone(), format!("there is no role {arn} in this account")).help(help))
                }
            },
            Some(Answered::Failed(fault)) => {
                let message = format!("cannot look at {arn}, so nobody knows whether tasks can start");
                let help = fault.help.clone().unwrap_or_else(|| fault.message.clone());
                Err(Finding::warning(task.clone(), message).help(help))
            }
            Some(Answered::Unknown) | None => Ok(None),
        }
    }

    /// That ECS cannot take the role on.
    pub(super) fn distrust(&self, world: &World<'_>) -> Option<Finding> {
        let message = "its trust policy does not let ECS tasks of this account assume it";
        let help = |_: &str| "let it trust the service ecs-tasks.amazonaws.com, or leave `trust` out".to_owned();
        let elsewhere = "let it trust the service ecs-tasks.amazonaws.com";
        let is_trusting = self.role.trusts_ecs(world);
        (!is_trusting).then(|| self.finding(Finding::blocked, message.to_owned(), help, elsewhere))
    }

    /// A finding about the role. `help` takes the name of a role that is declared here; `elsewhere` is the step where
    /// it belongs to others.
    pub(super) fn finding(
        &self,
        finding: fn(Address, String) -> Finding,
        message: String,
        help: impl Fn(&str) -> String,
        elsewhere: &str,
    ) -> Finding {
        match &self.arn {
            None => finding(self.subject.clone(), message).help(help(self.subject.name())),
            Some(arn) => finding(self.subject.clone(), format!("{arn}: {message}")).help(elsewhere),
        }
    }
}
