//! What ECS, ECR and CloudWatch Logs have.

use deploy_aws::{Clients, ecs};
use serde_json::{Value, json};

use super::tags;

fn ecs_tags(list: &[ecs::types::Tag]) -> Value {
    tags(list.iter().map(|tag| (tag.key(), tag.value())))
}

/// A revision's family: that it is the third is no difference.
fn family(revision: &str) -> &str {
    revision.rsplit_once(':').map_or(revision, |(family, _)| family)
}

pub async fn log_groups(clients: &Clients) -> Vec<Value> {
    let logs = &clients.logs().reads;
    let mut groups = Vec::new();
    for group in logs.describe_log_groups().send().await.expect("log groups").log_groups() {
        let arn = group.arn().unwrap_or_default().trim_end_matches(":*");
        let tagged = logs.list_tags_for_resource().resource_arn(arn).send().await.expect("tags");
        let tagged = tagged.tags().into_iter().flatten().map(|(key, value)| (Some(key.as_str()), Some(value.as_str())));
        groups.push(json!({ "name": group.log_group_name(), "days": group.retention_in_days(), "tags": tags(tagged) }));
    }
    groups
}

pub async fn repositories(clients: &Clients) -> Vec<Value> {
    let ecr = &clients.ecr().reads;
    let mut repositories = Vec::new();
    for repository in ecr.describe_repositories().send().await.expect("repositories").repositories() {
        let arn = repository.repository_arn().expect("an ARN");
        let tagged = ecr.list_tags_for_resource().resource_arn(arn).send().await.expect("tags");
        repositories.push(json!({
            "name": repository.repository_name(),
            "mutable": repository.image_tag_mutability().map(|mutability| mutability.as_str()),
            "scanned": repository.image_scanning_configuration().map(|scanning| scanning.scan_on_push()),
            "tags": tags(tagged.tags().iter().map(|tag| (Some(tag.key()), Some(tag.value())))),
        }));
    }
    repositories
}

pub async fn clusters(clients: &Clients) -> Vec<Value> {
    use ecs::types::ClusterField::{Settings, Tags};
    let ecs = &clients.ecs().reads;
    let arns = ecs.list_clusters().send().await.expect("clusters").cluster_arns.unwrap_or_default();
    if arns.is_empty() {
        return Vec::new();
    }
    let call = ecs.describe_clusters().set_clusters(Some(arns)).include(Settings).include(Tags);
    let reply = call.send().await.expect("clusters");
    let setting = |setting: &ecs::types::ClusterSetting| json!({ "name": setting.name().map(|name| name.as_str()), "value": setting.value() });
    let cluster = |cluster: &ecs::types::Cluster| {
        json!({
            "name": cluster.cluster_name(),
            "status": cluster.status(),
            "providers": cluster.capacity_providers(),
            "settings": cluster.settings().iter().map(setting).collect::<Vec<_>>(),
            "tags": ecs_tags(cluster.tags()),
        })
    };
    // Those that are gone can be described for a while.
    reply.clusters().iter().filter(|cluster| cluster.status() != Some("INACTIVE")).map(cluster).collect()
}

pub async fn services(clients: &Clients) -> Vec<Value> {
    let ecs = &clients.ecs().reads;
    let mut services = Vec::new();
    for cluster in ecs.list_clusters().send().await.expect("clusters").cluster_arns() {
        let arns =
            ecs.list_services().cluster(cluster).send().await.expect("services").service_arns.unwrap_or_default();
        if arns.is_empty() {
            continue;
        }
        let call = ecs.describe_services().cluster(cluster).set_services(Some(arns));
        let reply = call.include(ecs::types::ServiceField::Tags).send().await.expect("services");
        let present = reply.services().iter().filter(|service| service.status() != Some("INACTIVE"));
        services.extend(present.map(service));
    }
    services
}

fn service(service: &ecs::types::Service) -> Value {
    let network = service.network_configuration().and_then(|network| network.awsvpc_configuration());
    json!({
        "name": service.service_name(),
        "status": service.status(),
        "desired": service.desired_count(),
        "running": service.running_count(),
        "deployments": service.deployments().len(),
        "runs": service.task_definition().map(family),
        "subnets": network.map(|network| network.subnets().to_vec()),
        "groups": network.map(|network| network.security_groups().to_vec()),
        "tags": ecs_tags(service.tags()),
    })
}

pub async fn task_definitions(clients: &Clients) -> Vec<Value> {
    let ecs = &clients.ecs().reads;
    let mut revisions = Vec::new();
    let active = ecs.list_task_definitions().status(ecs::types::TaskDefinitionStatus::Active);
    for arn in active.send().await.expect("task definitions").task_definition_arns() {
        let call = ecs.describe_task_definition().task_definition(arn);
        let reply = call.include(ecs::types::TaskDefinitionField::Tags).send().await.expect("a task definition");
        let definition = reply.task_definition().expect("a task definition");
        revisions.push(json!({
            "family": definition.family(),
            "cpu": definition.cpu(),
            "memory": definition.memory(),
            "roles": [definition.execution_role_arn(), definition.task_role_arn()],
            "images": definition.container_definitions().iter().map(|container| container.image()).collect::<Vec<_>>(),
            "tags": ecs_tags(reply.tags()),
        }));
    }
    revisions
}
