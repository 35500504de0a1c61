//! The door on a port: a loopback HTTP server, so that the AWS CLI, boto3 or any SDK can use the embedded AWS.
//!
//! It never listens on anything but 127.0.0.1: whoever can reach it owns the world behind it.

use crate::admission::MAX_BODY;
use crate::gate;
use crate::local::{Answer, Local};
use http::{Request, Response};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::{TcpListener, TcpStream};

/// A server that listens but does not answer yet.
pub struct Server {
    listener: TcpListener,
    local: Local,
}

impl Server {
    /// Takes `port` on the loopback interface; 0 takes any free one.
    ///
    /// # Errors
    /// If the port is taken.
    pub async fn bind(local: Local, port: u16) -> io::Result<Server> {
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await?;
        Ok(Server { listener, local })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// If the system does not say.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until it is dropped. Each connection is served on its own; one that breaks ends alone.
    ///
    /// # Errors
    /// If no more connections can be accepted.
    pub async fn run(self) -> io::Result<()> {
        loop {
            let (stream, _) = self.listener.accept().await?;
            tokio::spawn(connection(stream, self.local.clone()));
        }
    }
}

async fn connection(stream: TcpStream, local: Local) {
    let service = service_fn(move |request| answer(local.clone(), request));
    // A client that hangs up is no error of the server's.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(local: Local, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (parts, body) = request.into_parts();
    // One that grows too large and one that breaks off cannot be told apart here, and nobody waits for the latter's answer.
    let Ok(body) = Limited::new(body, MAX_BODY).collect().await else {
        let head = Request::from_parts(parts, Vec::new());
        return Ok(gate::too_large(&head, "none").map(|body| Full::new(Bytes::from(body))));
    };
    let request = Request::from_parts(parts, body.to_bytes().to_vec());
    let Answer { response, latency } = local.answer(&request);
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    Ok(response.map(|body| Full::new(Bytes::from(body))))
}
