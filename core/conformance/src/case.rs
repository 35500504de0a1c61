//! The cases, and what can become of one.

use serde::Serialize;

/// One thing that a plugin must hold to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Case {
    /// A short name.
    pub name: &'static str,
    /// What it means.
    pub means: &'static str,
}

/// What became of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// It holds.
    Passed,
    /// It holds, and something deserves a second look.
    Warned {
        /// What.
        what: String,
    },
    /// It could not be shown.
    Skipped {
        /// Why not.
        why: String,
    },
    /// It does not hold.
    Failed {
        /// What went wrong.
        what: String,
        /// The next step.
        help: String,
    },
}

/// A case, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// See [`Case::name`].
    pub name: &'static str,
    /// See [`Case::means`].
    pub means: &'static str,
    /// What became of it.
    #[serde(flatten)]
    pub verdict: Verdict,
}

/// What showing a case comes to: nothing where it holds, or what became of it instead.
pub(crate) type Shown = Result<(), Verdict>;

impl Verdict {
    /// A failure with the next step.
    pub(crate) fn failed(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Failed { what: what.into(), help: help.into() }
    }

    /// A case that cannot be shown.
    pub(crate) fn skipped(why: impl Into<String>) -> Self {
        Self::Skipped { why: why.into() }
    }

    /// Whether the plugin does not hold to the case.
    pub fn is_failure(&self) -> bool {
        matches!(self, Self::Failed { .. })
    }
}

impl Case {
    /// The case with what became of it.
    pub(crate) fn is(self, verdict: Verdict) -> Outcome {
        Outcome { name: self.name, means: self.means, verdict }
    }

    /// The case with what showing it came to.
    pub(crate) fn shown(self, shown: Shown) -> Outcome {
        self.is(shown.err().unwrap_or(Verdict::Passed))
    }
}

macro_rules! cases {
    ($($constant:ident $name:literal $means:literal,)*) => {
        $(pub(crate) const $constant: Case = Case { name: $name, means: $means };)*
    };
}

cases! {
    HANDSHAKE "handshake" "it agrees on a version, and is who its manifest says",
    VERSIONS "versions" "a host that is too old or too new is told which versions it speaks",
    DESCRIBE "describe" "it says the same of itself at every call and every start",
    SECTION "section" "the defaults of its section fit the section's schema, which refuses unknown keys",
    DESIRED "desired" "what it desires depends on nothing but the question",
    TRANSFORM "transform" "what it changes of others depends on nothing but the question, and is changed once",
    CHECK "check" "what it finds in a plan depends on nothing but the question",
    UNKNOWN_METHOD "unknown-method" "a method that it does not know is refused as JSON-RPC wants it",
    UNKNOWN_FIELD "unknown-field" "fields that it does not know are ignored",
    GARBAGE "garbage" "what is no message is refused, or ends it cleanly",
    OVERSIZED "oversized" "a frame that is too large is refused, or ends it cleanly",
    SHUTDOWN "shutdown" "it ends within a second when it is asked to",
    END_OF_INPUT "end-of-input" "it ends within a second when the host is gone",
    DEADLINE "deadline" "an operation ends at its deadline, and the conversation goes on",
    CANCEL "cancel" "an operation that is cancelled ends, and the conversation goes on",
    INPUTS "inputs" "what it desires fits the kinds, and refers to what there is",
    CREATE "create" "what it desires can be made",
    AGAIN "empty-plan" "what was made is found as it was desired: the next plan is empty",
    OUTPUTS "outputs" "what others may refer to has the form that it described",
    UPDATE "update" "a change in the section changes what it is about, where that stands",
    REPLACE "replace" "what cannot be changed where it stands is replaced",
    DROPPED "dropped" "what was made and is no longer desired is found and deleted",
    DELETE "delete" "what was made can be deleted",
    GONE "gone" "what was deleted is found no more",
    TWICE "delete-twice" "deleting what is gone already ends well",
    ONCE "once" "one creation that is sent twice makes one resource, where the kind says so",
    SECRETS "secrets" "what the host gives it stands in no answer, no error and no log",
}
