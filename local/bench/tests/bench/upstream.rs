//! An upstream that answers each request with how many there were.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

pub struct Counter {
    address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Counter {
    /// Starts one that lives as long as the test process.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let heads: Arc<Mutex<Vec<String>>> = Arc::default();
        let kept = Arc::clone(&heads);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                answer(stream.expect("a connection"), &kept);
            }
        });
        Self { address, heads }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many requests reached it.
    pub fn count(&self) -> usize {
        self.heads.lock().expect("no test panicked in it").len()
    }

    /// The head of the last request.
    pub fn last(&self) -> String {
        self.heads.lock().expect("no test panicked in it").last().cloned().unwrap_or_default()
    }
}

fn answer(stream: TcpStream, heads: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(&stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        reader.read_line(&mut head).expect("a line");
    }
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |length| length.parse().expect("a number"))];
    reader.read_exact(&mut body).expect("a body");
    let number = {
        let mut heads = heads.lock().expect("no test panicked in it");
        heads.push(head);
        heads.len().to_string()
    };
    let length = number.len();
    write!(&stream, "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{number}")
        .expect("written");
}
