//! IAM's policy language: what a document may say, and what several of them decide together.
//!
//! Both sides of the tool rest on it: the embedded AWS, which enforces it, and the checks of a plan, which
//! foretell what it will say. It knows the language and no account: whoever asks brings documents and context.

mod condition;
mod decision;
mod document;
mod managed;
mod statement;
pub mod wildcard;

pub use decision::Decision;
pub use document::{Document, Malformed, Use};
pub use managed::ManagedPolicy;
pub use statement::{Effect, Request, Statement};
