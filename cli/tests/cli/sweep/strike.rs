//! Which call of a run is struck, and with what.

use std::fmt;

use deploy_bench::Call;

use super::blow::Blow;

/// A blow and the call that it falls on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strike {
    pub target: Target,
    pub blow: Blow,
}

/// A call of a run. Calls run side by side, so that their numbers differ from run to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The n-th of its operation.
    Nth(String, usize),
    /// The n-th that changes something, whichever that is.
    Write(usize),
}

impl Target {
    pub fn of(call: &Call) -> Self {
        Self::Nth(call.operation.clone(), call.nth)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nth(operation, nth) => write!(f, "{operation} {nth}"),
            Self::Write(nth) => write!(f, "write {nth}"),
        }
    }
}

impl fmt::Display for Strike {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.blow.name, self.target)
    }
}

/// The strikes of a trial, one a run.
#[derive(Clone, Debug)]
pub struct Trial(pub Vec<Strike>);

impl fmt::Display for Trial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let strikes: Vec<String> = self.0.iter().map(Strike::to_string).collect();
        f.write_str(&strikes.join(", then "))
    }
}
