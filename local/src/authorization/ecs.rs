//! What ECS operations need.
//!
//! Source: <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html>,
//! for the roles of tasks <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security_iam_id-based-policy-examples.html>,
//! for tags on creation
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/supported-iam-actions-tagging.html>

use super::need::{Need, arn, tags, text, texts};
use crate::call::Call;
use crate::ecs::Cluster;
use crate::error::ApiError;
use crate::iam::{self, Caller, decide};
use serde_json::Value;
use std::collections::BTreeMap;

pub(super) fn needs(call: &mut Call<'_>, operation: &str, body: &Value) -> Vec<Need> {
    let name = format!("ecs:{operation}");
    let cluster = cluster_of(body);
    let needs = match operation {
        "CreateCluster"
        | "UpdateCluster"
        | "UpdateClusterSettings"
        | "PutClusterCapacityProviders"
        | "DeleteCluster" => {
            vec![about(call, &name, &format!("cluster/{cluster}"))]
        }
        "DescribeClusters" => each(call, &name, &texts(body, "clusters"), cluster_path),
        "RegisterTaskDefinition" => {
            let family = text(body, "family").unwrap_or_default();
            let resource = arn(call, "ecs", &format!("task-definition/{family}:*"));
            let mut needs = vec![Need::new(&name, resource)];
            let roles = ["executionRoleArn", "taskRoleArn"].into_iter().filter_map(|member| text(body, member));
            needs.extend(roles.map(|role| passing(call, role)));
            needs
        }
        "DeleteTaskDefinitions" => {
            let paths = |reference: &str| format!("task-definition/{}", last(reference));
            each(call, &name, &texts(body, "taskDefinitions"), paths)
        }
        "CreateService" => vec![about(call, &name, &service_path(&cluster, text(body, "serviceName")))],
        "UpdateService" | "DeleteService" | "ListServiceDeployments" => {
            vec![about(call, &name, &service_path(&cluster, text(body, "service")))]
        }
        "DescribeServices" => {
            each(call, &name, &texts(body, "services"), |reference| service_path(&cluster, Some(reference)))
        }
        "DescribeServiceDeployments" => of_services(call, &name, &texts(body, "serviceDeploymentArns")),
        "DescribeServiceRevisions" => of_services(call, &name, &texts(body, "serviceRevisionArns")),
        "StopServiceDeployment" => {
            let record = text(body, "serviceDeploymentArn").map(str::to_owned);
            record.iter().map(|record| of_service(call, &name, record)).collect()
        }
        "RunTask" => running(call, &name, body),
        "DescribeTasks" => {
            each(call, &name, &texts(body, "tasks"), |reference| format!("task/{cluster}/{}", last(reference)))
        }
        "StopTask" => {
            let task = last(text(body, "task").unwrap_or_default()).to_owned();
            vec![about(call, &name, &format!("task/{cluster}/{task}"))]
        }
        "ListTasks" => vec![Need::new(&name, arn(call, "ecs", &format!("container-instance/{cluster}/*")))],
        "TagResource" | "UntagResource" | "ListTagsForResource" => {
            let path = text(body, "resourceArn").and_then(|arn| arn.splitn(6, ':').nth(5)).unwrap_or("*").to_owned();
            vec![about(call, &name, &path).with_tag_keys(&texts(body, "tagKeys"))]
        }
        "ListServices"
        | "ListClusters"
        | "DescribeTaskDefinition"
        | "DeregisterTaskDefinition"
        | "ListTaskDefinitions"
        | "ListTaskDefinitionFamilies"
        | "ListAccountSettings"
        | "PutAccountSettingDefault" => {
            vec![Need::new(&name, "*")]
        }
        _ => Vec::new(),
    };
    finished(call, operation, body, needs)
}

/// The needs with what the whole request says, and the one to tag what is made.
fn finished(call: &Call<'_>, operation: &str, body: &Value, needs: Vec<Need>) -> Vec<Need> {
    let given = tags(body, "tags");
    let in_cluster = arn(call, "ecs", &format!("cluster/{}", cluster_of(body)));
    let stands_in_one = ["Service", "Task"].iter().any(|noun| operation.contains(noun));
    let has_cluster = stands_in_one && !operation.contains("TaskDefinition");
    let mut finished: Vec<Need> = needs
        .into_iter()
        .map(|need| match need.action.starts_with("ecs:") {
            false => need,
            true => {
                let is_open = has_cluster && !need.context.contains_key("ecs:cluster");
                need.with_request_tags(&given).with_some("ecs:cluster", is_open.then_some(&in_cluster))
            }
        })
        .collect();
    let creates = ["Create", "Register", "Run"].iter().any(|verb| operation.starts_with(verb));
    if creates
        && !given.is_empty()
        && let Some(first) = finished.first()
    {
        let tagging = Need::new("ecs:TagResource", first.resource.clone()).with_request_tags(&given);
        finished.push(tagging.with("ecs:CreateAction", operation));
    }
    finished
}

/// To start a task is to pass the roles of its definition to it.
fn running(call: &mut Call<'_>, name: &str, body: &Value) -> Vec<Need> {
    let reference = last(text(body, "taskDefinition").unwrap_or_default()).to_owned();
    let (family, revision) = reference.split_once(':').unwrap_or((&reference, ""));
    let revisions = call.region().ecs.families.get(family);
    let definition = revisions.and_then(|revisions| match revision.parse::<u32>() {
        Ok(number) => revisions.iter().find(|definition| definition.revision == number),
        Err(_) => revisions.last(),
    });
    let Some(definition) = definition else {
        return vec![Need::new(name, arn(call, "ecs", &format!("task-definition/{reference}")))];
    };
    let mut needs = vec![Need::new(name, &definition.arn).with_resource_tags("ecs:ResourceTag", &definition.tags)];
    let roles = [&definition.content.execution_role_arn, &definition.content.task_role_arn];
    let roles: Vec<String> = roles.into_iter().flatten().cloned().collect();
    needs.extend(roles.iter().map(|role| passing(call, role)));
    needs
}

/// The need to hand a role to tasks. A role by its bare name is the one of this account.
fn passing(call: &Call<'_>, role: &str) -> Need {
    let known = call.account.iam.roles.get(role).map(|role| role.arn.clone());
    let arn = match role.starts_with("arn:") {
        true => role.to_owned(),
        false => known.unwrap_or_else(|| format!("arn:aws:iam::{}:role/{role}", call.account_id)),
    };
    Need::new("iam:PassRole", arn).with("iam:PassedToService", "ecs-tasks.amazonaws.com")
}

/// The role that ECS attaches network interfaces with. It is made with the first cluster or service, if the caller may
/// do that; without it no service comes to be.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using-service-linked-roles.html>
pub(super) fn service_linked_role(call: &mut Call<'_>, caller: &Caller, operation: &str) -> Result<(), ApiError> {
    const SERVICE: &str = "ecs.amazonaws.com";
    const ROLE: &str = "AWSServiceRoleForECS";
    if !["CreateCluster", "CreateService"].contains(&operation) || call.account.iam.roles.contains_key(ROLE) {
        return Ok(());
    }
    let arn = format!("arn:aws:iam::{}:role/aws-service-role/{SERVICE}/{ROLE}", call.account_id);
    let context = BTreeMap::from([
        ("iam:AWSServiceName".to_owned(), vec![SERVICE.to_owned()]),
        ("aws:RequestedRegion".to_owned(), vec![call.region.clone()]),
    ]);
    if decide(call, &caller.identity, "iam:CreateServiceLinkedRole", &arn, &context).is_allowed() {
        iam::handle(call, "CreateServiceLinkedRole", &[("AWSServiceName", SERVICE)].into())?;
        return Ok(());
    }
    match operation {
        "CreateService" => Err(ApiError::client(
            "InvalidParameterException",
            "Unable to assume the service linked role. Please verify that the ECS service linked role exists.",
        )),
        _ => Ok(()),
    }
}

/// The needs of an action on each of several resources.
fn each(call: &mut Call<'_>, name: &str, references: &[String], path: impl Fn(&str) -> String) -> Vec<Need> {
    match references.is_empty() {
        true => vec![about(call, name, &path("default"))],
        false => references.iter().map(|reference| about(call, name, &path(reference))).collect(),
    }
}

/// The needs of a look at what services have, which are about the services as well.
fn of_services(call: &mut Call<'_>, name: &str, arns: &[String]) -> Vec<Need> {
    let mut needs = Vec::new();
    for record in arns {
        needs.push(of_service(call, name, record));
        if let Some((cluster, service)) = owner(record) {
            let in_cluster = arn(call, "ecs", &format!("cluster/{cluster}"));
            let need = about(call, name, &service_path(cluster, Some(service)));
            needs.push(need.with("ecs:cluster", &in_cluster));
        }
    }
    needs
}

/// The need to do something to what a service has: a deployment or a revision, by its ARN.
fn of_service(call: &Call<'_>, name: &str, record: &str) -> Need {
    let need = Need::new(name, record);
    match owner(record) {
        Some((cluster, service)) => need
            .with("ecs:cluster", &arn(call, "ecs", &format!("cluster/{cluster}")))
            .with("ecs:service", &arn(call, "ecs", &service_path(cluster, Some(service)))),
        None => need,
    }
}

/// The cluster and the service in `arn:…:service-deployment/CLUSTER/SERVICE/ID`.
fn owner(record: &str) -> Option<(&str, &str)> {
    match record.split('/').collect::<Vec<_>>()[..] {
        [_, cluster, service, _] => Some((cluster, service)),
        _ => None,
    }
}

/// The need to do something to what is at `path`: `cluster/NAME`, `service/CLUSTER/NAME`, …
fn about(call: &mut Call<'_>, name: &str, path: &str) -> Need {
    let resource = arn(call, "ecs", path);
    let state = &call.region().ecs;
    let cluster = |name: &str| state.clusters.get(name);
    let of_task = |cluster: &Cluster, id: &str| cluster.tasks.iter().find(|task| task.id == id).map(|t| t.tags.clone());
    let tags = match path.split('/').collect::<Vec<_>>()[..] {
        ["cluster", name] => cluster(name).map(|cluster| cluster.tags.clone()),
        ["service", in_cluster, name] => {
            cluster(in_cluster).and_then(|cluster| cluster.services.get(name)).map(|service| service.tags.clone())
        }
        ["task", in_cluster, id] => cluster(in_cluster).and_then(|cluster| of_task(cluster, id)),
        ["task-definition", _] => {
            state.families.values().flatten().find(|known| known.arn == resource).map(|known| known.tags.clone())
        }
        _ => None,
    };
    Need::new(name, resource).with_resource_tags("ecs:ResourceTag", &tags.unwrap_or_default())
}

/// The name of the cluster that a request is about.
fn cluster_of(body: &Value) -> String {
    last(text(body, "cluster").or(text(body, "clusterName")).unwrap_or("default")).to_owned()
}

fn cluster_path(reference: &str) -> String {
    format!("cluster/{}", last(reference))
}

fn service_path(cluster: &str, reference: Option<&str>) -> String {
    format!("service/{cluster}/{}", last(reference.unwrap_or_default()))
}

/// The name at the end of a reference, which may be an ARN.
fn last(reference: &str) -> &str {
    reference.rsplit('/').next().unwrap_or(reference)
}

#[cfg(test)]
mod tests {
    use super::needs;
    use crate::time::Time;
    use crate::world::World;
    use serde_json::json;

    #[test]
    fn what_a_service_has_is_asked_about_with_its_service_and_its_cluster() {
        let mut world = World::new(1);
        let mut call = world.call("123456789012", "eu-west-1", Time(0));
        let of = |path: &str| format!("arn:aws:ecs:eu-west-1:123456789012:{path}");
        let record = of("service-deployment/shop/app/1");
        let body = json!({ "serviceDeploymentArns": [record] });
        let described = needs(&mut call, "DescribeServiceDeployments", &body);
        let resources: Vec<&str> = described.iter().map(|need| need.resource.as_str()).collect();
        assert_eq!(resources, [record.as_str(), &of("service/shop/app")]);
        for need in &described {
            assert_eq!(need.context["ecs:cluster"], [of("cluster/shop")], "no other cluster is meant");
        }
        assert_eq!(described[0].context["ecs:service"], [of("service/shop/app")]);
    }
}
