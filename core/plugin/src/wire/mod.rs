//! The messages between host and plugin where a border lies between them: JSON-RPC 2.0 in frames.
//!
//! The same operations as [`AnyKind`](crate::AnyKind) and [`AnyStage`](crate::AnyStage), as data. Each is a type that
//! knows its method and its answer ([`Call`]). The version is an integer, independent of the program's; unknown fields
//! are ignored on both sides.

mod blueprint;
mod callback;
mod envelope;
pub mod frame;
mod handshake;
mod kind;
mod notice;
mod stage;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use blueprint::{BlueprintData, Changes, Contribution, GivenResource, QueryFrom};
pub use callback::{Credentials, GetCredentials, GetSecret, SecretValue};
pub use envelope::{BROKEN, Envelope, Failure, METHOD_NOT_FOUND, Malformed, NOT_A_MESSAGE, OPERATION_FAILED};
pub use handshake::{Connect, Describe, Description, Initialize, Initialized, Nothing, Shutdown, StageDescription};
pub use kind::{CheckInputs, Complete, Create, Delete, Discover, LookUp, Operation, QueryOthers, Retire, Update};
pub use notice::{Cancel, Checkpoint, Level, Log, Notice, Progress};
pub use stage::{Answered, Check, Desired, Transform};

/// The oldest version of these messages that this crate speaks.
pub const OLDEST_PROTOCOL: u32 = 1;

/// The newest version of these messages that this crate speaks. A host speaks this one and the one before.
pub const NEWEST_PROTOCOL: u32 = 1;

/// A request: its method, its parameters, and what answers it.
pub trait Call: Serialize + DeserializeOwned + Send + 'static {
    /// The method's name.
    const METHOD: &'static str;
    /// What answers it.
    type Answer: Serialize + DeserializeOwned + Send + 'static;
}

/// Declares requests: each a struct of parameters, its method and its answer.
macro_rules! calls {
    ($($(#[$docs:meta])* $name:ident $method:literal -> $answer:ty { $($(#[$field_docs:meta])* $field:ident: $type:ty,)* })*) => {
        $(
            $(#[$docs])*
            #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
            pub struct $name {
                $($(#[$field_docs])* pub $field: $type,)*
            }

            impl $crate::wire::Call for $name {
                const METHOD: &'static str = $method;
                type Answer = $answer;
            }
        )*
    };
}
use calls;
