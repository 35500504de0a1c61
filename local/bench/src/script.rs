//! Which call meets which fate.

use deploy_policy::wildcard::Pattern;
use http::Response;
use hyper::body::Bytes;

use crate::{Call, Fault};

/// What becomes of a call.
pub enum Action {
    /// It is answered.
    Pass,
    /// Something happens to it.
    Meet(Fault),
    /// It is answered, and its reply is changed on the way.
    Rewrite(Box<dyn FnOnce(Response<Bytes>) -> Response<Bytes> + Send>),
}

/// Decides what becomes of each call. Asked once a call, in the order of their arrival.
pub trait Script: Send + Sync {
    /// What becomes of this one.
    fn action(&self, call: &Call) -> Action;
}

impl<F: Fn(&Call) -> Action + Send + Sync> Script for F {
    fn action(&self, call: &Call) -> Action {
        self(call)
    }
}

/// Which calls something happens to. Operations are written with `*` and `?`: `ec2:Create*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum At {
    /// The call of this number, from 1.
    Number(usize),
    /// Every call from this number on.
    From(usize),
    /// The n-th call of an operation, from 1. With calls side by side it is the same in each run where a number is not.
    Nth(String, usize),
    /// Every call of these operations.
    Each(String),
    /// Every read.
    Reads,
}

impl At {
    /// Whether this is one of the calls.
    #[must_use]
    pub fn is(&self, call: &Call) -> bool {
        let named = |pattern: &str| Pattern::plain(pattern).matches(&call.operation);
        match self {
            Self::Number(number) => call.number == *number,
            Self::From(number) => call.number >= *number,
            Self::Nth(pattern, nth) => call.nth == *nth && named(pattern),
            Self::Each(pattern) => named(pattern),
            Self::Reads => call.is_read(),
        }
    }
}

/// Faults by the calls that they happen to; the first that fits counts. None: every call is answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults(pub Vec<(At, Fault)>);

impl Script for Faults {
    fn action(&self, call: &Call) -> Action {
        self.0.iter().find(|(at, _)| at.is(call)).map_or(Action::Pass, |(_, fault)| Action::Meet(*fault))
    }
}
