//! `ecs.repository`: an ECR repository for images.

use std::collections::BTreeMap;

use deploy_aws::ecr::types::{self, ImageScanningConfiguration, ImageTagMutability, Tag};
use deploy_aws::{Clients, absent, fault, tags};
use deploy_kinds::ecs::{Repository, RepositoryOutputs};
use deploy_model::owner::ADDRESS_TAG;
use deploy_model::{Address, Fault, FieldChange};
use deploy_plugin::{Context, Found, Kind, Made, Purpose, Scope};
use futures::future::{try_join, try_join_all};
use serde_json::{Value, json};

use crate::changes::touch;
use crate::naming::outside;

/// Remembers on the repository itself that its images may go with it: a deletion sees only what is there.
const FORCE_DELETE_TAG: &str = "deploy:force_delete";

/// The lifecycle policy that keeps the newest `count` images.
pub(crate) fn keep_images(count: u32) -> Value {
    json!({ "rules": [{
        "rulePriority": 1,
        "description": format!("keep {count} images"),
        "selection": { "tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": count },
        "action": { "type": "expire" },
    }] })
}

/// Finds, makes, changes and deletes repositories.
pub struct RepositoryKind {
    clients: Clients,
}

impl RepositoryKind {
    /// The kind.
    pub fn new(clients: &Clients) -> Self {
        Self { clients: clients.clone() }
    }

    async fn beginning_with(&self, prefix: &str) -> Result<Vec<types::Repository>, Fault> {
        let mut pages = self.clients.ecr().reads.describe_repositories().into_paginator().items().send();
        let mut repositories = Vec::new();
        while let Some(repository) = pages.try_next().await.map_err(fault("DescribeRepositories"))? {
            if repository.repository_name().is_some_and(|name| name.starts_with(prefix)) {
                repositories.push(repository);
            }
        }
        Ok(repositories)
    }

    /// One by one, because one unknown name makes ECR refuse the whole call.
    async fn named(&self, name: &str) -> Result<Option<types::Repository>, Fault> {
        let request = self.clients.ecr().reads.describe_repositories().repository_names(name);
        let reply = absent(request.send().await.map_err(fault("DescribeRepositories")))?;
        Ok(reply.and_then(|reply| reply.repositories.unwrap_or_default().into_iter().next()))
    }

    async fn found(&self, repository: types::Repository, scope: &Scope) -> Result<Option<Found<Repository>>, Fault> {
        let Some(outputs) = outputs(&repository) else { return Ok(None) };
        let all_tags = self.tags_of(&outputs.arn).await?;
        let Some(address) = scope.owner.address_in(&all_tags) else { return Ok(None) };
        let lifecycle_policy = match scope.purpose {
            Purpose::Compare => self.lifecycle_policy_of(&outputs.name).await?,
            Purpose::Delete => None,
        };
        let inputs = Repository {
            name: outputs.name.clone(),
            scan_on_push: repository.image_scanning_configuration.is_some_and(|scanning| scanning.scan_on_push),
            tag_mutability: repository.image_tag_mutability.unwrap_or(ImageTagMutability::Mutable).to_string(),
            lifecycle_policy,
            force_delete: all_tags.get(FORCE_DELETE_TAG).is_some_and(|value| value == "true"),
            tags: tags::user(&all_tags),
        };
        Ok(Some(Found { address, id: outputs.arn.clone(), inputs, outputs }))
    }

    async fn tags_of(&self, arn: &str) -> Result<BTreeMap<String, String>, Fault> {
        let request = self.clients.ecr().reads.list_tags_for_resource().resource_arn(arn);
        let reply = absent(request.send().await.map_err(fault("ListTagsForResource")))?;
        let tags = reply.and_then(|reply| reply.tags).unwrap_or_default();
        Ok(tags.into_iter().map(|tag| (tag.key, tag.value)).collect())
    }

    async fn lifecycle_policy_of(&self, name: &str) -> Result<Option<Value>, Fault> {
        let request = self.clients.ecr().reads.get_lifecycle_policy().repository_name(name);
        let reply = absent(request.send().await.map_err(fault("GetLifecyclePolicy")))?;
        let text = reply.and_then(|reply| reply.lifecycle_policy_text);
        Ok(text.map(|text| serde_json::from_str(&text).unwrap_or(Value::String(text))))
    }

    async fn put_lifecycle_policy(&self, name: &str, policy: Option<&Value>) -> Result<(), Fault> {
        let ecr = &self.clients.ecr().writes;
        match policy {
            Some(policy) => {
                let text = policy.to_string();
                let request = ecr.put_lifecycle_policy().repository_name(name).lifecycle_policy_text(text);
                request.send().await.map(drop).map_err(fault("PutLifecyclePolicy"))
            }
            None => {
                let request = ecr.delete_lifecycle_policy().repository_name(name);
                absent(request.send().await.map_err(fault("DeleteLifecyclePolicy"))).map(drop)
            }
        }
    }

    async fn retag(&self, arn: &str, change: tags::TagChange) -> Result<(), Fault> {
        let ecr = &self.clients.ecr().writes;
        if !change.set.is_empty() {
            let request = ecr.tag_resource().resource_arn(arn).set_tags(Some(to_ecr(change.set)));
            request.send().await.map_err(fault("TagResource"))?;
        }
        if !change.remove.is_empty() {
            let request = ecr.untag_resource().resource_arn(arn).set_tag_keys(Some(change.remove));
            request.send().await.map_err(fault("UntagResource"))?;
        }
        Ok(())
    }
}

impl Kind for RepositoryKind {
    type Inputs = Repository;

    async fn discover(&self, _cx: &Context, scope: &Scope) -> Result<Vec<Found<Repository>>, Fault> {
        let wanted = scope.wanted::<Repository>();
        let others = outside(&scope.prefix, wanted.iter().map(|(_, wanted)| wanted.name.as_str()));
        let others = try_join_all(others.into_iter().map(|name| self.named(name)));
        let (listed, others) = try_join(self.beginning_with(&scope.prefix), others).await?;
        let repositories = listed.into_iter().chain(others.into_iter().flatten());
        let found = try_join_all(repositories.map(|repository| self.found(repository, scope))).await?;
        Ok(found.into_iter().flatten().collect())
    }

    async fn create(
        &self,
        cx: &Context,
        address: &Address,
        inputs: Repository,
    ) -> Result<Made<RepositoryOutputs>, Fault> {
        let all_tags = tags::owned(cx.owner(), address, &with_force_delete(&inputs));
        let request = self.clients.ecr().writes.create_repository().repository_name(&inputs.name);
        let request = request
            .image_scanning_configuration(scanning(&inputs))
            .image_tag_mutability(mutability(&inputs))
            .set_tags(Some(to_ecr(all_tags)));
        let reply = request.send().await.map_err(fault("CreateRepository"))?;
        let outputs = reply.repository.as_ref().and_then(outputs);
        made(outputs.ok_or_else(|| Fault::internal("CreateRepository returned no repository"))?)
    }

    async fn complete(&self, _cx: &Context, made: Found<Repository>) -> Result<Made<RepositoryOutputs>, Fault> {
        if made.inputs.lifecycle_policy.is_some() {
            self.put_lifecycle_policy(&made.inputs.name, made.inputs.lifecycle_policy.as_ref()).await?;
        }
        Ok(Made { id: made.id, outputs: made.outputs })
    }

    async fn update(
        &self,
        _cx: &Context,
        live: Found<Repository>,
        inputs: Repository,
        changes: &[FieldChange],
    ) -> Result<Made<RepositoryOutputs>, Fault> {
        let ecr = &self.clients.ecr().writes;
        if touch(changes, "scan_on_push") {
            let request = ecr.put_image_scanning_configuration().repository_name(&inputs.name);
            let request = request.image_scanning_configuration(scanning(&inputs));
            request.send().await.map_err(fault("PutImageScanningConfiguration"))?;
        }
        if touch(changes, "tag_mutability") {
            let request = ecr.put_image_tag_mutability().repository_name(&inputs.name);
            let request = request.image_tag_mutability(mutability(&inputs));
            request.send().await.map_err(fault("PutImageTagMutability"))?;
        }
        if touch(changes, "lifecycle_policy") {
            self.put_lifecycle_policy(&inputs.name, inputs.lifecycle_policy.as_ref()).await?;
        }
        let change = tags::difference(&with_force_delete(&live.inputs), &with_force_delete(&inputs));
        self.retag(&live.outputs.arn, change).await?;
        made(live.outputs)
    }

    async fn retire(&self, _cx: &Context, live: Found<Repository>, to: &Address) -> Result<(), Fault> {
        let set = BTreeMap::from([(ADDRESS_TAG.to_owned(), to.to_string())]);
        self.retag(&live.outputs.arn, tags::TagChange { set, remove: Vec::new() }).await
    }

    async fn delete(&self, _cx: &Context, live: Found<Repository>) -> Result<(), Fault> {
        let request = self.clients.ecr().writes.delete_repository().repository_name(&live.inputs.name);
        let reply = request.force(live.inputs.force_delete).send().await.map_err(fault("DeleteRepository"));
        match absent(reply) {
            Err(fault) if fault.has_code("RepositoryNotEmptyException") => {
                Err(fault.help("delete its images, or apply `force_delete = true` to it first"))
            }
            other => other.map(drop),
        }
    }
}

fn scanning(inputs: &Repository) -> ImageScanningConfiguration {
    ImageScanningConfiguration::builder().scan_on_push(inputs.scan_on_push).build()
}

fn mutability(inputs: &Repository) -> ImageTagMutability {
    ImageTagMutability::from(inputs.tag_mutability.as_str())
}

fn with_force_delete(inputs: &Repository) -> BTreeMap<String, String> {
    let mut tags = inputs.tags.clone();
    if inputs.force_delete {
        tags.insert(FORCE_DELETE_TAG.to_owned(), "true".to_owned());
    }
    tags
}

fn to_ecr(tags: BTreeMap<String, String>) -> Vec<Tag> {
    let tag = |(key, value)| Tag::builder().key(key).value(value).build().expect("a tag has a key and a value");
    tags.into_iter().map(tag).collect()
}

fn outputs(repository: &types::Repository) -> Option<RepositoryOutputs> {
    Some(RepositoryOutputs {
        arn: repository.repository_arn.clone()?,
        name: repository.repository_name.clone()?,
        uri: repository.repository_uri.clone()?,
    })
}

fn made(outputs: RepositoryOutputs) -> Result<Made<RepositoryOutputs>, Fault> {
    Ok(Made { id: outputs.arn.clone(), outputs })
}
