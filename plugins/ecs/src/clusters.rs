//! The listing of an owner's clusters, which two kinds need at the same moment.

use std::sync::{Arc, Mutex, PoisonError};

use deploy_aws::ecs::types::{Cluster, ClusterField};
use deploy_aws::{Clients, fault};
use deploy_model::{Fault, Owner};
use futures::FutureExt;
use futures::future::{BoxFuture, Shared, WeakShared, try_join_all};

use crate::tagging;

/// How many clusters one DescribeClusters takes.
const CLUSTERS_A_CALL: usize = 100;

type Listing = Result<Arc<[Cluster]>, Fault>;
type Flight = BoxFuture<'static, Listing>;
/// Whose clusters are being listed, and the listing for whoever else needs it.
type UnderWay = Option<(Owner, WeakShared<Flight>)>;

/// Lists clusters. Who asks while a listing is under way gets the result of that one.
///
/// Nothing is kept once a listing has ended, so that a second discovery in the same run sees anew.
#[derive(Clone)]
pub struct Clusters {
    clients: Clients,
    flight: Arc<Mutex<UnderWay>>,
}

impl Clusters {
    /// A listing through `clients`.
    pub fn new(clients: &Clients) -> Self {
        Self { clients: clients.clone(), flight: Arc::default() }
    }

    /// Every cluster that the owner has and that is in use, with tags and settings.
    ///
    /// # Errors
    /// Where ECS cannot be asked.
    pub async fn owned(&self, owner: &Owner) -> Listing {
        self.join(owner).await
    }

    fn join(&self, owner: &Owner) -> Shared<Flight> {
        let mut flight = self.flight.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((whose, running)) = flight.as_ref()
            && whose == owner
            && let Some(running) = running.upgrade()
        {
            return running;
        }
        let started = start(self.clients.clone(), owner.clone()).boxed().shared();
        *flight = started.downgrade().map(|running| (owner.clone(), running));
        started
    }
}

async fn start(clients: Clients, owner: Owner) -> Listing {
    // Lets the other kinds of this discovery join before an AWS that answers at once has answered.
    tokio::task::yield_now().await;
    list(&clients, &owner).await.map(Arc::from)
}

async fn list(clients: &Clients, owner: &Owner) -> Result<Vec<Cluster>, Fault> {
    let ecs = &clients.ecs().reads;
    let mut pages = ecs.list_clusters().into_paginator().items().send();
    let mut arns = Vec::new();
    while let Some(arn) = pages.try_next().await.map_err(fault("ListClusters"))? {
        arns.push(arn);
    }
    let replies = try_join_all(arns.chunks(CLUSTERS_A_CALL).map(|arns| async {
        let request = ecs.describe_clusters().set_clusters(Some(arns.to_vec()));
        let request = request.include(ClusterField::Tags).include(ClusterField::Settings);
        request.send().await.map_err(fault("DescribeClusters"))
    }));
    let clusters = replies.await?.into_iter().flat_map(|reply| reply.clusters.unwrap_or_default());
    Ok(clusters.filter(is_in_use).filter(|cluster| is_owned(cluster, owner)).collect())
}

/// A deleted cluster stays visible as INACTIVE for a while.
fn is_in_use(cluster: &Cluster) -> bool {
    matches!(cluster.status.as_deref(), Some("ACTIVE" | "PROVISIONING"))
}

fn is_owned(cluster: &Cluster, owner: &Owner) -> bool {
    owner.address_in(&tagging::from_ecs(cluster.tags.clone())).is_some()
}
