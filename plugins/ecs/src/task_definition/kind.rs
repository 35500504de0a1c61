//! Finding, registering and deregistering task definitions.

use deploy_aws::ecs::types::{TaskDefinitionFamilyStatus, TaskDefinitionField, TaskDefinitionStatus};
use deploy_aws::{Clients, absent, fault, tags};
use deploy_kinds::ecs::{TaskDefinition, TaskDefinitionOutputs};
use deploy_model::{Address, Fault, FaultKind, FieldChange};
use deploy_plugin::{Context, Found, Kind, Made, Scope};
use futures::future::try_join_all;

use super::{reading, secret_versions, writing};
use crate::changes::touch_only;
use crate::naming::outside;
use crate::settling::settling;
use crate::tagging;

/// How many revisions one DeleteTaskDefinitions takes.
const REVISIONS_A_CALL: usize = 10;

/// Finds, registers and deregisters task definitions.
pub struct TaskDefinitionKind {
    clients: Clients,
}

impl TaskDefinitionKind {
    /// The kind.
    pub fn new(clients: &Clients) -> Self {
        Self { clients: clients.clone() }
    }

    async fn families(&self, prefix: &str) -> Result<Vec<String>, Fault> {
        let request = self.clients.ecs().reads.list_task_definition_families().family_prefix(prefix);
        let mut pages = request.status(TaskDefinitionFamilyStatus::Active).into_paginator().items().send();
        let mut families = Vec::new();
        while let Some(family) = pages.try_next().await.map_err(fault("ListTaskDefinitionFamilies"))? {
            families.push(family);
        }
        Ok(families)
    }

    /// The newest active revision of `family`, if it is ours.
    async fn found(&self, family: &str, scope: &Scope) -> Result<Option<Found<TaskDefinition>>, Fault> {
        let request = self.clients.ecs().reads.describe_task_definition().task_definition(family);
        let reply = request.include(TaskDefinitionField::Tags).send().await.map_err(fault("DescribeTaskDefinition"));
        let Some(reply) = unknown_is_absent(reply)? else { return Ok(None) };
        let all_tags = tagging::from_ecs(reply.tags);
        let (Some(address), Some(definition)) = (scope.owner.address_in(&all_tags), reply.task_definition) else {
            return Ok(None);
        };
        if definition.status != Some(TaskDefinitionStatus::Active) {
            return Ok(None);
        }
        let Some(outputs) = reading::outputs(&definition) else { return Ok(None) };
        let found = |inputs| Found { address, id: outputs.arn.clone(), inputs, outputs };
        Ok(reading::inputs(definition, &all_tags).map(found))
    }

    async fn register(
        &self,
        cx: &Context,
        address: &Address,
        inputs: &TaskDefinition,
    ) -> Result<Made<TaskDefinitionOutputs>, Fault> {
        let mut all_tags = tags::owned(cx.owner(), address, &inputs.tags);
        all_tags.extend(secret_versions::to_tags(&inputs.secret_versions)?);
        let request = writing::fill(self.clients.ecs().writes.register_task_definition(), inputs)?;
        let request = request.set_tags(Some(tagging::to_ecs(all_tags)));
        let reply = request.send().await.map_err(fault("RegisterTaskDefinition")).map_err(settling)?;
        let outputs = reply.task_definition.as_ref().and_then(reading::outputs);
        let outputs = outputs.ok_or_else(|| Fault::internal("RegisterTaskDefinition returned no task definition"))?;
        Ok(Made { id: outputs.arn.clone(), outputs })
    }

    /// The active revisions before the newest. Before the first there is none.
    async fn earlier_revisions(&self, newest: &Found<TaskDefinition>) -> Result<Vec<String>, Fault> {
        let family = newest.inputs.family.as_str();
        if newest.id.ends_with(":1") {
            return Ok(Vec::new());
        }
        let request = self.clients.ecs().reads.list_task_definitions().family_prefix(family);
        let mut pages = request.status(TaskDefinitionStatus::Active).into_paginator().items().send();
        let mut revisions = Vec::new();
        while let Some(arn) = pages.try_next().await.map_err(fault("ListTaskDefinitions"))? {
            if family_of(&arn) == Some(family) && arn != newest.id {
                revisions.push(arn);
            }
        }
        Ok(revisions)
    }

    async fn deregister(&self, arn: &str) -> Result<(), Fault> {
        let request = self.clients.ecs().writes.deregister_task_definition().task_definition(arn);
        let reply = request.send().await.map_err(fault("DeregisterTaskDefinition"));
        unknown_is_absent(reply).map(drop)
    }

    async fn forget(&self, arns: &[String]) -> Result<(), Fault> {
        let request = self.clients.ecs().writes.delete_task_definitions();
        let request = request.set_task_definitions(Some(arns.to_vec()));
        absent(request.send().await.map_err(fault("DeleteTaskDefinitions"))).map(drop)
    }
}

impl Kind for TaskDefinitionKind {
    type Inputs = TaskDefinition;

    async fn discover(&self, _cx: &Context, scope: &Scope) -> Result<Vec<Found<TaskDefinition>>, Fault> {
        let wanted = scope.wanted::<TaskDefinition>();
        let mut families = self.families(&scope.prefix).await?;
        let others = outside(&scope.prefix, wanted.iter().map(|(_, wanted)| wanted.family.as_str()));
        families.extend(others.into_iter().map(str::to_owned));
        let found = try_join_all(families.iter().map(|family| self.found(family, scope))).await?;
        Ok(found.into_iter().flatten().collect())
    }

    async fn create(
        &self,
        cx: &Context,
        address: &Address,
        inputs: TaskDefinition,
    ) -> Result<Made<TaskDefinitionOutputs>, Fault> {
        self.register(cx, address, &inputs).await
    }

    /// Registers a new revision; but tags alone change on the revision that is there.
    async fn update(
        &self,
        cx: &Context,
        live: Found<TaskDefinition>,
        inputs: TaskDefinition,
        changes: &[FieldChange],
    ) -> Result<Made<TaskDefinitionOutputs>, Fault> {
        if !touch_only(changes, "tags") {
            return self.register(cx, &live.address, &inputs).await;
        }
        let change = tags::difference(&live.inputs.tags, &inputs.tags);
        tagging::change(&self.clients, &live.outputs.arn, change).await?;
        Ok(Made { id: live.id, outputs: live.outputs })
    }

    async fn retire(&self, _cx: &Context, live: Found<TaskDefinition>, to: &Address) -> Result<(), Fault> {
        tagging::retire(&self.clients, &live.outputs.arn, to).await
    }

    /// Deregisters every revision and then has ECS forget them.
    async fn delete(&self, _cx: &Context, live: Found<TaskDefinition>) -> Result<(), Fault> {
        let mut revisions = self.earlier_revisions(&live).await?;
        revisions.push(live.id);
        try_join_all(revisions.iter().map(|arn| self.deregister(arn))).await?;
        try_join_all(revisions.chunks(REVISIONS_A_CALL).map(|arns| self.forget(arns))).await?;
        Ok(())
    }
}

/// The family in `arn:…:task-definition/family:revision`.
fn family_of(arn: &str) -> Option<&str> {
    Some(arn.rsplit_once('/')?.1.rsplit_once(':')?.0)
}

/// ECS has no "not found" for task definitions: a name that it does not know is a `ClientException`.
fn unknown_is_absent<T>(result: Result<T, Fault>) -> Result<Option<T>, Fault> {
    match absent(result) {
        Err(fault) if fault.kind == FaultKind::Invalid && fault.has_code("ClientException") => Ok(None),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_is_read_from_the_arn() {
        let arn = "arn:aws:ecs:ap-northeast-1:123456789012:task-definition/shop-web:7";
        assert_eq!(family_of(arn), Some("shop-web"));
        assert_eq!(family_of("shop-web"), None);
    }
}
