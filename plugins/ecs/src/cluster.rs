//! `ecs.cluster`: where services run.

use deploy_aws::ecs::types::{self, ClusterField, ClusterSetting, ClusterSettingName};
use deploy_aws::obstacles::{in_the_way, named};
use deploy_aws::{Clients, absent, fault, tags};
use deploy_kinds::ecs::{Cluster, ClusterOutputs};
use deploy_model::{Address, Fault, FaultKind, FieldChange};
use deploy_plugin::{Context, Found, Kind, Made, Scope};

use crate::changes::touch;
use crate::clusters::Clusters;
use crate::settling::settling;
use crate::strategy;
use crate::tagging;

/// Finds, makes, changes and deletes clusters.
pub struct ClusterKind {
    clients: Clients,
    clusters: Clusters,
}

impl ClusterKind {
    /// The kind, with the listing that it shares.
    pub fn new(clients: &Clients, clusters: &Clusters) -> Self {
        Self { clients: clients.clone(), clusters: clusters.clone() }
    }

    /// The services that are left in a cluster.
    async fn services(&self, cluster: &str) -> Result<Vec<String>, Fault> {
        let reply = self.clients.ecs().reads.list_services().cluster(cluster).send().await;
        let reply = reply.map_err(fault("ListServices"))?;
        Ok(reply.service_arns().iter().map(|arn| named("service", last_part(arn), [])).collect())
    }

    /// The tasks that are left in a cluster.
    async fn tasks(&self, cluster: &str) -> Result<Vec<String>, Fault> {
        let reply = self.clients.ecs().reads.list_tasks().cluster(cluster).send().await;
        let reply = reply.map_err(fault("ListTasks"))?;
        Ok(reply.task_arns().iter().map(|arn| named("task", last_part(arn), [])).collect())
    }

    /// CreateCluster answers with the cluster that has the name already, if there is one.
    async fn must_be_ours(&self, cx: &Context, address: &Address, cluster: &types::Cluster) -> Result<(), Fault> {
        let is_ours = |tags| cx.owner().address_in(&tags).as_ref() == Some(address);
        if is_ours(tagging::from_ecs(cluster.tags.clone())) {
            return Ok(());
        }
        let request = self.clients.ecs().reads.describe_clusters().clusters(arn_of(cluster)?);
        let reply = request.include(ClusterField::Tags).send().await.map_err(fault("DescribeClusters"))?;
        if reply.clusters.unwrap_or_default().into_iter().any(|cluster| is_ours(tagging::from_ecs(cluster.tags))) {
            return Ok(());
        }
        let name = cluster.cluster_name.as_deref().unwrap_or_default();
        Err(Fault::new(FaultKind::Conflict, format!("the cluster {name} exists and belongs to someone else"))
            .help("choose another name: `[ecs.cluster] name = \"…\"`"))
    }

    async fn put_capacity_providers(&self, inputs: &Cluster) -> Result<(), Fault> {
        let request = self.clients.ecs().writes.put_cluster_capacity_providers().cluster(&inputs.name);
        let request = request
            .set_capacity_providers(Some(inputs.capacity_providers.clone()))
            .set_default_capacity_provider_strategy(Some(strategy::to_ecs(&inputs.default_capacity_provider_strategy)));
        request.send().await.map(drop).map_err(fault("PutClusterCapacityProviders"))
    }
}

impl Kind for ClusterKind {
    type Inputs = Cluster;

    const CREATES_ONCE: bool = true;

    async fn discover(&self, _cx: &Context, scope: &Scope) -> Result<Vec<Found<Cluster>>, Fault> {
        let clusters = self.clusters.owned(&scope.owner).await?;
        Ok(clusters.iter().filter_map(|cluster| found(cluster, scope)).collect())
    }

    async fn create(&self, cx: &Context, address: &Address, inputs: Cluster) -> Result<Made<ClusterOutputs>, Fault> {
        let all_tags = tags::owned(cx.owner(), address, &inputs.tags);
        let request = self.clients.ecs().writes.create_cluster().cluster_name(&inputs.name);
        let request = request
            .settings(container_insights(&inputs))
            .set_capacity_providers(Some(inputs.capacity_providers.clone()))
            .set_default_capacity_provider_strategy(Some(strategy::to_ecs(&inputs.default_capacity_provider_strategy)))
            .set_tags(Some(tagging::to_ecs(all_tags)));
        let reply = request.send().await.map_err(fault("CreateCluster")).map_err(settling)?;
        let cluster = reply.cluster.ok_or_else(|| Fault::internal("CreateCluster returned no cluster"))?;
        self.must_be_ours(cx, address, &cluster).await?;
        made(arn_of(&cluster)?, inputs.name)
    }

    async fn update(
        &self,
        _cx: &Context,
        live: Found<Cluster>,
        inputs: Cluster,
        changes: &[FieldChange],
    ) -> Result<Made<ClusterOutputs>, Fault> {
        if touch(changes, "container_insights") {
            let request = self.clients.ecs().writes.update_cluster_settings().cluster(&inputs.name);
            let request = request.settings(container_insights(&inputs));
            request.send().await.map_err(fault("UpdateClusterSettings"))?;
        }
        if touch(changes, "capacity_providers") || touch(changes, "default_capacity_provider_strategy") {
            self.put_capacity_providers(&inputs).await?;
        }
        let change = tags::difference(&live.inputs.tags, &inputs.tags);
        tagging::change(&self.clients, &live.outputs.arn, change).await?;
        made(live.outputs.arn, inputs.name)
    }

    async fn retire(&self, _cx: &Context, live: Found<Cluster>, to: &Address) -> Result<(), Fault> {
        tagging::retire(&self.clients, &live.outputs.arn, to).await
    }

    /// A cluster with services is refused, and the refusal says "later": they are on their way out.
    async fn delete(&self, _cx: &Context, live: Found<Cluster>) -> Result<(), Fault> {
        let request = self.clients.ecs().writes.delete_cluster().cluster(&live.outputs.arn);
        match absent(request.send().await.map_err(fault("DeleteCluster"))) {
            Err(refusal) if refusal.has_code("ClusterContainsServicesException") => {
                Err(in_the_way(refusal, self.services(&live.outputs.arn).await))
            }
            Err(refusal) if refusal.has_code("ClusterContainsTasksException") => {
                Err(in_the_way(refusal, self.tasks(&live.outputs.arn).await))
            }
            other => other.map(drop),
        }
    }
}

/// `web` of `arn:…:service/cluster/web`.
fn last_part(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

fn container_insights(inputs: &Cluster) -> ClusterSetting {
    let setting = ClusterSetting::builder().name(ClusterSettingName::ContainerInsights);
    setting.value(&inputs.container_insights).build()
}

fn arn_of(cluster: &types::Cluster) -> Result<String, Fault> {
    cluster.cluster_arn.clone().ok_or_else(|| Fault::internal("a cluster without an ARN"))
}

fn made(arn: String, name: String) -> Result<Made<ClusterOutputs>, Fault> {
    Ok(Made { id: arn.clone(), outputs: ClusterOutputs { arn, name } })
}

fn found(cluster: &types::Cluster, scope: &Scope) -> Option<Found<Cluster>> {
    let all_tags = tagging::from_ecs(cluster.tags.clone());
    let address = scope.owner.address_in(&all_tags)?;
    let (arn, name) = (cluster.cluster_arn.clone()?, cluster.cluster_name.clone()?);
    let insights = |setting: &&ClusterSetting| setting.name == Some(ClusterSettingName::ContainerInsights);
    let insights = cluster.settings().iter().find(insights).and_then(|setting| setting.value.clone());
    let inputs = Cluster {
        name: name.clone(),
        container_insights: insights.unwrap_or_else(|| "disabled".to_owned()),
        capacity_providers: cluster.capacity_providers().to_vec(),
        default_capacity_provider_strategy: strategy::from_ecs(cluster.default_capacity_provider_strategy.clone()),
        tags: tags::user(&all_tags),
    };
    Some(Found { address, id: arn.clone(), inputs, outputs: ClusterOutputs { arn, name } })
}
