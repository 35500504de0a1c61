//! Who holds a lock, since when, and for how long.

use deploy_ledger::{Ended, Held};

use crate::view::time::{age, utc};

/// `jane@build-1 (process 4711): deploy apply dev`.
pub fn who(held: &Held) -> String {
    format!("{}: {}", held.holder, held.holder.doing)
}

/// Since when, and until when; a line each. By AWS's clock.
pub fn held_lines(held: &Held) -> Vec<String> {
    let now = held.now.and_then(|now| u64::try_from(now).ok());
    let since = held.since.map(|since| match now {
        Some(now) => format!("since {} ({} ago)", utc(since), age(now, since)),
        None => format!("since {}", utc(since)),
    });
    let until = held.until.map(|until| format!("until {}, and longer while it lets hear of itself", utc(until)));
    since.into_iter().chain(until).collect()
}

/// When its lease is over, as long as nothing is heard of it.
pub fn until(held: &Held) -> String {
    match held.until.zip(held.now) {
        Some((until, now)) if until > now => format!("its lease is over in {}s unless it is renewed", until - now),
        _ => "its lease is over soon unless it is renewed".to_owned(),
    }
}

/// That a lock was taken from somebody who had not given it back.
pub fn taken_over(environment: &str, held: &Held, ended: Ended) -> String {
    let reason = match ended {
        Ended::Expired => "was not heard of for a whole lease",
        Ended::Gone => "is at work no longer",
    };
    format!("taking {environment} over: {} {reason}\n", who(held))
}

#[cfg(test)]
mod tests {
    use super::*;
    use deploy_ledger::Holder;

    #[test]
    fn a_lock_says_who_since_when_and_until_when() {
        let holder = Holder {
            id: "a".to_owned(),
            user: "jane".to_owned(),
            host: "build-1".to_owned(),
            pid: 4711,
            doing: "deploy apply dev".to_owned(),
            process: None,
        };
        let (since, until_then, now) = (Some(1_764_072_000), Some(1_764_072_100), Some(1_764_072_060));
        let held = Held { holder, since, until: until_then, now };
        assert_eq!(who(&held), "jane@build-1 (process 4711): deploy apply dev");
        assert_eq!(
            held_lines(&held),
            [
                "since 2025-11-25T12:00:00Z (1m ago)",
                "until 2025-11-25T12:01:40Z, and longer while it lets hear of itself"
            ]
        );
        assert_eq!(until(&held), "its lease is over in 40s unless it is renewed");
        assert_eq!(held_lines(&Held { since: None, until: None, ..held.clone() }), [""; 0]);
        assert!(taken_over("dev", &held, Ended::Gone).starts_with("taking dev over: jane@build-1"));
    }
}
