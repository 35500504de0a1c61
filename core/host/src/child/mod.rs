//! A plugin in a process of its own, and the conversation with it.

mod answer;
mod connection;
mod ending;
mod inbound;
mod process;
mod reader;
mod runtime;
mod shared;

pub use connection::{Connection, Surroundings, Terms};
pub use ending::UNKNOWN_OUTCOME;
pub use process::Command;
pub use runtime::{Runtime, wait};
