//! Frames: four bytes of length, little-endian, and a JSON text of that many bytes.

use std::io::{self, Read, Write};

/// The largest frame, in bytes, behind its four bytes of length.
pub const MAX_FRAME: usize = 16 * 1024 * 1024;

/// Why a frame could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The other side is gone.
    #[error("the connection ended")]
    Ended,
    /// The frame is larger than [`MAX_FRAME`].
    #[error("a frame of {0} bytes is larger than the {MAX_FRAME} that are allowed")]
    TooLarge(usize),
    /// The pipe failed.
    #[error("the connection failed")]
    Io(#[from] io::Error),
}

/// The four bytes before a frame of `length` bytes.
///
/// # Errors
/// Where it is larger than a frame may be.
pub fn header(length: usize) -> Result<[u8; 4], FrameError> {
    let fits = u32::try_from(length).ok().filter(|_| length <= MAX_FRAME);
    fits.map(u32::to_le_bytes).ok_or(FrameError::TooLarge(length))
}

/// The length that a header announces, in bytes.
///
/// # Errors
/// Where it is larger than a frame may be.
pub fn length(header: [u8; 4]) -> Result<usize, FrameError> {
    let length = u32::from_le_bytes(header) as usize;
    if length > MAX_FRAME { Err(FrameError::TooLarge(length)) } else { Ok(length) }
}

/// Writes one frame.
///
/// # Errors
/// Where it is too large, or the pipe fails.
pub fn write(to: &mut impl Write, body: &[u8]) -> Result<(), FrameError> {
    to.write_all(&header(body.len())?)?;
    to.write_all(body)?;
    to.flush()?;
    Ok(())
}

/// Reads one frame.
///
/// # Errors
/// Where the other side is gone or announces too much. Memory is taken as the bytes arrive, so that a length alone
/// cannot exhaust it.
pub fn read(from: &mut impl Read) -> Result<Vec<u8>, FrameError> {
    let mut header = [0; 4];
    from.read_exact(&mut header).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => FrameError::Ended,
        _ => FrameError::Io(error),
    })?;
    let length = length(header)?;
    let mut body = Vec::new();
    from.take(length as u64).read_to_end(&mut body)?;
    if body.len() < length { Err(FrameError::Ended) } else { Ok(body) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_length_that_lies_takes_no_memory_and_no_time() {
        let mut lie: &[u8] = &[0xff, 0xff, 0xff, 0xff, b'{'];
        assert!(matches!(read(&mut lie), Err(FrameError::TooLarge(_))));
        let mut short: &[u8] = &[0, 0, 1, 0, b'{'];
        assert!(matches!(read(&mut short), Err(FrameError::Ended)));
    }

    proptest! {
        #[test]
        fn every_frame_survives(body in prop::collection::vec(any::<u8>(), 0..2000)) {
            let mut bytes = Vec::new();
            write(&mut bytes, &body).expect("written");
            prop_assert_eq!(read(&mut bytes.as_slice()).expect("read"), body);
        }

        #[test]
        fn garbage_is_never_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&mut bytes.as_slice());
        }
    }
}
