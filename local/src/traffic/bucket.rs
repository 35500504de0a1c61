//! A token bucket: calls take tokens, time brings them back.
//!
//! Source: <https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html>

use crate::time::Time;

/// The tokens of one class of calls.
#[derive(Debug)]
pub(super) struct Bucket {
    /// Thousandths of a token: a rate a second is as many of them a millisecond.
    thousandths: u64,
    at: Time,
}

const TOKEN: u64 = 1000;

impl Bucket {
    /// A bucket that nobody has drawn from.
    pub(super) fn full(burst: u32, now: Time) -> Self {
        Self { thousandths: u64::from(burst) * TOKEN, at: now }
    }

    /// Takes a token, if there is one.
    pub(super) fn take(&mut self, rate_per_s: u32, burst: u32, now: Time) -> bool {
        let regained = now.since(self.at).saturating_mul(u64::from(rate_per_s));
        self.thousandths = self.thousandths.saturating_add(regained).min(u64::from(burst) * TOKEN);
        self.at = now;
        match self.thousandths.checked_sub(TOKEN) {
            Some(left) => {
                self.thousandths = left;
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Bucket;
    use crate::time::Time;

    #[test]
    fn a_burst_is_followed_by_the_rate() {
        let mut bucket = Bucket::full(3, Time(0));
        let mut taken = |at: u64| bucket.take(5, 3, Time(at));
        assert!(taken(0) && taken(0) && taken(0) && !taken(0), "three at once");
        assert!(!taken(199) && taken(200) && !taken(200), "then one in 200 ms");
        assert!(taken(10_000) && taken(10_000) && taken(10_000) && !taken(10_000), "never more than three");
    }
}
