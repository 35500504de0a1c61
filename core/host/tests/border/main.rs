//! A plugin cannot take the tool down: whatever one does, there is one clear error, nothing is left of it, and the next
//! call works.
//!
//! The plugins are `examples/faulty`, which breaks on request, one in C and one in Python. They run as they do in
//! `deploy`: in children, from the bytes that were approved.

mod apply;
mod deaths;
mod header;
mod introduction;
mod languages;
mod latency;
mod load;
mod messages;
mod processes;
mod project;
mod secrets;
mod stop;
mod swap;
