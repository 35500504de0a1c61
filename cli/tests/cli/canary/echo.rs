//! An AWS that repeats what it was told: the embedded one, with a proxy before it that spoils replies.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What becomes of the reply to an operation.
#[derive(Clone, Copy, Debug)]
pub enum Spoiled {
    /// An error of this status and code, whose message is the request.
    Error(u16, &'static str),
    /// An error whose code and request id are the request.
    Code,
    /// The reply, broken off in the middle.
    Torn,
    /// The reply with the wrong types, the request within.
    Wrong,
}

pub const ALL: &[Spoiled] = &[
    Spoiled::Error(400, "ValidationException"),
    Spoiled::Error(400, "ParameterMaxVersionLimitExceeded"),
    Spoiled::Error(409, "ConflictException"),
    Spoiled::Error(400, "ParameterNotFound"),
    Spoiled::Error(403, "AccessDeniedException"),
    Spoiled::Error(413, "RequestEntityTooLarge"),
    Spoiled::Error(500, "InternalServerError"),
    Spoiled::Code,
    Spoiled::Torn,
    Spoiled::Wrong,
];

/// The proxy, until the test ends.
pub struct Echo {
    pub endpoint: String,
    spoiled: Arc<Mutex<Option<(&'static str, Spoiled)>>>,
}

impl Echo {
    pub fn before(upstream: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
        let upstream = upstream.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let spoiled = Arc::new(Mutex::new(None));
        let shared = Arc::clone(&spoiled);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (upstream, spoiled) = (upstream.clone(), Arc::clone(&shared));
                // A program that has heard enough may be gone.
                std::thread::spawn(move || answer(stream, &upstream, &spoiled));
            }
        });
        Self { endpoint, spoiled }
    }

    /// From now on this operation's replies are spoiled.
    pub fn spoil(&self, operation: &'static str, how: Spoiled) {
        *self.spoiled.lock().expect("no test panicked") = Some((operation, how));
    }
}

/// The first line and the headers, and the body.
fn message(reader: &mut impl BufRead) -> std::io::Result<(Vec<String>, Vec<u8>)> {
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        match line.trim_end() {
            "" => break,
            line => head.push(line.to_owned()),
        }
    }
    let length = value(&head, "content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok((head, body))
}

fn value<'a>(head: &'a [String], name: &str) -> Option<&'a str> {
    let headers = head.iter().filter_map(|line| line.split_once(": "));
    headers.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn answer(stream: TcpStream, upstream: &str, spoiled: &Mutex<Option<(&'static str, Spoiled)>>) -> std::io::Result<()> {
    let mut client = BufReader::new(stream);
    let (head, body) = message(&mut client)?;
    let operation = value(&head, "x-amz-target").and_then(|target| target.rsplit('.').next());
    // What the program keeps about itself holds no value, and would only end a run before it came to one.
    let is_about_a_value = !String::from_utf8_lossy(&body).contains("\"/deploy/");
    let is_meant = |wanted: &str| is_about_a_value && operation == Some(wanted);
    let spoiled = spoiled.lock().expect("no test panicked").filter(|(wanted, _)| is_meant(wanted));
    let (status, id, reply) = match spoiled {
        Some((_, how)) => spoil(how, &String::from_utf8_lossy(&body), || forward(upstream, &head, &body))?,
        None => {
            let (status, reply) = forward(upstream, &head, &body)?;
            (status, "r-1".to_owned(), reply)
        }
    };
    let kind = if body.starts_with(b"{") { "application/x-amz-json-1.1" } else { "text/xml" };
    let head = format!("HTTP/1.1 {status} Said\r\ncontent-type: {kind}\r\nx-amzn-requestid: {id}\r\nconnection: close");
    write!(client.get_mut(), "{head}\r\ncontent-length: {}\r\n\r\n", reply.len())?;
    client.get_mut().write_all(&reply)
}

/// The status and the body of the reply of the embedded AWS.
fn forward(upstream: &str, head: &[String], body: &[u8]) -> std::io::Result<(u16, Vec<u8>)> {
    let mut server = BufReader::new(TcpStream::connect(upstream)?);
    let kept = head.iter().filter(|line| !line.to_lowercase().starts_with("connection:"));
    let request = kept.fold(String::new(), |text, line| text + line + "\r\n");
    server.get_mut().write_all(format!("{request}connection: close\r\n\r\n").as_bytes())?;
    server.get_mut().write_all(body)?;
    let (head, reply) = message(&mut server)?;
    let status = head.first().and_then(|line| line.split(' ').nth(1)?.parse().ok());
    Ok((status.unwrap_or(500), reply))
}

/// The status, the request id and the body. Only what is to be torn is asked for.
fn spoil(
    how: Spoiled,
    request: &str,
    forward: impl FnOnce() -> std::io::Result<(u16, Vec<u8>)>,
) -> std::io::Result<(u16, String, Vec<u8>)> {
    let error = |status, code: &str, id: &str| {
        let body = serde_json::json!({ "__type": code, "message": format!("refused: {request}") });
        (status, id.to_owned(), body.to_string().into_bytes())
    };
    // A header takes no letters but those of ASCII.
    let header: String = request.chars().filter(|letter| letter.is_ascii() && !letter.is_ascii_control()).collect();
    Ok(match how {
        Spoiled::Error(status, code) => error(status, code, "r-1"),
        Spoiled::Code => error(400, request, &header),
        Spoiled::Torn => {
            let (status, mut reply) = forward()?;
            reply.truncate(reply.len() - 2);
            (status, "r-1".to_owned(), reply)
        }
        Spoiled::Wrong => {
            let scalars = ["Version", "ARN", "VersionId"].map(|name| (name, serde_json::json!({ "of": request })));
            let lists = ["Parameters", "SecretValues", "Versions"].map(|name| (name, serde_json::json!(request)));
            let body: serde_json::Map<_, _> =
                scalars.into_iter().chain(lists).map(|(name, value)| (name.to_owned(), value)).collect();
            let body = serde_json::Value::from(body);
            (200, "r-1".to_owned(), body.to_string().into_bytes())
        }
    })
}
