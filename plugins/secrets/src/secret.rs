//! A value that must not be seen.

use std::fmt;

use zeroize::Zeroizing;

/// A secret's value: it prints as `[redacted]`, zeroes its memory and cannot be serialised.
///
/// What AWS's SDK copies of it while it sends a request is beyond our reach.
pub struct Secret(Zeroizing<String>);

/// What a random value is made of: characters that no shell, URL or configuration file must escape.
const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/// The largest multiple of the alphabet's size in a byte: bytes above would favour the first letters.
const FAIR_BYTES: u8 = 248;

impl Secret {
    /// Takes a value over.
    pub fn new(value: String) -> Self {
        Self(Zeroizing::new(value))
    }

    /// A value of `length` random letters and digits, from the operating system's generator.
    ///
    /// # Errors
    /// Where the operating system has none.
    pub fn generate(length: usize) -> Result<Self, getrandom::Error> {
        let mut value = Zeroizing::new(String::with_capacity(length));
        let mut noise = Zeroizing::new([0_u8; 64]);
        while value.len() < length {
            getrandom::fill(noise.as_mut_slice())?;
            let fair = noise.iter().filter(|byte| **byte < FAIR_BYTES);
            let letters = fair.map(|byte| char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()]));
            let missing = length - value.len();
            value.extend(letters.take(missing));
        }
        Ok(Self(value))
    }

    /// The value itself, for the one call that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_print() {
        let secret = Secret::new("hunter2".to_owned());
        assert_eq!(format!("{secret} {secret:?} {secret:#?}"), "[redacted] [redacted] [redacted]");
    }

    #[test]
    fn a_generated_value_has_its_length_and_no_odd_characters() {
        for length in [8, 32, 4096] {
            let secret = Secret::generate(length).expect("randomness");
            assert_eq!(secret.expose().len(), length);
            assert!(secret.expose().bytes().all(|byte| byte.is_ascii_alphanumeric()));
        }
        let (one, other) = (Secret::generate(32).expect("randomness"), Secret::generate(32).expect("randomness"));
        assert_ne!(one.expose(), other.expose());
    }
}
