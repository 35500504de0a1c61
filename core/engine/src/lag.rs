//! Reads that lag behind writes, and how that is waited out.

use std::sync::Arc;
use std::time::Duration;

use deploy_plugin::BoxFuture;

/// Waits. The engine has no clock of its own.
pub type Sleep = Arc<dyn Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync>;

/// How far reads may lag behind writes: what was not seen in so many more looks, so far apart, is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lag {
    /// How often it is looked once more.
    pub looks: u32,
    /// The pause before each of these looks.
    pub pause: Duration,
}

impl Lag {
    /// Reads that show every write at once.
    pub const NONE: Self = Self { looks: 0, pause: Duration::ZERO };
}
