//! What comes back from a plugin: frames on its output, lines on its errors.

use deploy_plugin::wire::frame::{self, FrameError};
use tokio::io::{AsyncRead, AsyncReadExt};

/// The longest line that is kept of what a plugin writes to its standard error, in bytes.
const LONGEST_LINE: usize = 4096;

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

/// Reads lines to the end, each handed to `hear`. A longer line comes in pieces.
pub async fn read_lines(mut from: impl AsyncRead + Unpin, mut hear: impl FnMut(String)) {
    let mut rest: Vec<u8> = Vec::new();
    let mut buffer = [0; LONGEST_LINE];
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        rest.extend_from_slice(&buffer[..count]);
        while let Some(end) =
            rest.iter().position(|byte| *byte == b'\n').or((rest.len() >= LONGEST_LINE).then_some(LONGEST_LINE - 1))
        {
            let line: Vec<u8> = rest.drain(..=end).collect();
            hear(String::from_utf8_lossy(&line).trim_end().to_owned());
        }
    }
    if !rest.is_empty() {
        hear(String::from_utf8_lossy(&rest).trim_end().to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &[u8]) -> Vec<String> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let mut lines = Vec::new();
        runtime.block_on(read_lines(text, |line| lines.push(line)));
        lines
    }

    #[test]
    fn lines_are_cut_where_they_end_and_where_they_are_too_long() {
        assert_eq!(lines(b"one\ntwo\r\nlast"), ["one", "two", "last"]);
        let long = vec![b'x'; 3 * LONGEST_LINE + 5];
        assert_eq!(lines(&long).iter().map(String::len).collect::<Vec<_>>(), [4096, 4096, 4096, 5]);
        assert_eq!(lines(b""), Vec::<String>::new());
    }
}
