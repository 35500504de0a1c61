//! Where a project keeps what it keeps about itself.

use deploy_aws::ssm::Client;
use deploy_aws::{Clients, Service};
use deploy_model::{Fault, FaultKind};

/// The place of one environment in Parameter Store.
#[derive(Clone, Debug)]
pub struct Ledger {
    ssm: Service<Client>,
    root: String,
}

impl Ledger {
    /// The place of this environment. Nothing is called.
    pub fn new(clients: &Clients, application: &str, environment: &str) -> Self {
        Self { ssm: clients.ledger(), root: format!("/deploy/{application}/{environment}") }
    }

    pub(crate) fn reads(&self) -> &Client {
        &self.ssm.reads
    }

    pub(crate) fn writes(&self) -> &Client {
        &self.ssm.writes
    }

    pub(crate) fn name(&self, last: &str) -> String {
        format!("{}/{last}", self.root)
    }

    /// Says what to do where a permission is missing.
    pub(crate) fn explained(&self, fault: Fault) -> Fault {
        match (fault.kind, &fault.help) {
            (FaultKind::Denied, None) => {
                let help = format!("allow it below `{}/`: see \"What the deployer may do\" in the README", self.root);
                fault.help(help)
            }
            _ => fault,
        }
    }
}
