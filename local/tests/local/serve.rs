//! The door on a port: a client over TCP gets what a client in process gets.

use deploy_local::Local;
use deploy_local::serve::Server;
use std::io::{Read, Write};
use std::net::TcpStream;

const REQUEST: &str = "POST / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nauthorization: AWS4-HMAC-SHA256 \
                       Credential=111122223333/20260101/eu-west-1/sts/aws4_request, SignedHeaders=host, \
                       Signature=0\r\ncontent-length: 43\r\n\r\nAction=GetCallerIdentity&Version=2011-06-15";

/// What comes back over a connection of its own, from a server of its own, for these bytes.
fn exchange(request: Vec<u8>) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let server = runtime.block_on(Server::bind(Local::in_memory(1), 0)).expect("a free port");
    let address = server.address().expect("an address");
    assert!(address.ip().is_loopback());
    let client = std::thread::spawn(move || {
        let mut stream = TcpStream::connect(address).expect("a connection");
        // The server may answer, and hang up, before it has read everything.
        let _ = stream.write_all(&request);
        let mut reply = String::new();
        let _ = stream.read_to_string(&mut reply);
        reply
    });
    let reply = runtime.block_on(async {
        tokio::select! {
            ended = server.run() => panic!("the server ended: {ended:?}"),
            reply = tokio::task::spawn_blocking(move || client.join()) => reply.expect("joined"),
        }
    });
    reply.expect("the client")
}

#[test]
fn it_answers_on_the_loopback_interface_only() {
    let reply = exchange(REQUEST.as_bytes().to_vec());
    assert!(reply.starts_with("HTTP/1.1 200 OK"), "{reply}");
    assert!(reply.contains("<Account>111122223333</Account>"), "{reply}");
}

#[test]
fn a_body_that_is_too_large_is_refused_with_a_reason() {
    let head = REQUEST.replace("content-length: 43", "content-length: 5000000");
    let (head, _) = head.split_once("Action=").expect("a body");
    let reply = exchange([head.as_bytes(), &vec![b'a'; 5_000_000]].concat());
    assert!(reply.starts_with("HTTP/1.1 413"), "{reply}");
    assert!(reply.contains("<Code>RequestEntityTooLarge</Code>"), "{reply}");
}

#[test]
fn what_is_not_http_ends_its_own_connection_only() {
    assert!(!exchange(b"\x16\x03\x01\x02\x00 this is TLS\r\n\r\n".to_vec()).contains("200 OK"));
    assert!(exchange(REQUEST.as_bytes().to_vec()).starts_with("HTTP/1.1 200 OK"));
}
