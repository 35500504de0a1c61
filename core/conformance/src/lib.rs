//! The conformance suite: what every plugin must hold to, whatever it is written in, shown against the built artefact.
//!
//! Half of it speaks the protocol itself, to processes of its own; the other half lets the engine make, change and
//! delete what the plugin desires, beside all other stages. Where that happens the caller decides ([`Bench`]): this crate
//! knows no AWS, no configuration file and no terminal. It prints nothing; what came out is data ([`Outcome`]).

mod bench;
mod canary;
mod case;
mod described;
mod double;
mod dropped;
mod handshake;
mod life;
mod manners;
mod patience;
mod placeholder;
mod probe;
mod pure;
mod remains;
mod schema;
mod script;
mod stand;
mod subject;
mod suite;
mod words;

pub use bench::{Bench, Prepared};
pub use canary::{Canaries, Heard};
pub use case::{Case, Outcome, Verdict};
pub use script::{SCRIPT, Script, laid};
pub use subject::Subject;
pub use suite::{Context, run};
