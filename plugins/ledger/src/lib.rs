//! What a project keeps about itself in Parameter Store: the lock of an environment, and its releases.
//!
//! Everything lies below `/deploy/{application}/{environment}/` and carries no tag, so that no plan sees it and no destroy
//! takes it away. It knows no kind and no engine, prints nothing, reads no environment and no wall clock: who holds a lock
//! is handed to it, and what time it is AWS says.

mod claim;
mod clock;
mod contest;
mod fence;
mod holder;
mod lease;
mod ledger;
mod lock;
mod release;
mod standing;
mod terms;

pub use contest::{Contest, Look, Taken, Untaken};
pub use fence::Fence;
pub use holder::{Holder, Process};
pub use lease::Lease;
pub use ledger::Ledger;
pub use release::{Commit, Count, Ending, Recorded, Release, Stumble};
pub use standing::{Ended, Held};
pub use terms::Terms;
