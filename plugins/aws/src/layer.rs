//! What is put around the connections of a client: one function around each of them.

use std::fmt::Debug;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{HttpClient, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector};
use aws_smithy_runtime_api::client::runtime_components::{RuntimeComponents, RuntimeComponentsBuilder};
use aws_smithy_types::config_bag::ConfigBag;

/// Stands between a client and its connections.
pub(crate) trait Layer: Debug + Send + Sync + 'static {
    /// A connection with this around it.
    fn around(&self, connector: SharedHttpConnector) -> SharedHttpConnector;
}

/// A client with a layer around each of its connections, and everything else as it was.
pub(crate) fn layered(layer: impl Layer, client: SharedHttpClient) -> SharedHttpClient {
    SharedHttpClient::new(Layered { layer, client })
}

#[derive(Debug)]
struct Layered<L> {
    layer: L,
    client: SharedHttpClient,
}

impl<L: Layer> HttpClient for Layered<L> {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        self.layer.around(self.client.http_connector(settings, components))
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
