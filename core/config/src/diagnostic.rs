//! What is wrong with the configuration, as data: the CLI draws it.

use std::ops::Range;
use std::sync::Arc;

use deploy_model::{KeyPath, Origin};

/// One error of the configuration, with the place it was written at.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Diagnostic {
    /// What is wrong, in one line, lower case, without a full stop.
    pub message: String,
    /// The key at fault, where there is one.
    pub path: Option<KeyPath>,
    /// Where the excerpt begins, or the variable or option at fault.
    pub origin: Option<Origin>,
    /// The text to show; absent where the source is not a file.
    pub excerpt: Option<Excerpt>,
    /// A few words to stand under the excerpt.
    pub label: Option<String>,
    /// The next steps, the most likely one first.
    pub help: Vec<String>,
}

/// A piece of a file, in its surroundings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The file relative to the project: `environments/prod.toml`.
    pub file: String,
    /// The whole text of the file, without a byte order mark, and with stars for values of `[secrets]`.
    pub text: Arc<str>,
    /// The bytes of `text` to underline. Both ends lie on character boundaries.
    pub span: Range<usize>,
    /// Whether what stands behind the span on its line is not to be shown: it may be a secret under a wrong key.
    pub ends_with_span: bool,
}

impl Diagnostic {
    /// A diagnostic that so far only says what is wrong.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), path: None, origin: None, excerpt: None, label: None, help: Vec::new() }
    }

    /// Adds the key at fault.
    pub(crate) fn path(mut self, path: KeyPath) -> Self {
        self.path = Some(path);
        self
    }

    /// Adds the source at fault.
    pub(crate) fn origin(mut self, origin: Origin) -> Self {
        self.origin = Some(origin);
        self
    }

    /// Adds the words that stand under the excerpt.
    pub(crate) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Adds a next step.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }
}

/// A text of the user's, which may be a megabyte or hold control characters, fit for one line.
pub(crate) fn shortened(text: &str) -> String {
    const LONGEST: usize = 120;
    let readable = |character: char| {
        if character.is_control() { character.escape_default().to_string() } else { character.to_string() }
    };
    let cut = text.char_indices().nth(LONGEST).map(|(end, _)| end);
    let shown: String = text[..cut.unwrap_or(text.len())].chars().map(readable).collect();
    if cut.is_some() { format!("{shown}…") } else { shown }
}
