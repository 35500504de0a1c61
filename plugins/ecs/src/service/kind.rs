//! Finding, making, changing and deleting services.

use std::collections::BTreeSet;

use deploy_aws::ecs::types::{self, ServiceField};
use deploy_aws::{Clients, absent, fault, tags};
use deploy_kinds::ecs::{Service, ServiceOutputs};
use deploy_model::{Address, Fault, FaultKind, FieldChange, Owner};
use deploy_plugin::{Context, Found, Kind, Made, Scope};
use futures::future::try_join_all;

use super::rollout::{Rollout, Wait, stopped_before};
use super::{reading, requests};
use crate::changes::touch;
use crate::clusters::Clusters;
use crate::settling::settling;
use crate::stillness::Stillness;
use crate::tagging;

/// The status of a service that is gone but still remembered.
const INACTIVE: &str = "INACTIVE";
/// How many services one DescribeServices takes.
const SERVICES_A_CALL: usize = 10;
/// How many services one page of ListServices holds at most.
const SERVICES_A_PAGE: i32 = 100;

/// Finds, makes, changes and deletes services.
pub struct ServiceKind {
    clients: Clients,
    clusters: Clusters,
}

impl ServiceKind {
    /// The kind, with the listing that it shares.
    pub fn new(clients: &Clients, clusters: &Clusters) -> Self {
        Self { clients: clients.clone(), clusters: clusters.clone() }
    }

    /// Every service of an owner that is in use, with the address that its tags give it.
    ///
    /// # Errors
    /// What AWS answers.
    pub(crate) async fn owned(&self, owner: &Owner) -> Result<Vec<(Address, types::Service)>, Fault> {
        let clusters = self.clusters.owned(owner).await?;
        let services = try_join_all(clusters.iter().map(|cluster| self.of_cluster(cluster, &[]))).await?;
        let addressed = |service: types::Service| {
            owner.address_in(&tagging::from_ecs(service.tags.clone())).map(|address| (address, service))
        };
        Ok(services.into_iter().flatten().filter_map(addressed).collect())
    }

    /// Every service of one cluster that is in use. One that is draining counts as gone.
    ///
    /// A cluster knows how many services are active in it. Where those that are wanted are all of them, the
    /// listing would say nothing new.
    async fn of_cluster(&self, cluster: &types::Cluster, wanted: &[String]) -> Result<Vec<types::Service>, Fault> {
        let arn = cluster.cluster_arn().unwrap_or_default();
        let known = self.described(arn, wanted).await?;
        if usize::try_from(cluster.active_services_count) == Ok(known.len()) {
            return Ok(known);
        }
        self.described(arn, &self.listed(arn).await?).await
    }

    async fn listed(&self, cluster: &str) -> Result<Vec<String>, Fault> {
        let request = self.clients.ecs().reads.list_services().cluster(cluster).max_results(SERVICES_A_PAGE);
        let mut pages = request.into_paginator().items().send();
        let mut arns = Vec::new();
        while let Some(arn) = pages.try_next().await.map_err(fault("ListServices"))? {
            arns.push(arn);
        }
        Ok(arns)
    }

    /// Those of these services that are in use, by name or by ARN.
    async fn described(&self, cluster: &str, services: &[String]) -> Result<Vec<types::Service>, Fault> {
        let replies = try_join_all(services.chunks(SERVICES_A_CALL).map(|services| async {
            let request = self.clients.ecs().reads.describe_services().cluster(cluster);
            let request = request.set_services(Some(services.to_vec())).include(ServiceField::Tags);
            request.send().await.map_err(fault("DescribeServices"))
        }));
        let services = replies.await?.into_iter().flat_map(|reply| reply.services.unwrap_or_default());
        Ok(services.filter(|service| service.status.as_deref() == Some("ACTIVE")).collect())
    }

    async fn status(&self, live: &Found<Service>) -> Result<Option<types::Service>, Fault> {
        let cluster = live.inputs.cluster.known()?;
        let request = self.clients.ecs().reads.describe_services().cluster(cluster).services(&live.inputs.name);
        let reply = absent(request.send().await.map_err(fault("DescribeServices")))?;
        Ok(reply.and_then(|reply| reply.services.unwrap_or_default().into_iter().next()))
    }

    /// Its cluster, its subnets and its security groups are free only when it is INACTIVE.
    async fn wait_until_gone(&self, cx: &Context, live: &Found<Service>) -> Result<(), Fault> {
        let mut stillness = Stillness::new();
        while let Some(service) = self.status(live).await?.filter(|service| service.status.as_deref() != Some(INACTIVE))
        {
            let tasks = service.running_count + service.pending_count;
            match tasks {
                0 => cx.progress("waiting for the service to be gone"),
                1 => cx.progress("waiting for 1 task to stop"),
                tasks => cx.progress(&format!("waiting for {tasks} tasks to stop")),
            }
            if stillness.is_too_long(tasks) {
                return Err(Fault::new(FaultKind::Timeout, format!("{tasks} tasks of the service do not stop")));
            }
            if cx.is_cancelled() {
                return Err(Fault::new(FaultKind::Cancelled, "the service is still draining"));
            }
            tokio::time::sleep(self.clients.pace().poll).await;
        }
        Ok(())
    }
}

impl Kind for ServiceKind {
    type Inputs = Service;

    const CREATES_ONCE: bool = true;

    async fn discover(&self, _cx: &Context, scope: &Scope) -> Result<Vec<Found<Service>>, Fault> {
        let clusters = self.clusters.owned(&scope.owner).await?;
        let wanted = scope.wanted::<Service>().into_iter().map(|(_, wanted)| wanted.name).collect::<Vec<_>>();
        // A cluster that has gone meanwhile has none.
        let of_cluster = async |cluster| Ok(absent(self.of_cluster(cluster, &wanted).await)?.unwrap_or_default());
        let services = try_join_all(clusters.iter().map(of_cluster)).await?;
        Ok(services.into_iter().flatten().filter_map(|service| found(service, scope)).collect())
    }

    async fn create(&self, cx: &Context, address: &Address, inputs: Service) -> Result<Made<ServiceOutputs>, Fault> {
        let all_tags = tags::owned(cx.owner(), address, &inputs.tags);
        let request = requests::create(&self.clients.ecs().writes, cx.operation(), &inputs)?;
        let request = request.set_tags(Some(tagging::to_ecs(all_tags)));
        let reply = request.send().await.map_err(fault("CreateService")).map_err(settling)?;
        let service = reply.service.ok_or_else(|| Fault::internal("CreateService returned no service"))?;
        if inputs.wait {
            let rollout = Rollout::begun(inputs.cluster.known()?, &service, Wait::of(&inputs))?;
            rollout.finish(&self.clients, cx, BTreeSet::new()).await?;
        }
        let arn = service.service_arn.ok_or_else(|| Fault::internal("a service without an ARN"))?;
        Ok(made(ServiceOutputs { arn, name: inputs.name }))
    }

    async fn update(
        &self,
        cx: &Context,
        live: Found<Service>,
        inputs: Service,
        changes: &[FieldChange],
    ) -> Result<Made<ServiceOutputs>, Fault> {
        // First, so that the tasks of the rollout get the tags that the service shall have.
        let change = tags::difference(&live.inputs.tags, &inputs.tags);
        tagging::change(&self.clients, &live.outputs.arn, change).await?;
        let request = requests::update(&self.clients.ecs().writes, &inputs, changes)?;
        // A rollout that another run has begun is waited for as well.
        if request.is_none() && !touch(changes, "rollout") {
            return Ok(made(live.outputs));
        }
        let cluster = inputs.cluster.known()?;
        let earlier = match inputs.wait {
            true => stopped_before(&self.clients, cluster, &inputs.name).await?,
            false => BTreeSet::new(),
        };
        let service = match request {
            Some(request) => {
                let reply = request.send().await.map_err(fault("UpdateService")).map_err(settling)?;
                Some(reply.service.ok_or_else(|| Fault::internal("UpdateService returned no service"))?)
            }
            None => self.status(&live).await?,
        };
        if let Some(service) = service.filter(|_| inputs.wait) {
            let rollout = Rollout::begun(cluster, &service, Wait::of(&inputs))?;
            rollout.finish(&self.clients, cx, earlier).await?;
        }
        Ok(made(live.outputs))
    }

    async fn retire(&self, _cx: &Context, live: Found<Service>, to: &Address) -> Result<(), Fault> {
        tagging::retire(&self.clients, &live.outputs.arn, to).await
    }

    async fn delete(&self, cx: &Context, live: Found<Service>) -> Result<(), Fault> {
        let request = self.clients.ecs().writes.delete_service().service(&live.inputs.name);
        let request = request.cluster(live.inputs.cluster.known()?).force(true);
        absent(request.send().await.map_err(fault("DeleteService")))?;
        self.wait_until_gone(cx, &live).await
    }
}

fn found(service: types::Service, scope: &Scope) -> Option<Found<Service>> {
    let all_tags = tagging::from_ecs(service.tags.clone());
    let address = scope.owner.address_in(&all_tags)?;
    let outputs = ServiceOutputs { arn: service.service_arn.clone()?, name: service.service_name.clone()? };
    let inputs = reading::inputs(service, &all_tags)?;
    Some(Found { address, id: outputs.arn.clone(), inputs, outputs })
}

fn made(outputs: ServiceOutputs) -> Made<ServiceOutputs> {
    Made { id: outputs.arn.clone(), outputs }
}
