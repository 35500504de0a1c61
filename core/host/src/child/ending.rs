//! Why a conversation is over.

use std::process::ExitStatus;
use std::time::Duration;

use deploy_model::{Fault, FaultKind};

/// The next step where an effect may have taken place or not.
pub const UNKNOWN_OUTCOME: &str = "the outcome is not known: run the same command again, it looks before it acts";

/// Why a plugin answers no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Its process ended.
    Exited(ExitStatus),
    /// It was ended because an answer took too long.
    Late(Duration),
    /// It was ended because it did not stop when it was asked to.
    Unstoppable,
    /// It was ended because what it sent is no message.
    Garbage(String),
    /// It was ended because it announced a frame that is too large.
    Oversized(String),
    /// It put a value that must not be shown into an answer. It may go on.
    Leak,
    /// It was ended because it closed its output, and no answer could come any more.
    Mute,
    /// It was ended because it closed its input, and no question could reach it any more.
    Deaf,
    /// Nobody knows: its end could not be waited for.
    Lost,
}

impl Ending {
    /// What happened, for a sentence that begins with the plugin's name.
    pub fn words(&self) -> String {
        match self {
            Self::Exited(status) => exit_words(*status),
            Self::Late(limit) => format!("gave no answer within {} s, and was ended", limit.as_secs_f32()),
            Self::Unstoppable => "did not stop when it was asked to, and was ended".to_owned(),
            Self::Garbage(why) => format!("sent what is no message ({why}), and was ended"),
            Self::Oversized(why) => format!("sent too much ({why}), and was ended"),
            Self::Leak => "put a value that must not be shown into an answer, which was thrown away,".to_owned(),
            Self::Mute => "closed its output, and was ended".to_owned(),
            Self::Deaf => "closed its input, and was ended".to_owned(),
            Self::Lost => "was lost: its end could not be waited for".to_owned(),
        }
    }

    /// The fault of a call that `plugin` did not answer. `changing` says what is not known to have happened or not, with
    /// the id that the plugin had got as far as.
    pub fn fault(&self, plugin: &str, method: &str, changing: Option<Option<String>>) -> Fault {
        let message = format!("the plugin `{plugin}` {} in the middle of `{method}`", self.words());
        match changing {
            None => Fault::internal(message).help(self.help(plugin)),
            Some(made) => {
                let far = made.map(|id| format!("; it had got as far as `{id}`")).unwrap_or_default();
                Fault::new(FaultKind::Unavailable, message + &far).help(UNKNOWN_OUTCOME)
            }
        }
    }

    fn help(&self, plugin: &str) -> String {
        match self {
            Self::Garbage(_) => {
                format!(
                    "standard output belongs to the messages: `{plugin}` must write everything else to standard error"
                )
            }
            Self::Oversized(_) => "a message holds 16 MiB at most".to_owned(),
            _ => format!("see what it says with `-v`, or go on without it: `deploy plugin remove {plugin}`"),
        }
    }
}

#[cfg(unix)]
fn exit_words(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;
    match (status.signal(), status.code()) {
        (Some(signal), _) => format!("was ended by signal {signal}{}", signal_words(signal)),
        (None, Some(code)) => format!("ended by itself with exit code {code}"),
        (None, None) => "ended".to_owned(),
    }
}

#[cfg(not(unix))]
fn exit_words(status: ExitStatus) -> String {
    format!("ended by itself ({status})")
}

/// What the signals mean that programs are ended by.
#[cfg(unix)]
fn signal_words(signal: i32) -> &'static str {
    use rustix::process::Signal;
    let is = |known: Signal| known.as_raw() == signal;
    if is(Signal::SEGV) || is(Signal::BUS) {
        " (it used memory that is not its own)"
    } else if is(Signal::ABORT) {
        " (it aborted: out of memory, or a panic)"
    } else if is(Signal::KILL) {
        " (somebody, or the system for want of memory, has killed it)"
    } else {
        ""
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_that_changes_something_says_that_the_outcome_is_not_known() {
        let ending = Ending::Late(Duration::from_millis(1500));
        let fault = ending.fault("audit", "kind/create", Some(Some("b-1".to_owned())));
        assert_eq!(fault.kind, FaultKind::Unavailable);
        assert_eq!(
            fault.message,
            "the plugin `audit` gave no answer within 1.5 s, and was ended in the middle of `kind/create`; \
             it had got as far as `b-1`"
        );
        assert_eq!(ending.fault("audit", "describe", None).kind, FaultKind::Internal);
    }
}
