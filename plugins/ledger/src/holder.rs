//! Who holds a lock.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A run that holds a lock, as others are told of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Tells this run from every other: random.
    pub id: String,
    /// Who started it.
    pub user: String,
    /// The machine's name.
    pub host: String,
    /// The process's number there.
    pub pid: u32,
    /// What it is doing: `deploy apply dev`.
    pub doing: String,
    /// What tells this process from every other that ever had its number, where the system says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process: Option<Process>,
}

/// A process, among all of all machines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    /// Where its number means it: a start of a machine, and the numbers' namespace there.
    pub machine: String,
    /// When it was started, in the machine's own measure.
    pub started: u64,
}

impl Holder {
    /// One of whom nothing can be read.
    pub(crate) fn unknown() -> Self {
        let unknown = || "unknown".to_owned();
        Self { id: String::new(), user: unknown(), host: unknown(), pid: 0, doing: unknown(), process: None }
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{} (process {})", self.user, self.host, self.pid)
    }
}
