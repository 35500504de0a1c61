//! `circuit_breaker`: a rollout that keeps failing ends.

use deploy_kinds::ecs::Service;
use deploy_plugin::Outlook;

use super::of_each;
use crate::breach::Breach;
use crate::config::Config;

/// Services whose circuit breaker is off.
pub fn breaches(config: &Config, outlook: &Outlook<'_>) -> Vec<Breach> {
    if !config.circuit_breaker {
        return Vec::new();
    }
    of_each::<Service>(outlook, |address, service| {
        let message = "a rollout that keeps failing never ends: the circuit breaker is off".to_owned();
        let help = format!("set `circuit_breaker = {{ enable = true }}` of `ecs.services.{}`", address.name());
        (!service.circuit_breaker.enable).then(|| Breach::certain(address, message, help)).into_iter().collect()
    })
}
