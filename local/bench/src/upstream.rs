//! The AWS behind the bench.

use std::io;
use std::net::SocketAddr;

use http::header::{CONNECTION, CONTENT_LENGTH, EXPECT, TRANSFER_ENCODING};
use http::{HeaderName, HeaderValue, Method, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// Where calls go, and what each takes along.
#[derive(Clone, Debug)]
pub struct Upstream {
    address: SocketAddr,
    header: Option<(HeaderName, HeaderValue)>,
}

impl Upstream {
    /// The server that listens there.
    #[must_use]
    pub fn at(address: SocketAddr) -> Self {
        Self { address, header: None }
    }

    /// The same, where each call carries this header too: moto takes the account to act in from `x-moto-account-id`.
    #[must_use]
    pub fn with_header(self, name: &'static str, value: HeaderValue) -> Self {
        Self { header: Some((HeaderName::from_static(name), value)), ..self }
    }

    /// Sends a request on a connection of its own.
    pub(crate) async fn answer(&self, mut request: Request<Bytes>) -> io::Result<Response<Bytes>> {
        let is_head = request.method() == Method::HEAD;
        for name in [CONNECTION, CONTENT_LENGTH, EXPECT, TRANSFER_ENCODING] {
            request.headers_mut().remove(name);
        }
        if let Some((name, value)) = &self.header {
            request.headers_mut().insert(name, value.clone());
        }
        let stream = TcpStream::connect(self.address).await?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
        tokio::spawn(connection);
        let reply = sender.send_request(request.map(Full::new)).await.map_err(io::Error::other)?;
        let (mut head, body) = reply.into_parts();
        head.headers.remove(CONNECTION);
        head.headers.remove(TRANSFER_ENCODING);
        if !is_head {
            head.headers.remove(CONTENT_LENGTH);
        }
        let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
        Ok(Response::from_parts(head, body))
    }
}
