//! A plugin in a process of its own, and the conversation with it.

mod connection;
mod ending;
mod inbound;
mod process;
mod reader;
mod runtime;

pub use connection::{Connection, Surroundings, Terms};
pub use process::Command;
pub use runtime::{Runtime, wait};
