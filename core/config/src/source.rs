//! The text of one configuration file, and how it is read without trusting the file.
//!
//! A file is opened only when it is a regular file inside the project, and read only when it is small:
//! a link to `/dev/zero`, a named pipe or a disk image is refused before the first byte.

use std::fs::{self, File};
use std::io::Read;
use std::ops::Range;
use std::path::Path;
use std::str;
use std::sync::Arc;

use deploy_model::Origin;

use crate::diagnostic::{Diagnostic, Excerpt};
use crate::veil::veiled;

/// The largest file that is read, in bytes.
pub(crate) const LARGEST_FILE: u64 = 1 << 20;

/// A file's text and the start of each of its lines.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Source {
    name: String,
    text: Arc<str>,
    /// The text as errors may show it.
    shown: Arc<str>,
    line_starts: Vec<usize>,
}

impl Source {
    /// A source from its text; a leading byte order mark is dropped and counts for no column.
    pub(crate) fn new(name: impl Into<String>, text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(index, _)| index + 1)).collect();
        Self { name: name.into(), text: text.into(), shown: veiled(text).into(), line_starts }
    }

    /// Reads `root`/`name`; `None` if there is nothing of that name.
    ///
    /// # Errors
    /// The file is no regular file inside `root`, too large, unreadable, or not plain UTF-8 text.
    pub(crate) fn read(root: &Path, name: &str) -> Result<Option<Self>, Diagnostic> {
        let refuse = |what: Refusal| {
            Diagnostic::new(format!("cannot read `{name}`: {}", what.reason))
                .origin(Origin::named(name))
                .help(what.help)
        };
        let path = root.join(name);
        if fs::symlink_metadata(&path).is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound) {
            return Ok(None);
        }
        let bytes = read_bytes(root, &path).map_err(refuse)?;
        Self::decode(name, &bytes).map(Some)
    }

    fn decode(name: &str, bytes: &[u8]) -> Result<Self, Diagnostic> {
        let text = match str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let bad = bytes[error.valid_up_to()];
                let source = Self::new(name, &String::from_utf8_lossy(bytes));
                let start = error.valid_up_to() - (bytes.starts_with(b"\xef\xbb\xbf") as usize) * 3;
                let message = format!("`{name}` is not UTF-8 text: byte 0x{bad:02x}");
                let span = start..start + char::REPLACEMENT_CHARACTER.len_utf8();
                return Err(source.diagnostic(span, message).help("save the file as UTF-8"));
            }
        };
        let source = Self::new(name, text);
        match source.text.find('\0') {
            Some(nul) => {
                let error = source.diagnostic(nul..nul + 1, format!("`{name}` contains a NUL byte"));
                Err(error.help("save the file as UTF-8, without the byte"))
            }
            None => Ok(source),
        }
    }

    /// The text, without a byte order mark.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The place of the byte `offset`.
    pub(crate) fn origin(&self, offset: usize) -> Origin {
        let line = self.line_starts.partition_point(|start| *start <= offset);
        let start = self.line_starts[line - 1];
        let column = self.text.get(start..offset).map_or(offset - start, |before| before.chars().count()) + 1;
        Origin::at(&self.name, clamp(line), clamp(column))
    }

    /// The part of `span` that lies on its first line, without what ends the line.
    pub(crate) fn first_line(&self, span: &Range<usize>) -> Range<usize> {
        let inside = self.text.get(span.clone()).unwrap_or_default();
        let line = inside.lines().next().unwrap_or_default();
        span.start..span.start + line.len()
    }

    /// An error at `span` of this text.
    pub(crate) fn diagnostic(&self, span: Range<usize>, message: impl Into<String>) -> Diagnostic {
        let mut diagnostic = Diagnostic::new(message).origin(self.origin(span.start));
        let text = Arc::clone(&self.shown);
        diagnostic.excerpt = Some(Excerpt { file: self.name.clone(), text, span, ends_with_span: false });
        diagnostic
    }
}

/// Files are at most a mebibyte, so that this never clamps.
fn clamp(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Why a file is not read, and what to do.
struct Refusal {
    reason: String,
    help: &'static str,
}

fn read_bytes(root: &Path, path: &Path) -> Result<Vec<u8>, Refusal> {
    let refuse = |reason: &str, help| Err(Refusal { reason: reason.to_owned(), help });
    let reason = |error: std::io::Error| {
        let help = match error.kind() {
            std::io::ErrorKind::PermissionDenied => "give yourself the right to read it: `chmod u+r`",
            _ => "put a TOML file in its place",
        };
        Refusal { reason: error.kind().to_string(), help }
    };
    let real = fs::canonicalize(path).map_err(reason)?;
    let metadata = fs::metadata(&real).map_err(reason)?;
    if metadata.is_dir() {
        return refuse("it is a directory", "put a TOML file in its place");
    }
    if !metadata.is_file() {
        return refuse("it is not a regular file", "put a TOML file in its place");
    }
    if !real.starts_with(fs::canonicalize(root).map_err(reason)?) {
        return refuse("it is a link to a file outside the project", "copy the file into the project");
    }
    if metadata.len() > LARGEST_FILE {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    File::open(&real).map_err(reason)?.take(LARGEST_FILE + 1).read_to_end(&mut bytes).map_err(reason)?;
    if bytes.len() as u64 > LARGEST_FILE { Err(too_large()) } else { Ok(bytes) }
}

fn too_large() -> Refusal {
    let reason = format!("it is larger than {} KiB", LARGEST_FILE / 1024);
    Refusal { reason, help: "keep configuration alone in it: what is large belongs elsewhere" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_no_byte_order_mark() {
        let source = Source::new("a.toml", "\u{feff}é = 1\nbb = 2\n");
        assert_eq!(source.origin(0), Origin::at("a.toml", 1, 1));
        assert_eq!(source.origin(3), Origin::at("a.toml", 1, 3));
        assert_eq!(source.origin(7), Origin::at("a.toml", 2, 1));
        assert_eq!(source.origin(source.text().len()), Origin::at("a.toml", 3, 1));
    }

    #[test]
    fn the_first_bad_byte_is_named_with_its_place() {
        for prefix in [&b""[..], b"\xef\xbb\xbf"] {
            let bytes = [prefix, b"a = 1\nb = \"x\xff\"\n"].concat();
            let error = Source::decode("a.toml", &bytes).expect_err("not UTF-8");
            assert_eq!(error.message, "`a.toml` is not UTF-8 text: byte 0xff");
            assert_eq!(error.origin, Some(Origin::at("a.toml", 2, 7)));
        }
    }
}
