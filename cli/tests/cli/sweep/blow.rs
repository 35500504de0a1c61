//! What a run is struck with.

use deploy_bench::{Fault, Side, Signal};

/// A fault, its name, and how long it lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blow {
    pub name: &'static str,
    pub fault: Fault,
    pub extent: Extent,
}

/// How many calls a blow falls on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// One.
    Once,
    /// That one and all that come after it in the same run.
    FromThere,
}

impl Blow {
    const fn once(name: &'static str, fault: Fault) -> Self {
        Self { name, fault, extent: Extent::Once }
    }
}

/// Every way in which one call can go wrong.
pub const BLOWS: [Blow; 12] = [
    Blow::once("reset-before", Fault::Reset(Side::Before)),
    RESET_AFTER,
    Blow::once("503-before", Fault::Unavailable(Side::Before)),
    Blow::once("503-after", Fault::Unavailable(Side::After)),
    Blow::once("throttled", Fault::Throttled),
    Blow::once("held", Fault::Held),
    Blow::once("truncated", Fault::Truncated),
    Blow::once("SIGINT", Fault::Signalled(Signal::Interrupt, Side::Before)),
    Blow::once("SIGKILL-before", Fault::Signalled(Signal::Kill, Side::Before)),
    KILL_AFTER,
    Blow::once("expired-once", Fault::Expired),
    Blow { name: "expired-from-there", fault: Fault::Expired, extent: Extent::FromThere },
];

/// The reply is lost, and with it all that it said.
pub const RESET_AFTER: Blow = Blow::once("reset-after", Fault::Reset(Side::After));
/// The call takes effect, and nobody lives to hear of it.
pub const KILL_AFTER: Blow = Blow::once("SIGKILL-after", Fault::Signalled(Signal::Kill, Side::After));
