//! Bodies that come in chunks with checksums behind them: the content encoding `aws-chunked`.
//!
//! Source: <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html>. Signatures of chunks are not
//! checked, as no other signature is.

use crate::error::ApiError;
use std::collections::BTreeMap;

/// What was in the chunks, and the headers behind them by name in lower case.
pub(super) struct Decoded {
    pub(super) bytes: Vec<u8>,
    pub(super) trailers: BTreeMap<String, String>,
}

/// Takes the chunks apart. `length` is what the request said that there is in them.
pub(super) fn decode(body: &[u8], length: Option<&str>) -> Result<Decoded, ApiError> {
    let length = length.ok_or_else(|| {
        ApiError::new(411, "MissingContentLength", "You must provide the Content-Length HTTP header.")
    })?;
    let mut bytes = Vec::new();
    let mut rest = body;
    loop {
        let (head, behind) = line(rest).ok_or_else(incomplete)?;
        let size = head.split(|byte| *byte == b';').next().unwrap_or_default();
        let size = std::str::from_utf8(size).ok().and_then(|text| usize::from_str_radix(text, 16).ok());
        match size.ok_or_else(incomplete)? {
            0 => {
                rest = behind;
                break;
            }
            size => {
                let chunk = behind.get(..size).ok_or_else(incomplete)?;
                bytes.extend_from_slice(chunk);
                rest = behind[size..].strip_prefix(b"\r\n").ok_or_else(incomplete)?;
            }
        }
    }
    match length.parse() == Ok(bytes.len()) {
        true => Ok(Decoded { bytes, trailers: trailers(rest)? }),
        false => Err(incomplete()),
    }
}

/// The headers behind the last chunk, up to an empty line.
fn trailers(mut rest: &[u8]) -> Result<BTreeMap<String, String>, ApiError> {
    let mut trailers = BTreeMap::new();
    while let Some((header, behind)) = line(rest) {
        rest = behind;
        if header.is_empty() {
            break;
        }
        let text = std::str::from_utf8(header).ok();
        let (name, value) = text.and_then(|text| text.split_once(':')).ok_or_else(malformed)?;
        trailers.insert(name.trim().to_ascii_lowercase(), value.trim().to_owned());
    }
    if rest.is_empty() { Ok(trailers) } else { Err(malformed()) }
}

/// The first line, and what is behind it.
fn line(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = text.windows(2).position(|pair| pair == b"\r\n")?;
    Some((&text[..end], &text[end + 2..]))
}

fn incomplete() -> ApiError {
    ApiError::client(
        "IncompleteBody",
        "You did not provide the number of bytes specified by the Content-Length HTTP header",
    )
}

fn malformed() -> ApiError {
    let message =
        "The request contained trailing data that was not well-formed or did not conform to our published schema.";
    ApiError::client("MalformedTrailerError", message)
}

#[cfg(test)]
mod tests {
    use super::decode;

    fn code(body: &str, length: Option<&str>) -> Option<String> {
        decode(body.as_bytes(), length).err().map(|error| error.code)
    }

    #[test]
    fn chunks_are_put_together() {
        let body = b"5;chunk-signature=ab\r\nhello\r\n6\r\n world\r\n0\r\nX-Amz-Checksum-Crc32: DUoRhQ==\r\n\r\n";
        let decoded = decode(body, Some("11")).expect("two chunks");
        assert_eq!(decoded.bytes, b"hello world");
        assert_eq!(decoded.trailers["x-amz-checksum-crc32"], "DUoRhQ==");
        assert_eq!(decode(b"0\r\n\r\n", Some("0")).expect("nothing").bytes, b"");
    }

    #[test]
    fn what_is_cut_off_is_incomplete() {
        for (body, length) in [
            ("5\r\nhel", "5"),
            ("5\r\nhello", "5"),
            ("5\r\nhello\r\n", "5"),
            ("x\r\nhello\r\n0\r\n\r\n", "5"),
            ("ffffffffffffffff\r\nhello\r\n0\r\n\r\n", "5"),
            ("5\r\nhello\r\n0\r\n\r\n", "6"),
            ("", "0"),
        ] {
            assert_eq!(code(body, Some(length)).as_deref(), Some("IncompleteBody"), "{body}");
        }
        assert_eq!(code("0\r\n\r\n", None).as_deref(), Some("MissingContentLength"));
        for body in ["0\r\nnothing\r\n\r\n", "0\r\n\r\nmore\r\n", "0\r\na:b"] {
            assert_eq!(code(body, Some("0")).as_deref(), Some("MalformedTrailerError"), "{body}");
        }
    }
}
