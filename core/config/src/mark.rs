//! Where a key was written, close enough to underline it.

use std::ops::Range;
use std::sync::Arc;

use deploy_model::Origin;

use crate::diagnostic::Diagnostic;
use crate::source::Source;

/// The place of one key and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// In a file.
    Text { source: Arc<Source>, key: Range<usize>, value: Range<usize> },
    /// In a source without lines: a variable, an option, a built-in default.
    Named(Arc<str>),
}

/// Which half of `key = value` an error is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spot {
    Key,
    Value,
}

impl Mark {
    /// A source without lines.
    pub(crate) fn named(name: &str) -> Self {
        Self::Named(name.into())
    }

    /// The place of the key.
    pub(crate) fn origin(&self) -> Origin {
        match self {
            Self::Text { source, key, .. } => source.origin(key.start),
            Self::Named(name) => Origin::named(&**name),
        }
    }

    /// An error at this place. A value of several lines is shown by its key.
    pub(crate) fn diagnostic(&self, spot: Spot, message: impl Into<String>) -> Diagnostic {
        let (source, key, value) = match self {
            Self::Text { source, key, value } => (source, key, value),
            Self::Named(name) => return Diagnostic::new(message).origin(Origin::named(&**name)),
        };
        let one_line = source.first_line(value) == *value;
        let span = if spot == Spot::Value && one_line { value } else { key };
        source.diagnostic(source.first_line(span), message)
    }
}
