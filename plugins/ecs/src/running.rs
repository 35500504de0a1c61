//! How many tasks run, for whoever asks about services by name.

use std::collections::BTreeMap;

use deploy_aws::{Clients, fault};
use deploy_model::Fault;

/// Services in one DescribeServices.
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html>
const SERVICES_A_CALL: usize = 10;

/// The running tasks of those of these services of a cluster that are in use, by name.
///
/// # Errors
/// What AWS answers.
pub async fn running_tasks(
    clients: &Clients,
    cluster: &str,
    services: &[String],
) -> Result<BTreeMap<String, i32>, Fault> {
    let mut running = BTreeMap::new();
    for names in services.chunks(SERVICES_A_CALL) {
        let request = clients.ecs().reads.describe_services().cluster(cluster).set_services(Some(names.to_vec()));
        let reply = request.send().await.map_err(fault("DescribeServices"))?;
        let active = reply.services.unwrap_or_default().into_iter();
        let active = active.filter(|service| service.status.as_deref() == Some("ACTIVE"));
        running.extend(active.filter_map(|service| Some((service.service_name?, service.running_count))));
    }
    Ok(running)
}
