//! The stage, purely; the kind, against the embedded AWS on a port; and what the pages promise.

mod kind;
mod pages;
mod server;
mod stage;
