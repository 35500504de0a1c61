//! Carries the SDK's requests to an AWS in this process instead of over the network.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_smithy_async::rt::sleep::{AsyncSleep, SharedAsyncSleep};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;

/// What answers a request, and how long its answer is on the way.
pub type Door = Arc<dyn Fn(http::Request<Vec<u8>>) -> (http::Response<Vec<u8>>, Duration) + Send + Sync>;

/// An HTTP client for the SDK whose every request goes through `door`.
pub fn through(door: Door) -> SharedHttpClient {
    SharedHttpClient::new(Carrier { door, sleep: None })
}

#[derive(Clone)]
struct Carrier {
    door: Door,
    sleep: Option<SharedAsyncSleep>,
}

impl fmt::Debug for Carrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Carrier")
    }
}

impl HttpClient for Carrier {
    fn http_connector(&self, _: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(Self { sleep: components.sleep_impl(), ..self.clone() })
    }
}

impl HttpConnector for Carrier {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (reply, latency) = match self.carry(request) {
            Ok((response, latency)) => (Ok(response), latency),
            Err(error) => (Err(error), Duration::ZERO),
        };
        match self.sleep.clone().filter(|_| !latency.is_zero()) {
            None => HttpConnectorFuture::ready(reply),
            Some(sleep) => HttpConnectorFuture::new(async move {
                sleep.sleep(latency).await;
                reply
            }),
        }
    }
}

impl Carrier {
    fn carry(&self, request: HttpRequest) -> Result<(HttpResponse, Duration), ConnectorError> {
        let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
        let (head, body) = request.into_parts();
        let body = body.bytes().ok_or_else(|| ConnectorError::user("a streaming body cannot be carried".into()))?;
        let (response, latency) = (self.door)(http::Request::from_parts(head, body.to_vec()));
        let response = HttpResponse::try_from(response.map(SdkBody::from));
        Ok((response.map_err(|error| ConnectorError::user(error.into()))?, latency))
    }
}
