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

/// The largest file that is read, in bytes.
pub(crate) const LARGEST_FILE: u64 = 1 << 20;

/// A file's text and the start of each of its lines.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Source {
    name: String,
    text: Arc<str>,
    line_starts: Vec<usize>,
}

impl Source {
    /// A source from its text; a leading byte order mark is dropped and counts for no column.
    pub(crate) fn new(name: impl Into<String>, text: &str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(index, _)| index + 1)).collect();
        Self { name: name.into(), text: text.into(), line_starts }
    }

    /// Reads `root`/`name`; `None` if there is nothing of that name.
    ///
    /// # Errors
    /// The file is no regular file inside `root`, too large, unreadable, or not plain UTF-8 text.
    pub(crate) fn read(root: &Path, name: &str) -> Result<Option<Self>, Diagnostic> {
        let refuse =
            |what: String| Diagnostic::new(format!("cannot read `{name}`: {what}")).origin(Origin::named(name));
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
                return Err(source.diagnostic(start..start + char::REPLACEMENT_CHARACTER.len_utf8(), message));
            }
        };
        let source = Self::new(name, text);
        match source.text.find('\0') {
            Some(nul) => Err(source.diagnostic(nul..nul + 1, format!("`{name}` contains a NUL byte"))),
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
        diagnostic.excerpt = Some(Excerpt { file: self.name.clone(), text: Arc::clone(&self.text), span });
        diagnostic
    }
}

/// Files are at most a mebibyte, so that this never clamps.
fn clamp(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn read_bytes(root: &Path, path: &Path) -> Result<Vec<u8>, String> {
    let reason = |error: std::io::Error| error.kind().to_string();
    let real = fs::canonicalize(path).map_err(reason)?;
    let metadata = fs::metadata(&real).map_err(reason)?;
    if metadata.is_dir() {
        return Err("it is a directory".to_owned());
    }
    if !metadata.is_file() {
        return Err("it is not a regular file".to_owned());
    }
    if !real.starts_with(fs::canonicalize(root).map_err(reason)?) {
        return Err("it is a link to a file outside the project".to_owned());
    }
    if metadata.len() > LARGEST_FILE {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    File::open(&real).map_err(reason)?.take(LARGEST_FILE + 1).read_to_end(&mut bytes).map_err(reason)?;
    if bytes.len() as u64 > LARGEST_FILE { Err(too_large()) } else { Ok(bytes) }
}

fn too_large() -> String {
    format!("it is larger than {} KiB", LARGEST_FILE / 1024)
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
