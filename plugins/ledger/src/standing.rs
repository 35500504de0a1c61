//! How a lock stands: whether the one who wrote its highest name still holds it.

use std::time::Duration;

use crate::Holder;
use crate::clock;
use crate::lock::Seen;

/// What a lease is over by before another takes it: a reply says what time it is in whole seconds, and the clocks of two
/// of AWS's machines may differ a little.
const SLACK: Duration = Duration::from_secs(1);

/// A lock that is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// By whom.
    pub holder: Holder,
    /// Since when, in seconds since 1970 by AWS's clock.
    pub since: Option<i64>,
    /// Until when, if its holder is not heard of again; by the same clock.
    pub until: Option<i64>,
    /// What time it was there.
    pub now: Option<i64>,
}

/// Why a lock is held no longer though it was not given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Its holder was not heard of for a whole lease.
    Expired,
    /// Its holder ran on this machine and is gone.
    Gone,
}

/// How a lock stands.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Free,
    Over(Ended),
    Held,
}

/// Remembers what a lock looked like, so that one that does not change any more is noticed even where AWS does not say
/// what time it is.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    last: Option<(u64, i64)>,
    since: Duration,
}

impl Watch {
    pub(crate) fn judge(&mut self, seen: &Seen, is_gone: &dyn Fn(&Holder) -> bool) -> Standing {
        let version = (seen.number, seen.version);
        if self.last != Some(version) {
            (self.last, self.since) = (Some(version), clock::now());
        }
        let lease = seen.claim.lease() + SLACK;
        if seen.claim.released {
            Standing::Free
        } else if is_gone(&seen.claim.holder) {
            Standing::Over(Ended::Gone)
        } else if age(seen).is_some_and(|age| age > lease) || clock::since(self.since) > lease {
            Standing::Over(Ended::Expired)
        } else {
            Standing::Held
        }
    }
}

/// For how long its holder was not heard of, by AWS's clock alone.
fn age(seen: &Seen) -> Option<Duration> {
    let age = seen.read?.checked_mul(1000)?.checked_sub(seen.written?)?;
    u64::try_from(age).ok().map(Duration::from_millis)
}

impl Seen {
    pub(crate) fn held(&self) -> Held {
        let lease = i64::try_from(self.claim.lease().as_secs()).unwrap_or(i64::MAX);
        let until = self.written.map(|written| (written / 1000).saturating_add(lease));
        Held { holder: self.claim.holder.clone(), since: self.claim.since, until, now: self.read }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claim::Claim;

    fn seen(written: Option<i64>, read: Option<i64>) -> Seen {
        let claim = Claim::new(Holder::unknown(), None, Duration::from_secs(60));
        Seen { number: 1, claim, version: 1, written, read }
    }

    fn judge(seen: &Seen) -> Standing {
        Watch::default().judge(seen, &|_| false)
    }

    #[test]
    fn the_clock_of_aws_alone_decides() {
        for written in [1_000, 1_700_000_000, 9_000_000_000] {
            for (passed, standing) in [(-3600, Standing::Held), (0, Standing::Held), (61, Standing::Held)] {
                assert_eq!(judge(&seen(Some(written * 1000), Some(written + passed))), standing, "{written} {passed}");
            }
            let over = seen(Some(written * 1000), Some(written + 62));
            assert_eq!(judge(&over), Standing::Over(Ended::Expired), "{written}");
        }
    }

    #[test]
    fn where_nobody_says_what_time_it_is_a_lease_that_stands_still_is_over() {
        let claim = Claim::new(Holder::unknown(), None, Duration::ZERO);
        for (written, read) in [(None, Some(1)), (Some(1), None), (Some(9_000_000), Some(1))] {
            let mut seen = Seen { claim: claim.clone(), ..seen(written, read) };
            let mut watch = Watch::default();
            assert_eq!(watch.judge(&seen, &|_| false), Standing::Held);
            // As if the rest of it had passed.
            watch.since = watch.since.saturating_sub(SLACK);
            assert_eq!(watch.judge(&seen, &|_| false), Standing::Over(Ended::Expired));
            seen.version += 1;
            assert_eq!(watch.judge(&seen, &|_| false), Standing::Held, "it was renewed");
        }
    }

    #[test]
    fn what_was_given_back_is_free_and_who_is_gone_holds_nothing() {
        let mut seen = seen(Some(1000), Some(1));
        assert_eq!(Watch::default().judge(&seen, &|_| true), Standing::Over(Ended::Gone));
        seen.claim.released = true;
        assert_eq!(judge(&seen), Standing::Free);
    }
}
