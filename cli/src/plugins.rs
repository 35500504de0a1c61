//! Which plugins this program carries.

use deploy_aws::Clients;
use deploy_host::{Clash, Registry};

/// The registry of all plugins, on these clients.
///
/// # Errors
/// Where two plugins claim one section or one kind.
pub fn registry(clients: &Clients) -> Result<Registry, Clash> {
    Registry::new([
        deploy_network::plugin(clients),
        deploy_security::plugin(clients),
        deploy_secrets::plugin(clients),
        deploy_iam::plugin(clients),
        deploy_ecs::plugin(clients),
    ])
}
