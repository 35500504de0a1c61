//! What stands in the name of a lock.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Holder;

/// A lock as its holder writes it down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Claim {
    pub(crate) holder: Holder,
    /// Since when, in seconds since 1970 by AWS's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) since: Option<i64>,
    /// For how long it is held after each time that it is written.
    lease_ms: u64,
    /// Whether it was given back.
    #[serde(default)]
    pub(crate) released: bool,
}

impl Claim {
    pub(crate) fn new(holder: Holder, since: Option<i64>, lease: Duration) -> Self {
        Self { holder, since, lease_ms: u64::try_from(lease.as_millis()).unwrap_or(u64::MAX), released: false }
    }

    /// Reads what was written. What cannot be read is held by somebody who cannot be named.
    pub(crate) fn read(text: &str, lease: Duration) -> Self {
        serde_json::from_str(text).unwrap_or_else(|_| Self::new(Holder::unknown(), None, lease))
    }

    pub(crate) fn text(&self) -> String {
        text(self)
    }

    pub(crate) fn lease(&self) -> Duration {
        Duration::from_millis(self.lease_ms)
    }

    pub(crate) fn released(&self) -> Self {
        Self { released: true, ..self.clone() }
    }
}

/// A value in JSON, as Parameter Store takes it: it refuses `{{`, which stands in strings alone.
///
/// Source: <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html>
pub(crate) fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("it is plain data with text as keys").replace("{{", "{\\u007b")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read() {
        let holder = Holder { user: "{{a}} {{{".to_owned(), ..Holder::unknown() };
        let claim = Claim::new(holder, Some(5), Duration::from_secs(60));
        assert!(!claim.text().contains("{{"), "{}", claim.text());
        assert_eq!(Claim::read(&claim.text(), Duration::ZERO), claim);
    }

    #[test]
    fn what_cannot_be_read_is_held_for_a_lease() {
        for text in ["", "{}", "null", "{\"holder\":1}"] {
            let claim = Claim::read(text, Duration::from_secs(60));
            assert_eq!((claim.released, claim.lease()), (false, Duration::from_secs(60)), "{text}");
        }
    }
}
