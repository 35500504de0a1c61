//! Whether the tasks of a service will be able to start, found out before anything changes.
//!
//! A task that cannot start fails minutes later, in a loop, with a reason that few people see. All that it needs is
//! known from the desired resources, and from the answers about what belongs to others: its roles and their policies, which
//! are evaluated as IAM evaluates them, the secrets and their tags, the image, the log, the way to the network. What is
//! not known (a subnet by its id, a secret of another region) raises no alarm.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html>

mod actor;
mod network;
mod permissions;
mod role;
mod secret;

use std::collections::BTreeMap;

use deploy_kinds::ecs::{Service, TaskDefinition};
use deploy_model::{Address, Finding, Input, Place, Reference};
use deploy_plugin::{Answers, Outlook};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Everything that stands in the way of the tasks of the desired services.
pub(crate) fn findings(outlook: &Outlook<'_>) -> Vec<Finding> {
    let world = World { desired: outlook.desired, answers: outlook.answers, place: &outlook.plan.place };
    let mut findings: Vec<Finding> = Vec::new();
    for (address, service) in outlook.all::<Service>().filter(|(_, service)| service.desired_count > 0) {
        let Some((definition, task)) = world.referred::<TaskDefinition>(&service.task_definition) else {
            continue;
        };
        let permissions = permissions::findings(&world, definition, &task, service.enable_execute_command);
        for finding in permissions.into_iter().chain(network::findings(&world, address, &service)) {
            // Services that share a role share what is wrong with it.
            if !findings.contains(&finding) {
                findings.push(finding);
            }
        }
    }
    findings
}

/// The desired resources, what is known of others', and where all of it is.
struct World<'a> {
    desired: &'a BTreeMap<Address, Value>,
    answers: &'a Answers,
    place: &'a Place,
}

impl<'a> World<'a> {
    /// The desired resource that an input names, in the form that is asked for.
    fn referred<T: DeserializeOwned>(&self, input: &Input<String>) -> Option<(&'a Address, T)> {
        match input {
            Input::Reference(reference) => self.at(reference),
            _ => None,
        }
    }

    fn at<T: DeserializeOwned>(&self, reference: &Reference) -> Option<(&'a Address, T)> {
        let (address, inputs) = self.desired.get_key_value(&reference.address)?;
        Some((address, serde_json::from_value(inputs.clone()).ok()?))
    }

    /// The ARN of something in the account and region.
    fn arn(&self, service: &str, rest: &str) -> String {
        let Place { account, region, partition, .. } = self.place;
        format!("arn:{partition}:{service}:{region}:{account}:{rest}")
    }
}
