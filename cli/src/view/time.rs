//! Points in time, as people and programs read them.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;

/// Now, in seconds since 1970.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// `2026-11-25T12:00:00Z`, from seconds since 1970.
pub fn utc(seconds: i64) -> String {
    Timestamp::from_second(seconds).map(|time| time.to_string()).unwrap_or_default()
}

/// How long ago `at` was, in its largest unit: `5m`, `3d`.
pub fn age(now: u64, at: i64) -> String {
    let passed = now.saturating_sub(u64::try_from(at).unwrap_or_default());
    match passed {
        0..60 => format!("{passed}s"),
        60..3_600 => format!("{}m", passed / 60),
        3_600..86_400 => format!("{}h", passed / 3_600),
        _ => format!("{}d", passed / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_have_one_unit() {
        let ages =
            [0, 59, 60, 3_599, 3_600, 86_399, 86_400, 40_000_000].map(|passed| age(50_000_000, 50_000_000 - passed));
        assert_eq!(ages, ["0s", "59s", "1m", "59m", "1h", "23h", "1d", "462d"]);
        assert_eq!(age(10, 20), "0s", "another machine's clock is ahead");
        assert_eq!(utc(1_764_072_000), "2025-11-25T12:00:00Z");
    }
}
