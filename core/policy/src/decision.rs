//! What several policies decide together.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>, for requests within
//! one account: a denial wins, then an allowance, else nothing is allowed.

use crate::statement::Effect;

/// What policies say about a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// A statement allows it and none denies it.
    Allowed,
    /// No statement is about it.
    ImplicitlyDenied,
    /// A statement denies it.
    ExplicitlyDenied,
}

impl Decision {
    /// Whether the request may go on.
    #[must_use]
    pub fn is_allowed(self) -> bool {
        self == Decision::Allowed
    }

    /// What is left of it within a boundary that decides so.
    #[must_use]
    pub fn within(self, boundary: Decision) -> Decision {
        if self == Decision::Allowed { boundary } else { self }
    }

    /// What the effects of all statements that are about a request come to.
    pub fn of(effects: impl Iterator<Item = Effect>) -> Decision {
        effects.fold(Decision::ImplicitlyDenied, |decision, effect| match (decision, effect) {
            (Decision::ExplicitlyDenied, _) | (_, Effect::Deny) => Decision::ExplicitlyDenied,
            (_, Effect::Allow) => Decision::Allowed,
        })
    }
}
