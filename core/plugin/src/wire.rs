//! The messages between host and plugin where a border lies between them: JSON-RPC 2.0 in frames.
//!
//! The same operations as [`AnyKind`](crate::AnyKind) and [`AnyStage`](crate::AnyStage), as data. The
//! version is an integer, independent of the program's; unknown fields are ignored on both sides.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};

use deploy_model::{Address, Desired, Fault, FieldChange, Finding, KindDescription, KindName, Live, Owner, Plan};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{AnyAnswer, ByQuestion, Purpose, Wanted};

/// The version of these messages. A host speaks this one and the one before.
pub const PROTOCOL: u32 = 1;

/// The largest frame, in bytes, behind its four bytes of length.
pub const MAX_FRAME: usize = 16 * 1024 * 1024;

/// What the host asks of a plugin.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "method", content = "params")]
pub enum Call {
    /// The first message: which versions the host speaks.
    #[serde(rename = "initialize")]
    Initialize {
        /// The oldest version.
        oldest: u32,
        /// The newest version.
        newest: u32,
    },
    /// Asks for everything that the plugin offers.
    #[serde(rename = "describe")]
    Describe {},
    /// Asks a stage for its resources.
    #[serde(rename = "stage/desired")]
    Desired {
        /// The stage.
        stage: String,
        /// Its section of the configuration.
        config: Value,
        /// The environment.
        environment: Environment,
        /// What the stages before it desire.
        desired: Vec<Desired>,
    },
    /// Shows a stage the plan.
    #[serde(rename = "stage/check")]
    Check {
        /// The stage.
        stage: String,
        /// The plan.
        plan: Box<Plan>,
        /// What there is once it is carried out: see [`Outlook::desired`](crate::Outlook::desired).
        desired: BTreeMap<Address, Value>,
    },
    /// Asks for all resources of a kind.
    #[serde(rename = "kind/discover")]
    Discover {
        /// The kind.
        kind: KindName,
        /// The operation.
        operation: Operation,
        /// How the environment's names begin.
        prefix: String,
        /// What the configuration desires of this kind.
        wanted: Vec<Wanted>,
        /// What the findings are for.
        #[serde(default)]
        purpose: Purpose,
    },
    /// Looks at resources that belong to others.
    #[serde(rename = "kind/look_up")]
    LookUp {
        /// The kind.
        kind: KindName,
        /// The operation.
        operation: Operation,
        /// Their ids.
        ids: Vec<String>,
    },
    /// Asks about resources that belong to others.
    #[serde(rename = "kind/query")]
    Query {
        /// The kind.
        kind: KindName,
        /// The operation.
        operation: Operation,
        /// The questions.
        queries: Vec<String>,
    },
    /// Makes a resource.
    #[serde(rename = "kind/create")]
    Create {
        /// The operation.
        operation: Operation,
        /// Its address.
        address: Address,
        /// What it shall be.
        inputs: Value,
    },
    /// Brings what was just made to its inputs.
    #[serde(rename = "kind/complete")]
    Complete {
        /// The operation.
        operation: Operation,
        /// What was made, with the inputs that it shall have.
        made: Live,
    },
    /// Changes a resource.
    #[serde(rename = "kind/update")]
    Update {
        /// The operation.
        operation: Operation,
        /// What is there.
        live: Live,
        /// What it shall be.
        inputs: Value,
        /// What differs.
        changes: Vec<FieldChange>,
    },
    /// Gives a resource another address.
    #[serde(rename = "kind/retire")]
    Retire {
        /// The operation.
        operation: Operation,
        /// What is there.
        live: Live,
        /// The address it gets.
        to: Address,
    },
    /// Deletes a resource.
    #[serde(rename = "kind/delete")]
    Delete {
        /// The operation.
        operation: Operation,
        /// What is there.
        live: Live,
    },
    /// Asks the plugin to end.
    #[serde(rename = "shutdown")]
    Shutdown {},
}

/// What every operation on a kind carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    /// The same for every attempt: a client token where the service has one.
    pub id: String,
    /// Counts from 1.
    pub attempt: u32,
    /// Milliseconds until the host stops waiting.
    pub deadline_ms: u64,
    /// Whose resources.
    pub owner: Owner,
}

/// The environment, as a stage sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Environment {
    /// Whose resources.
    pub owner: Owner,
    /// How its names begin.
    pub prefix: String,
    /// The user's tags.
    pub tags: BTreeMap<String, String>,
}

/// What a plugin answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// To `initialize`: the version that both will speak.
    Version(u32),
    /// To `describe`.
    Description {
        /// The plugin's name.
        name: String,
        /// The plugin's own version.
        version: String,
        /// Its kinds.
        kinds: Vec<KindDescription>,
    },
    /// To `stage/desired`.
    Desired(Vec<Desired>),
    /// To `stage/check`.
    Findings(Vec<Finding>),
    /// To `kind/discover`.
    Found(Vec<Live>),
    /// To `kind/look_up`: the outputs of those that exist, by id.
    Seen(BTreeMap<String, Value>),
    /// To `kind/query`: those that answer, by question.
    Answers(ByQuestion<AnyAnswer>),
    /// To `kind/create`, `kind/complete` and `kind/update`.
    Made(Live),
    /// To `kind/retire`, `kind/delete` and `shutdown`.
    Done {},
}

/// One message, in either direction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Message {
    /// A request.
    Request {
        /// Always `2.0`.
        jsonrpc: Version,
        /// Its number.
        id: u64,
        /// What is asked.
        #[serde(flatten)]
        call: Call,
    },
    /// The answer to a request.
    Result {
        /// Always `2.0`.
        jsonrpc: Version,
        /// The request's number.
        id: u64,
        /// What is answered.
        result: Answer,
    },
    /// The failure of a request.
    Error {
        /// Always `2.0`.
        jsonrpc: Version,
        /// The request's number.
        id: u64,
        /// Why.
        error: Failure,
    },
    /// What needs no answer.
    Notification {
        /// Always `2.0`.
        jsonrpc: Version,
        /// What is said.
        #[serde(flatten)]
        notice: Notice,
    },
}

/// A failure as JSON-RPC carries it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// −32000: the operation failed, and `data` says how.
    pub code: i32,
    /// The fault in one line.
    pub message: String,
    /// The fault.
    pub data: Fault,
}

/// What is said without waiting for an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "method", content = "params")]
pub enum Notice {
    /// Host to plugin: the answer to this request is no longer wanted.
    #[serde(rename = "$/cancel")]
    Cancel {
        /// The request's number.
        id: u64,
    },
    /// Plugin to host: what an operation is waiting for.
    #[serde(rename = "$/progress")]
    Progress {
        /// The request's number.
        id: u64,
        /// In a few words.
        message: String,
    },
    /// Plugin to host: a line for the log.
    #[serde(rename = "$/log")]
    Log {
        /// `error`, `warn`, `info` or `debug`.
        level: String,
        /// The line.
        message: String,
    },
}

/// The version of JSON-RPC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Version {
    /// The only one.
    #[default]
    #[serde(rename = "2.0")]
    V2,
}

/// Why a frame could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The other side is gone.
    #[error("the connection ended")]
    Ended,
    /// The frame is larger than [`MAX_FRAME`].
    #[error("a frame of {0} bytes is larger than the {MAX_FRAME} that are allowed")]
    TooLarge(usize),
    /// The frame is no message.
    #[error("not a message")]
    NotAMessage(#[source] serde_json::Error),
    /// The pipe failed.
    #[error("the connection failed")]
    Io(#[from] io::Error),
}

/// Writes one message: four bytes of length, little-endian, and its JSON.
///
/// # Errors
/// Where the message is too large, or the pipe fails.
pub fn write(to: &mut impl Write, message: &Message) -> Result<(), FrameError> {
    let body = serde_json::to_vec(message).map_err(FrameError::NotAMessage)?;
    let length = u32::try_from(body.len()).ok().filter(|_| body.len() <= MAX_FRAME);
    let length = length.ok_or(FrameError::TooLarge(body.len()))?;
    to.write_all(&length.to_le_bytes())?;
    to.write_all(&body)?;
    to.flush()?;
    Ok(())
}

/// Reads one message.
///
/// # Errors
/// Where the other side is gone, sends too much, or sends what is no message. Memory is taken as the
/// bytes arrive, so that a length alone cannot exhaust it.
pub fn read(from: &mut impl Read) -> Result<Message, FrameError> {
    let mut length = [0; 4];
    from.read_exact(&mut length).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => FrameError::Ended,
        _ => FrameError::Io(error),
    })?;
    let length = u32::from_le_bytes(length) as usize;
    if length > MAX_FRAME {
        return Err(FrameError::TooLarge(length));
    }
    let mut body = Vec::new();
    from.take(length as u64).read_to_end(&mut body)?;
    if body.len() < length {
        return Err(FrameError::Ended);
    }
    serde_json::from_slice(&body).map_err(FrameError::NotAMessage)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn messages() -> Vec<Message> {
        let owner = Owner { application: "shop".into(), environment: "dev".into() };
        let operation = Operation { id: "a1".into(), attempt: 1, deadline_ms: 1000, owner };
        let address: Address = "network.vpc.main".parse().expect("an address");
        let live =
            Live { address: address.clone(), id: "vpc-1".into(), inputs: json!({}), outputs: json!({"id": "vpc-1"}) };
        let request = |call| Message::Request { jsonrpc: Version::V2, id: 7, call };
        let fault = Fault::new(deploy_model::FaultKind::Conflict, "in use").later();
        vec![
            request(Call::Initialize { oldest: 1, newest: 1 }),
            request(Call::Describe {}),
            request(Call::Create { operation: operation.clone(), address, inputs: json!({"cidr": "10.0.0.0/16"}) }),
            request(Call::Delete { operation, live: live.clone() }),
            Message::Result { jsonrpc: Version::V2, id: 7, result: Answer::Made(live) },
            Message::Error {
                jsonrpc: Version::V2,
                id: 7,
                error: Failure { code: -32000, message: fault.to_string(), data: fault },
            },
            Message::Notification { jsonrpc: Version::V2, notice: Notice::Cancel { id: 7 } },
        ]
    }

    #[test]
    fn every_message_survives_its_frame() {
        for message in messages() {
            let mut bytes = Vec::new();
            write(&mut bytes, &message).expect("written");
            assert_eq!(read(&mut bytes.as_slice()).expect("read"), message);
        }
    }

    #[test]
    fn a_length_that_lies_takes_no_memory_and_no_time() {
        let mut lie: &[u8] = &[0xff, 0xff, 0xff, 0xff, b'{'];
        assert!(matches!(read(&mut lie), Err(FrameError::TooLarge(_))));
        let mut short: &[u8] = &[0, 0, 1, 0, b'{'];
        assert!(matches!(read(&mut short), Err(FrameError::Ended)));
    }

    proptest! {
        #[test]
        fn garbage_is_refused_and_never_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&mut bytes.as_slice());
        }
    }
}
