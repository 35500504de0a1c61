//! What every write has to pass right before it is sent, however many an operation makes.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::{ConnectorError, DispatchFailure};
use aws_smithy_runtime_api::client::runtime_components::{RuntimeComponents, RuntimeComponentsBuilder};
use aws_smithy_types::config_bag::ConfigBag;
use deploy_model::Fault;

/// Lets a write pass, or says why it may not be sent.
pub type Pass = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<(), Fault>> + Send>> + Send + Sync>;

/// Everything passes until something is put up.
#[derive(Clone, Default)]
pub(crate) struct Barrier(Arc<OnceLock<Pass>>);

impl Barrier {
    /// Puts up what every write has to pass from now on. What stands already stays.
    pub(crate) fn put_up(&self, pass: Pass) {
        let _ = self.0.set(pass);
    }

    /// The client behind this.
    pub(crate) fn before(&self, client: SharedHttpClient) -> SharedHttpClient {
        SharedHttpClient::new(Behind { barrier: self.clone(), client })
    }
}

impl fmt::Debug for Barrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Barrier")
    }
}

/// The fault of a write that was not let pass.
pub(crate) fn held_back(failure: &DispatchFailure) -> Option<Fault> {
    let error: &dyn std::error::Error = failure.as_connector_error()?;
    error.source()?.downcast_ref::<Fault>().cloned()
}

#[derive(Debug)]
struct Behind {
    barrier: Barrier,
    client: SharedHttpClient,
}

impl HttpClient for Behind {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        let connector = self.client.http_connector(settings, components);
        SharedHttpConnector::new(Gate { barrier: self.barrier.clone(), connector })
    }

    fn validate_base_client_config(
        &self,
        components: &RuntimeComponentsBuilder,
        config: &ConfigBag,
    ) -> Result<(), BoxError> {
        self.client.validate_base_client_config(components, config)
    }

    fn validate_final_config(&self, components: &RuntimeComponents, config: &ConfigBag) -> Result<(), BoxError> {
        self.client.validate_final_config(components, config)
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.client.connector_metadata()
    }
}

#[derive(Debug)]
struct Gate {
    barrier: Barrier,
    connector: SharedHttpConnector,
}

impl HttpConnector for Gate {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let Some(pass) = self.barrier.0.get().cloned() else { return self.connector.call(request) };
        let connector = self.connector.clone();
        HttpConnectorFuture::new(async move {
            pass().await.map_err(|fault| ConnectorError::user(Box::new(fault)))?;
            connector.call(request).await
        })
    }
}
