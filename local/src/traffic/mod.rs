//! What can happen to a call on its way to its service and back: it is one too many, it fails by order, it sees the past,
//! or it takes its time. All of it follows from the settings and the time, so that tests need not wait for anything.

mod bucket;
mod past;
mod reply;

use crate::asked::{Asked, DEFAULT_ACCOUNT, Scope, form};
use crate::ec2;
use crate::error::ApiError;
use crate::iam::Caller;
use crate::settings::{Outcome, Settings};
use crate::skew;
use crate::time::Time;
use crate::world::{Ids, World};
use bucket::Bucket;
use http::Request;
use past::Pasts;
use std::collections::BTreeMap;
use std::time::Duration;

/// What is remembered between calls. It is gone with the process: nothing in it is part of the world.
#[derive(Default)]
pub(crate) struct Traffic {
    /// By account, region, service and whether they are for reads.
    buckets: BTreeMap<(String, String, String, bool), Bucket>,
    pasts: Pasts,
}

/// What becomes of a call.
#[derive(Debug, PartialEq)]
pub(crate) enum Fate {
    /// It reaches its service.
    GoesOn,
    /// It is refused before it does.
    Refused(ApiError),
    /// It reaches its service, and if it takes effect there, this is the answer.
    LosesItsReply(ApiError),
}

impl Traffic {
    /// Decides about a call. A fault that makes it fail is used up.
    pub(crate) fn meet(&mut self, world: &mut World, asked: &Asked, request: &Request<Vec<u8>>, now: Time) -> Fate {
        let Some(scope) = Scope::of(request) else { return Fate::GoesOn };
        let is_checked = world.settings.enforce_clock;
        if let Some(error) = skew::refusal(&asked.service, request, now).filter(|_| is_checked) {
            return Fate::Refused(error);
        }
        let account = Caller::behind(&scope.access_key, world, now).map(|caller| caller.account_id);
        let account = account.unwrap_or_else(|_| DEFAULT_ACCOUNT.to_owned());
        if self.is_too_much(&world.settings, &account, &scope.region, asked, now) {
            return Fate::Refused(reply::throttled(&asked.service));
        }
        if let Some(error) = self.names_the_unknown(world, &account, &scope.region, asked, request, now) {
            return Fate::Refused(error);
        }
        ordered(&mut world.settings, asked)
    }

    /// The world as a read sees it and the time that it is there; `None` where it sees the present.
    pub(crate) fn seen(&self, world: &World, asked: &Asked, now: Time) -> Option<(World, Time)> {
        let lag = world.settings.read_lag_ms;
        if lag == 0 || !asked.is_read() || asked.service == "sts" {
            return None;
        }
        let then = Time(now.0.saturating_sub(lag));
        let mut seen = self.pasts.at(then).unwrap_or_else(|| past::copy(world));
        seen.settings = world.settings.clone();
        Some((seen, then))
    }

    /// Whether the world must be kept before a call changes it, because somebody may see it later.
    pub(crate) fn keeps_pasts(settings: &Settings) -> bool {
        settings.read_lag_ms.max(settings.id_lag_ms) > 0
    }

    /// Keeps the world as it was until `now`.
    pub(crate) fn keep(&mut self, before: Vec<u8>, settings: &Settings, now: Time) {
        self.pasts.push(before, now, settings.read_lag_ms.max(settings.id_lag_ms));
    }

    fn is_too_much(&mut self, settings: &Settings, account: &str, region: &str, asked: &Asked, now: Time) -> bool {
        let reads = asked.is_read();
        let (rate, burst) = match reads {
            true => (settings.read_rate_per_s, settings.read_burst),
            false => (settings.write_rate_per_s, settings.write_burst),
        };
        if rate == 0 {
            return false;
        }
        let key = (account.to_owned(), region.to_owned(), asked.service.clone(), reads);
        !self.buckets.entry(key).or_insert_with(|| Bucket::full(burst, now)).take(rate, burst, now)
    }

    /// EC2 does not know everywhere at once what it has made.
    ///
    /// Source: <https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html>
    fn names_the_unknown(
        &self,
        world: &mut World,
        account: &str,
        region: &str,
        asked: &Asked,
        request: &Request<Vec<u8>>,
        now: Time,
    ) -> Option<ApiError> {
        let lag = world.settings.id_lag_ms;
        if lag == 0 || asked.service != "ec2" || asked.is_read() {
            return None;
        }
        let mut past = self.pasts.at(Time(now.0.saturating_sub(lag)))?;
        let values: Vec<String> = form(request).without(&[]).into_values().collect();
        let present = &world.account(account).region(region).ec2;
        ec2::State::unknown_yet(&past.account(account).region(region).ec2, present, &values)
    }
}

/// What the faults of the settings order for a call.
fn ordered(settings: &mut Settings, asked: &Asked) -> Fate {
    let action = asked.action();
    let Some(fault) = settings.faults.iter_mut().find(|fault| fault.is_about(&action)) else { return Fate::GoesOn };
    let fate = match fault.outcome {
        Outcome::Throttle => Fate::Refused(reply::throttled(&asked.service)),
        Outcome::ErrorBefore => Fate::Refused(reply::failed(&asked.service)),
        Outcome::UnavailableBefore => Fate::Refused(reply::unavailable(&asked.service)),
        Outcome::ErrorAfter => return Fate::LosesItsReply(reply::failed(&asked.service)),
        Outcome::UnavailableAfter => return Fate::LosesItsReply(reply::unavailable(&asked.service)),
    };
    use_up(settings, &action);
    fate
}

/// Counts a call that the first fault about it made fail.
pub(crate) fn use_up(settings: &mut Settings, action: &str) {
    if let Some(fault) = settings.faults.iter_mut().find(|fault| fault.is_about(action)) {
        fault.times -= 1;
    }
    settings.faults.retain(|fault| fault.times > 0);
}

/// How long a call takes: the latency, and by chance up to the jitter more.
pub(crate) fn latency(settings: &Settings, chance: &mut Ids) -> Duration {
    let jitter = match settings.latency_jitter_ms {
        0 => 0,
        jitter => chance.below(jitter.saturating_add(1)),
    };
    Duration::from_millis(settings.latency_ms.saturating_add(jitter))
}
