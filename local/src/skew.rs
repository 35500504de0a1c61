//! Requests that were signed at another time than it is. They are refused where the settings say so: the clock in here can
//! be set ahead, and not every client of it corrects itself.
//!
//! Sources: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html>,
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html> (`RequestExpired`) and
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html> (`RequestTimeTooSkewed`)

use crate::error::ApiError;
use crate::time::Time;
use http::Request;

const MINUTE_MS: u64 = 60_000;

/// What a service answers to a request that was signed too long before or after `now`; nothing where it was not, or does
/// not say when.
pub(crate) fn refusal(service: &str, request: &Request<Vec<u8>>, now: Time) -> Option<ApiError> {
    let minutes = if matches!(service, "ec2" | "s3") { 15 } else { 5 };
    let text = request.headers().get("x-amz-date")?.to_str().ok()?;
    let signed: jiff::Timestamp = text.parse().ok()?;
    let signed = Time(u64::try_from(signed.as_millisecond()).ok()?);
    let window = minutes * MINUTE_MS;
    if now.since(signed) <= window && signed.since(now) <= window {
        return None;
    }
    let message = || match now > signed {
        true => format!(
            "Signature expired: {text} is now earlier than {} ({} - {minutes} min.)",
            compact(Time(now.0 - window)),
            compact(now)
        ),
        false => format!(
            "Signature not yet current: {text} is still later than {} ({} + {minutes} min.)",
            compact(now.plus(window)),
            compact(now)
        ),
    };
    Some(match service {
        "ec2" => ApiError::client("RequestExpired", "Request has expired."),
        "s3" => {
            let message = "The difference between the request time and the current time is too large.";
            ApiError::new(403, "RequestTimeTooSkewed", message)
        }
        "iam" | "sts" => ApiError::new(403, "SignatureDoesNotMatch", message()),
        _ => ApiError::client("InvalidSignatureException", message()),
    })
}

/// As the time of a signature is written: `20260731T073000Z`.
fn compact(time: Time) -> String {
    time.to_string().replace(['-', ':'], "")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Time = Time(1_785_483_000_000);

    fn code(service: &str, date: &str) -> Option<String> {
        let request = Request::post("/").header("x-amz-date", date).body(Vec::new()).expect("a request");
        refusal(service, &request, NOW).map(|error| error.to_string())
    }

    #[test]
    fn what_was_signed_minutes_off_is_refused_in_the_words_of_its_service() {
        for date in ["20260731T073000Z", "20260731T072500Z", "20260731T073500Z", "1", "20260731"] {
            assert_eq!(code("ssm", date), None, "{date}");
        }
        let early = "InvalidSignatureException: Signature expired: 20260731T072459Z is now earlier than \
                     20260731T072500Z (20260731T073000Z - 5 min.)";
        assert_eq!(code("ssm", "20260731T072459Z").as_deref(), Some(early));
        let late = code("sts", "20260731T073501Z").expect("a refusal");
        assert!(late.starts_with("SignatureDoesNotMatch: Signature not yet current: "), "{late}");
        assert_eq!(code("ec2", "20260731T071500Z"), None);
        assert!(code("ec2", "20260731T071459Z").is_some_and(|text| text.starts_with("RequestExpired")));
        assert!(code("s3", "20260731T074501Z").is_some_and(|text| text.starts_with("RequestTimeTooSkewed")));
    }
}
