//! The door on a port: a client over TCP gets what a client in process gets.

use deploy_local::Local;
use deploy_local::serve::Server;
use std::io::{Read, Write};
use std::net::TcpStream;

const REQUEST: &str = "POST / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nauthorization: AWS4-HMAC-SHA256 \
                       Credential=111122223333/20260101/eu-west-1/sts/aws4_request, SignedHeaders=host, \
                       Signature=0\r\ncontent-length: 43\r\n\r\nAction=GetCallerIdentity&Version=2011-06-15";

#[test]
fn it_answers_on_the_loopback_interface_only() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let server = runtime.block_on(Server::bind(Local::in_memory(1), 0)).expect("a free port");
    let address = server.address().expect("an address");
    assert!(address.ip().is_loopback());
    let client = std::thread::spawn(move || {
        let mut stream = TcpStream::connect(address).expect("a connection");
        stream.write_all(REQUEST.as_bytes()).expect("sent");
        let mut reply = String::new();
        stream.read_to_string(&mut reply).expect("received");
        reply
    });
    let reply = runtime.block_on(async {
        tokio::select! {
            ended = server.run() => panic!("the server ended: {ended:?}"),
            reply = tokio::task::spawn_blocking(move || client.join()) => reply.expect("joined"),
        }
    });
    let reply = reply.expect("the client");
    assert!(reply.starts_with("HTTP/1.1 200 OK"), "{reply}");
    assert!(reply.contains("<Account>111122223333</Account>"), "{reply}");
}
