//! Names that nothing else has.

use std::io;

/// Sixteen hexadecimal digits by chance.
///
/// # Errors
/// Where the system has no random numbers.
pub fn name() -> io::Result<String> {
    let number = getrandom::u64().map_err(|error| io::Error::other(error.to_string()))?;
    Ok(format!("{number:016x}"))
}
