//! Points in time as this crate knows them: milliseconds since the epoch, always handed in, never read from a clock.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Time(pub u64);

impl Time {
    /// This time, `milliseconds` later.
    #[must_use]
    pub fn plus(self, milliseconds: u64) -> Time {
        Time(self.0.saturating_add(milliseconds))
    }

    /// Milliseconds since `earlier`, or 0 if that is later than this.
    #[must_use]
    pub fn since(self, earlier: Time) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Seconds since the epoch with three decimals, as JSON 1.1 services write a timestamp.
    #[must_use]
    pub fn seconds(self) -> f64 {
        // 2^53 milliseconds are 285,000 years: exact for every time that can occur.
        self.0 as f64 / 1000.0
    }
}

impl Time {
    /// ISO 8601 with milliseconds that are always 0, as S3 writes a timestamp: `2026-01-31T08:00:00.000Z`.
    #[must_use]
    pub fn with_milliseconds(self) -> String {
        format!("{}.000Z", self.to_string().trim_end_matches('Z'))
    }

    /// As the headers of HTTP write a timestamp: `Sat, 31 Jan 2026 08:00:00 GMT`.
    ///
    /// Source: <https://www.rfc-editor.org/rfc/rfc9110#name-date-time-formats>
    #[must_use]
    pub fn in_headers(self) -> String {
        let seconds = i64::try_from(self.0 / 1000).unwrap_or(i64::MAX);
        jiff::Timestamp::from_second(seconds).unwrap_or_default().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
    }
}

/// ISO 8601 in whole seconds (`2026-01-31T08:00:00Z`), as the query services write a timestamp.
impl fmt::Display for Time {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = i64::try_from(self.0 / 1000).unwrap_or(i64::MAX);
        // Beyond the calendar that the time library knows (the year 9999) the epoch stands in.
        let timestamp = jiff::Timestamp::from_second(seconds).unwrap_or_default();
        write!(formatter, "{timestamp}")
    }
}

#[cfg(test)]
mod tests {
    use super::Time;

    #[test]
    fn is_written_as_the_query_services_write_it() {
        assert_eq!(Time(1_785_483_000_123).to_string(), "2026-07-31T07:30:00Z");
        assert_eq!(Time(u64::MAX).to_string(), "1970-01-01T00:00:00Z");
        assert_eq!(Time(1_785_483_000_123).with_milliseconds(), "2026-07-31T07:30:00.000Z");
        assert_eq!(Time(1_785_483_000_123).in_headers(), "Fri, 31 Jul 2026 07:30:00 GMT");
    }

    #[test]
    fn arithmetic_stops_at_the_edges() {
        assert_eq!(Time(u64::MAX).plus(1), Time(u64::MAX));
        assert_eq!(Time(1).since(Time(2)), 0);
        assert_eq!(Time(1_500).seconds(), 1.5);
    }
}
