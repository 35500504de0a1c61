//! A clock of this machine that is off. AWS refuses what was signed minutes before or after it arrives, and says in its
//! answer what time it is; from then on requests are signed by that.
//!
//! The SDK can do this too, but each of its clients learns for itself, only from an answer that it may ask for again, and not
//! from EC2's own code for it: the first write of each service would fail. So it is off there, and done here for all clients.
//!
//! Sources: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html> and
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html>, `RequestExpired`

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use aws_smithy_async::time::TimeSource;
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::http::StatusCode;

use crate::clock::time_of;
use crate::layer::{Layer, layered};

/// AWS takes what was signed five minutes ago, some services fifteen. Less than this is no reason to refuse anything.
const LEAST: Duration = Duration::from_secs(4 * 60);
/// The status of what may be sent again.
const UNAVAILABLE: u16 = 503;

/// The time at AWS, as far as this machine's clock and AWS's answers tell.
#[derive(Clone, Debug, Default)]
pub(crate) struct AwsTime {
    /// How far AWS's clock is ahead of this machine's, in milliseconds.
    ahead: Arc<AtomicI64>,
}

/// Marks the refusal of a request that was signed at another time than it is. The next one is signed by AWS's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SignedAtAnotherTime {
    /// What AWS has answered.
    pub(crate) status: u16,
}

impl AwsTime {
    /// The client whose answers this learns from.
    pub(crate) fn told_by(&self, client: SharedHttpClient) -> SharedHttpClient {
        layered(self.clone(), client)
    }

    /// Learns from the refusal of what was signed at `signed`, `took` ago, and has it sent again where that may be done.
    fn learn(&self, signed: SystemTime, took: Duration, response: &mut HttpResponse) {
        let Some(date) = time_of(response).and_then(|date| SystemTime::try_from(date).ok()) else { return };
        if !response.status().is_client_error() || milliseconds(date, signed).unsigned_abs() <= millis(LEAST + took) {
            return;
        }
        self.ahead.store(milliseconds(date, SystemTime::now()), Ordering::Relaxed);
        let status = response.status().as_u16();
        if let Ok(unavailable) = StatusCode::try_from(UNAVAILABLE) {
            *response.status_mut() = unavailable;
        }
        response.add_extension(SignedAtAnotherTime { status });
    }
}

/// From `from` to `to`; less than nothing where it is the other way round.
fn milliseconds(to: SystemTime, from: SystemTime) -> i64 {
    let signed = |span: Duration| i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
    to.duration_since(from).map_or_else(|error| -signed(error.duration()), signed)
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

impl TimeSource for AwsTime {
    fn now(&self) -> SystemTime {
        let (now, ahead) = (SystemTime::now(), self.ahead.load(Ordering::Relaxed));
        let by = Duration::from_millis(ahead.unsigned_abs());
        let time = if ahead < 0 { now.checked_sub(by) } else { now.checked_add(by) };
        time.unwrap_or(now)
    }
}

impl Layer for AwsTime {
    fn around(&self, connector: SharedHttpConnector) -> SharedHttpConnector {
        SharedHttpConnector::new(Connection { time: self.clone(), connector })
    }
}

#[derive(Debug)]
struct Connection {
    time: AwsTime,
    connector: SharedHttpConnector,
}

impl HttpConnector for Connection {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (time, signed, begun) = (self.time.clone(), self.time.now(), std::time::Instant::now());
        let answer = self.connector.call(request);
        HttpConnectorFuture::new(async move {
            let mut response = answer.await?;
            time.learn(signed, begun.elapsed(), &mut response);
            Ok(response)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_smithy_types::DateTime;
    use aws_smithy_types::body::SdkBody;
    use aws_smithy_types::date_time::Format;

    fn refusal(status: u16, ahead: i64) -> HttpResponse {
        let mut response = HttpResponse::new(status.try_into().expect("a status"), SdkBody::empty());
        let date = DateTime::from_secs(DateTime::from(SystemTime::now()).secs() + ahead);
        response.headers_mut().insert("date", date.fmt(Format::HttpDate).expect("a date"));
        response
    }

    /// Seconds that the time is ahead after a refusal, and its status then.
    fn after(status: u16, ahead: i64, took: Duration) -> (i64, u16) {
        let (time, mut response) = (AwsTime::default(), refusal(status, ahead));
        time.learn(time.now(), took, &mut response);
        let learned = milliseconds(time.now(), SystemTime::now());
        ((learned + learned.signum() * 500) / 1000, response.status().as_u16())
    }

    #[test]
    fn the_time_of_a_refusal_is_the_time_from_then_on() {
        for ahead in [3600, -3600, 360, -360, 86_400 * 400] {
            let (learned, status) = after(403, ahead, Duration::ZERO);
            assert!((learned - ahead).abs() <= 1, "{learned} for {ahead}");
            assert_eq!(status, 503, "it may be sent again");
        }
    }

    #[test]
    fn nothing_is_learned_from_what_was_not_refused_for_its_time() {
        for (status, ahead, took) in
            [(403, 200, 0), (403, -200, 0), (200, 3600, 0), (500, 3600, 0), (400, 290, 60), (403, 0, 0)]
        {
            assert_eq!(after(status, ahead, Duration::from_secs(took)), (0, status), "{status} {ahead} {took}");
        }
        let (time, mut response) = (AwsTime::default(), refusal(403, 3600));
        response.headers_mut().insert("date", "yesterday");
        time.learn(time.now(), Duration::ZERO, &mut response);
        assert_eq!(response.status().as_u16(), 403);
    }

    /// Where the clock of the machine is set while the program runs, what was learned is forgotten in the same way.
    #[test]
    fn what_was_learned_is_learned_again() {
        let time = AwsTime::default();
        for ahead in [3600, 0] {
            time.learn(time.now(), Duration::ZERO, &mut refusal(403, ahead));
            assert!((milliseconds(time.now(), SystemTime::now()) - ahead * 1000).abs() < 2000);
        }
    }
}
