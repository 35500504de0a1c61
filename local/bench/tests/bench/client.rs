//! A client that sees what becomes of its connection.

use std::io::{Error, ErrorKind, Read, Result, Write};
use std::net::TcpStream;
use std::time::Duration;

use deploy_bench::Bench;

#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub body: String,
}

/// Calls an operation of Parameter Store.
pub fn say(bench: &Bench, operation: &str) -> Result<Reply> {
    ask(bench, &format!("x-amz-target: AmazonSSM.{operation}"), "{}")
}

/// Sends a request with one header of its own, and waits for half a second.
pub fn ask(bench: &Bench, header: &str, body: &str) -> Result<Reply> {
    let url = bench.url();
    let mut stream = TcpStream::connect(url.strip_prefix("http://").expect("an address"))?;
    stream.set_read_timeout(Some(Duration::from_millis(500)))?;
    let length = body.len();
    write!(stream, "POST / HTTP/1.1\r\nhost: aws\r\n{header}\r\ncontent-length: {length}\r\n\r\n{body}")?;
    let mut received = Vec::new();
    loop {
        if let Some(reply) = whole(&received)? {
            return Ok(reply);
        }
        let mut piece = [0; 4096];
        match stream.read(&mut piece)? {
            0 => return Err(Error::new(ErrorKind::UnexpectedEof, missing(&received))),
            length => received.extend_from_slice(&piece[..length]),
        }
    }
}

fn parts(received: &[u8]) -> Option<(String, String)> {
    let text = String::from_utf8_lossy(received);
    text.split_once("\r\n\r\n").map(|(head, body)| (head.to_lowercase(), body.to_owned()))
}

fn announced(head: &str) -> usize {
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    length.expect("a length").parse().expect("a number")
}

fn whole(received: &[u8]) -> Result<Option<Reply>> {
    let Some((head, body)) = parts(received) else { return Ok(None) };
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or(ErrorKind::InvalidData)?;
    Ok((body.len() == announced(&head)).then_some(Reply { status, body }))
}

fn missing(received: &[u8]) -> String {
    parts(received).map_or_else(String::new, |(head, body)| format!("{} of {} bytes", body.len(), announced(&head)))
}
