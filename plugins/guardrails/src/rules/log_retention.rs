//! `log_retention`: no log is kept for ever.

use deploy_kinds::ecs::{LogGroup, Service};
use deploy_plugin::{Outlook, Resource};

use super::of_each;
use crate::breach::Breach;
use crate::config::Config;

/// Log groups whose events never expire.
pub fn breaches(config: &Config, outlook: &Outlook<'_>) -> Vec<Breach> {
    if !config.log_retention {
        return Vec::new();
    }
    of_each::<LogGroup>(outlook, |address, log| {
        if log.retention_days.is_some() {
            return Vec::new();
        }
        let service = format!("{}.{}", Service::KIND, address.name());
        let help = if outlook.desired.keys().any(|other| other.to_string() == service) {
            format!("set `log_retention_days` of `ecs.services.{}`", address.name())
        } else {
            "set for how many days it keeps them".to_owned()
        };
        vec![Breach::certain(address, "its events never expire".to_owned(), help)]
    })
}
