//! What the exit codes mean. They are an interface: scripts branch on them.

use std::process::ExitCode;

/// How a run of the program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done, or nothing to do.
    Done,
    /// Something failed; the same command can safely be run again.
    Failed,
    /// `plan --detailed-exitcode` found changes.
    ChangesPending,
    /// The input is wrong; nothing was changed.
    BadInput,
    /// Somebody else is at work on the environment.
    Locked,
    /// A guard rail: another account, protection, a check that blocks, a stale plan, no approval.
    Refused,
    /// The new version of a service did not come up.
    RolloutFailed,
    /// Stopped by SIGHUP: the terminal is gone.
    HungUp,
    /// Stopped by Ctrl-C.
    Interrupted,
    /// Stopped by SIGTERM.
    Terminated,
}

impl Exit {
    /// The number that the shell sees.
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::ChangesPending => 2,
            Self::BadInput => 3,
            Self::Locked => 4,
            Self::Refused => 5,
            Self::RolloutFailed => 6,
            Self::HungUp => 129,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
