//! What comes back from a plugin: frames on its output, lines on its errors.

use deploy_plugin::wire::frame::{self, FrameError};
use tokio::io::{AsyncRead, AsyncReadExt};

/// How much is shown of a line that a plugin writes to its standard error, in bytes.
const LONGEST_LINE: usize = 4096;
/// How much of a line is looked at before it is cut, in bytes: a secret that stands across the cut is found as a whole,
/// and none is longer than what Secrets Manager takes.
///
/// Source: <https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html>
const LONGEST_LOOK: usize = LONGEST_LINE + 64 * 1024;

/// Reads one frame. Memory is taken as the bytes arrive.
pub async fn read_frame(from: &mut (impl AsyncRead + Unpin)) -> Result<Vec<u8>, FrameError> {
    let mut header = [0; 4];
    from.read_exact(&mut header).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::UnexpectedEof => FrameError::Ended,
        _ => FrameError::Io(error),
    })?;
    let length = frame::length(header)?;
    let mut body = Vec::new();
    from.take(length as u64).read_to_end(&mut body).await?;
    if body.len() < length { Err(FrameError::Ended) } else { Ok(body) }
}

/// Reads lines to the end, each made `clean` and handed to `hear`. The rest of one that is too long is left out.
pub async fn read_lines(
    mut from: impl AsyncRead + Unpin,
    clean: impl Fn(String) -> String,
    mut hear: impl FnMut(String),
) {
    let mut line: Vec<u8> = Vec::new();
    let mut left_out: usize = 0;
    let mut buffer = [0; LONGEST_LINE];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        let mut pieces = buffer[..count].split(|byte| *byte == b'\n').peekable();
        while let Some(piece) = pieces.next() {
            let kept = piece.len().min(LONGEST_LOOK - line.len());
            line.extend_from_slice(&piece[..kept]);
            left_out += piece.len() - kept;
            if pieces.peek().is_some() {
                hear(shown(&line, left_out, &clean));
                line.clear();
                left_out = 0;
            }
        }
    }
    if !line.is_empty() {
        hear(shown(&line, left_out, &clean));
    }
}

fn shown(line: &[u8], left_out: usize, clean: impl Fn(String) -> String) -> String {
    let text = clean(String::from_utf8_lossy(line).trim_end().to_owned());
    if text.len() <= LONGEST_LINE {
        return text;
    }
    let end = text.floor_char_boundary(LONGEST_LINE);
    format!("{} ({} bytes more)", &text[..end], text.len() - end + left_out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &[u8]) -> Vec<String> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let mut lines = Vec::new();
        let clean = |text: String| text.replace("hunter2", "[redacted]");
        runtime.block_on(read_lines(text, clean, |line| lines.push(line)));
        lines
    }

    #[test]
    fn lines_are_cut_where_they_end() {
        assert_eq!(lines(b"one\ntwo\r\n\nlast"), ["one", "two", "", "last"]);
        assert_eq!(lines(b""), Vec::<String>::new());
    }

    #[test]
    fn of_a_line_that_is_too_long_the_rest_is_counted() {
        let mut text = vec![b'x'; 1_000_000];
        text.extend_from_slice(b"\nnext\n");
        let lines = lines(&text);
        assert_eq!(lines[0], format!("{} (995904 bytes more)", "x".repeat(4096)));
        assert_eq!(lines[1..], ["next"]);
    }

    #[test]
    fn a_secret_across_the_cut_is_found() {
        for start in 4085..4100 {
            let line = format!("{}hunter2{}", "x".repeat(start), "y".repeat(5000));
            let shown = lines(line.as_bytes()).remove(0);
            assert!(!shown.contains("hunter") && !shown.contains("unter2"), "{start}: {shown}");
            assert!(!shown.contains("xh"), "{start}");
        }
    }
}
