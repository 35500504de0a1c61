//! `ecs.log_group`: where a service's containers write their logs.

use std::collections::{BTreeMap, HashMap};

use deploy_aws::logs::types;
use deploy_aws::{Clients, absent, fault, tags};
use deploy_kinds::ecs::{LogGroup, LogGroupOutputs};
use deploy_model::owner::ADDRESS_TAG;
use deploy_model::{Address, Fault, FaultKind, FieldChange};
use deploy_plugin::{Context, Found, Kind, Made, Scope};
use futures::future::{try_join, try_join_all};

use crate::changes::touch;
use crate::naming::outside;

/// Finds, makes, changes and deletes log groups.
pub struct LogGroupKind {
    clients: Clients,
}

impl LogGroupKind {
    /// The kind.
    pub fn new(clients: &Clients) -> Self {
        Self { clients: clients.clone() }
    }

    async fn beginning_with(&self, prefix: &str) -> Result<Vec<types::LogGroup>, Fault> {
        let request = self.clients.logs().reads.describe_log_groups().log_group_name_prefix(prefix);
        let mut pages = request.into_paginator().items().send();
        let mut groups = Vec::new();
        while let Some(group) = pages.try_next().await.map_err(fault("DescribeLogGroups"))? {
            groups.push(group);
        }
        Ok(groups)
    }

    async fn named(&self, name: &str) -> Result<Option<types::LogGroup>, Fault> {
        let groups = self.beginning_with(name).await?;
        Ok(groups.into_iter().find(|group| group.log_group_name.as_deref() == Some(name)))
    }

    async fn found(&self, group: types::LogGroup, scope: &Scope) -> Result<Option<Found<LogGroup>>, Fault> {
        let (Some(name), Some(arn)) = (group.log_group_name.clone(), arn_of(&group)) else { return Ok(None) };
        let request = self.clients.logs().reads.list_tags_for_resource().resource_arn(arn);
        // A group that was deleted since the listing is one that is not there.
        let Some(reply) = absent(request.send().await.map_err(fault("ListTagsForResource")))? else { return Ok(None) };
        let all_tags: BTreeMap<String, String> = reply.tags.unwrap_or_default().into_iter().collect();
        let found = |address| Found {
            address,
            id: name.clone(),
            inputs: LogGroup {
                name: name.clone(),
                retention_days: group.retention_in_days,
                kms_key: group.kms_key_id,
                tags: tags::user(&all_tags),
            },
            outputs: LogGroupOutputs { name: name.clone() },
        };
        Ok(scope.owner.address_in(&all_tags).map(found))
    }

    async fn put_retention(&self, name: &str, days: Option<i32>) -> Result<(), Fault> {
        let logs = &self.clients.logs().writes;
        match days {
            Some(days) => {
                let request = logs.put_retention_policy().log_group_name(name).retention_in_days(days);
                request.send().await.map(drop).map_err(fault("PutRetentionPolicy"))
            }
            None => {
                let request = logs.delete_retention_policy().log_group_name(name);
                absent(request.send().await.map_err(fault("DeleteRetentionPolicy"))).map(drop)
            }
        }
    }

    async fn put_kms_key(&self, name: &str, key: Option<&str>) -> Result<(), Fault> {
        let logs = &self.clients.logs().writes;
        match key {
            Some(key) => {
                let request = logs.associate_kms_key().log_group_name(name).kms_key_id(key);
                request.send().await.map(drop).map_err(fault("AssociateKmsKey"))
            }
            None => {
                let request = logs.disassociate_kms_key().log_group_name(name);
                request.send().await.map(drop).map_err(fault("DisassociateKmsKey"))
            }
        }
    }

    async fn retag(&self, name: &str, change: tags::TagChange) -> Result<(), Fault> {
        let gone = || Fault::new(FaultKind::NotFound, format!("there is no log group {name}"));
        let arn = self.named(name).await?.as_ref().and_then(arn_of).ok_or_else(gone)?;
        let logs = &self.clients.logs().writes;
        if !change.set.is_empty() {
            let set: HashMap<String, String> = change.set.into_iter().collect();
            let request = logs.tag_resource().resource_arn(&arn).set_tags(Some(set));
            request.send().await.map_err(fault("TagResource"))?;
        }
        if !change.remove.is_empty() {
            let request = logs.untag_resource().resource_arn(&arn).set_tag_keys(Some(change.remove));
            request.send().await.map_err(fault("UntagResource"))?;
        }
        Ok(())
    }
}

impl Kind for LogGroupKind {
    type Inputs = LogGroup;

    async fn discover(&self, _cx: &Context, scope: &Scope) -> Result<Vec<Found<LogGroup>>, Fault> {
        let wanted = scope.wanted::<LogGroup>();
        let others = outside(&scope.prefix, wanted.iter().map(|(_, wanted)| wanted.name.as_str()));
        let others = try_join_all(others.into_iter().map(|name| self.named(name)));
        let (listed, others) = try_join(self.beginning_with(&scope.prefix), others).await?;
        let groups = listed.into_iter().chain(others.into_iter().flatten());
        let found = try_join_all(groups.map(|group| self.found(group, scope))).await?;
        Ok(found.into_iter().flatten().collect())
    }

    async fn create(&self, cx: &Context, address: &Address, inputs: LogGroup) -> Result<Made<LogGroupOutputs>, Fault> {
        let all_tags: HashMap<String, String> = tags::owned(cx.owner(), address, &inputs.tags).into_iter().collect();
        let request = self.clients.logs().writes.create_log_group().log_group_name(&inputs.name);
        let request = request.set_kms_key_id(inputs.kms_key).set_tags(Some(all_tags));
        request.send().await.map_err(fault("CreateLogGroup"))?;
        Ok(made(inputs.name))
    }

    async fn complete(&self, _cx: &Context, made: Found<LogGroup>) -> Result<Made<LogGroupOutputs>, Fault> {
        if made.inputs.retention_days.is_some() {
            self.put_retention(&made.id, made.inputs.retention_days).await?;
        }
        Ok(Made { id: made.id, outputs: made.outputs })
    }

    async fn update(
        &self,
        _cx: &Context,
        live: Found<LogGroup>,
        inputs: LogGroup,
        changes: &[FieldChange],
    ) -> Result<Made<LogGroupOutputs>, Fault> {
        if touch(changes, "retention_days") {
            self.put_retention(&inputs.name, inputs.retention_days).await?;
        }
        if touch(changes, "kms_key") {
            self.put_kms_key(&inputs.name, inputs.kms_key.as_deref()).await?;
        }
        let change = tags::difference(&live.inputs.tags, &inputs.tags);
        if change != tags::TagChange::default() {
            self.retag(&inputs.name, change).await?;
        }
        Ok(made(inputs.name))
    }

    async fn retire(&self, _cx: &Context, live: Found<LogGroup>, to: &Address) -> Result<(), Fault> {
        let set = BTreeMap::from([(ADDRESS_TAG.to_owned(), to.to_string())]);
        self.retag(&live.inputs.name, tags::TagChange { set, remove: Vec::new() }).await
    }

    async fn delete(&self, _cx: &Context, live: Found<LogGroup>) -> Result<(), Fault> {
        let request = self.clients.logs().writes.delete_log_group().log_group_name(&live.inputs.name);
        absent(request.send().await.map_err(fault("DeleteLogGroup"))).map(drop)
    }
}

fn made(name: String) -> Made<LogGroupOutputs> {
    Made { id: name.clone(), outputs: LogGroupOutputs { name } }
}

/// The ARN that tags hang on: without the `:*` that stands for the group's streams.
fn arn_of(group: &types::LogGroup) -> Option<String> {
    let arn = group.log_group_arn.as_deref().or(group.arn.as_deref())?;
    Some(arn.strip_suffix(":*").unwrap_or(arn).to_owned())
}
