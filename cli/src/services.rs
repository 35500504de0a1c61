//! The way to AWS that plugins are given, as far as they were granted it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use deploy_aws::Clients;
use deploy_config::Target;
use deploy_host::Services;
use deploy_kinds::secrets::{Parameter, Place};
use deploy_local::serve::Server;
use deploy_model::{Fault, FaultKind};
use deploy_plugin::BoxFuture;
use deploy_plugin::wire::Credentials;
use deploy_secrets::store;
use tokio::sync::OnceCell;

use crate::connect::open_local;
use crate::view::Style;
use crate::workspace::{Intended, Workspace};

/// What plugins are told and given of one environment.
pub struct WayToAws {
    clients: Clients,
    endpoint: Endpoint,
    /// Where the values of the declared secrets live, by name.
    secrets: BTreeMap<String, Place>,
}

/// Which address answers.
enum Endpoint {
    /// AWS's own, or the one that the configuration names.
    Known(Option<String>),
    /// The embedded AWS, on a port that is taken when the first plugin asks.
    Embedded(PathBuf, OnceCell<String>),
}

impl WayToAws {
    /// The way to the AWS of an environment.
    pub fn new(workspace: &Workspace, intended: &Intended, clients: &Clients) -> Self {
        let endpoint = match intended.target {
            Target::Local => Endpoint::Embedded(workspace.project().root().to_owned(), OnceCell::new()),
            Target::Aws => Endpoint::Known(clients.endpoint_url().map(str::to_owned)),
        };
        let parameters = intended.blueprint.all::<Parameter>();
        let secrets = parameters.map(|(address, inputs)| (address.name().to_owned(), inputs.place())).collect();
        Self { clients: clients.clone(), endpoint, secrets }
    }
}

impl Services for WayToAws {
    fn region(&self) -> String {
        self.clients.region().to_owned()
    }

    fn endpoint_url(&self) -> BoxFuture<'_, Result<Option<String>, Fault>> {
        Box::pin(async {
            match &self.endpoint {
                Endpoint::Known(address) => Ok(address.clone()),
                Endpoint::Embedded(root, address) => {
                    Ok(Some(address.get_or_try_init(|| serve_embedded(root)).await?.clone()))
                }
            }
        })
    }

    fn credentials(&self) -> BoxFuture<'_, Result<Credentials, Fault>> {
        Box::pin(async {
            let key = self.clients.key().await?;
            Ok(Credentials {
                access_key_id: key.access_key_id,
                secret_access_key: key.secret_access_key,
                session_token: key.session_token,
                expires: key.expires,
            })
        })
    }

    fn secret<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<String, Fault>> {
        Box::pin(async move {
            let missing = || Fault::new(FaultKind::NotFound, format!("the environment declares no secret `{name}`"));
            let place = self.secrets.get(name).ok_or_else(missing)?;
            let found = store::values(&self.clients, std::slice::from_ref(place)).await?;
            let no_value = || Fault::new(FaultKind::NotFound, format!("`{name}` has no value"));
            Ok(found.into_values().next().ok_or_else(no_value)?.value.expose().to_owned())
        })
    }
}

/// Answers on a free port of the loopback interface for as long as the plugins run.
async fn serve_embedded(root: &Path) -> Result<String, Fault> {
    let failed = |what: String| Fault::internal(format!("the embedded AWS cannot be reached by plugins: {what}"));
    let local = open_local(root).map_err(|error| failed(error.text(Style::Plain)))?;
    let server = Server::bind(local, 0).await.map_err(|error| failed(error.to_string()))?;
    let address = server.address().map_err(|error| failed(error.to_string()))?;
    tokio::spawn(server.run());
    Ok(format!("http://{address}"))
}
