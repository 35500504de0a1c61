//! Policy documents: what they may say, and whether a statement fits a request.

mod condition;
mod document;
mod statement;

pub(super) use document::{Document, Use};
pub(super) use statement::{Effect, Request};
