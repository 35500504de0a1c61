//! What every write has to pass right before it is sent, however many an operation makes.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};

use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::{ConnectorError, DispatchFailure};
use deploy_model::Fault;

use crate::layer::{Layer, layered};

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
        layered(self.clone(), client)
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

impl Layer for Barrier {
    fn around(&self, connector: SharedHttpConnector) -> SharedHttpConnector {
        SharedHttpConnector::new(Gate { barrier: self.clone(), connector })
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
