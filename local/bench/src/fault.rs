//! What can happen to a call.

use std::time::Duration;

/// The most reads that a read can lag behind.
pub const LONGEST_LAG: usize = 5;

/// What happens to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The connection is reset.
    Reset(Side),
    /// The answer is 503.
    Unavailable(Side),
    /// It is refused as one too many.
    Throttled,
    /// It is refused because the credentials have expired.
    Expired,
    /// It takes effect at once and is answered after a while.
    Late(Duration),
    /// It takes effect and is never answered; the connection stays open until the client leaves.
    Held,
    /// It takes effect, and the answer breaks off in the middle.
    Truncated,
    /// A read is answered as the same read was so many reads ago, [`LONGEST_LAG`] at most, or as it was first.
    Stale(usize),
    /// The process that the bench aims at gets a signal.
    Signalled(Signal, Side),
}

/// On which side of the call's taking effect something happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Before. Where nobody is left to be answered, the call takes no effect.
    Before,
    /// After.
    After,
}

/// A signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// SIGINT: Ctrl-C. The call is answered.
    Interrupt,
    /// SIGKILL. The call is not answered.
    Kill,
}
