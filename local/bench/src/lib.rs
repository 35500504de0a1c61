//! A bench for tests: a proxy before an AWS, the embedded one or any other, that counts the calls and breaks the ones that
//! a test chooses.
//!
//! It speaks HTTP/1.1 on the loopback interface and knows of AWS only what a call is named and how each protocol says that
//! something is wrong. What happens to a call is data ([`Fault`], [`At`]) or a function of the call ([`Script`]).
//!
//! It is part of no program: it must never be depended on outside tests.

mod bench;
mod call;
mod connection;
mod fault;
mod past;
mod reply;
mod script;
mod upstream;

pub use bench::Bench;
pub use call::Call;
pub use fault::{Fault, LONGEST_LAG, Side, Signal};
pub use hyper::body::Bytes;
pub use script::{Action, At, Faults, Script};
pub use upstream::Upstream;
