//! AssumeRole: temporary keys of a role.
//!
//! Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>. Sessions have no policies and no
//! tags of their own here, and a secret key or a token is never checked.

use crate::call::Call;
use crate::codec::query::Params;
use crate::codec::xml::Element;
use crate::error::ApiError;
use crate::iam::{self, Session, Trust};

/// In seconds: 15 minutes to 12 hours, one hour by default.
const DURATIONS: std::ops::RangeInclusive<u64> = 900..=43_200;
const DEFAULT_DURATION: u64 = 3_600;

pub(super) fn assume_role(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let role_arn = required(params, "RoleArn")?;
    let name = required(params, "RoleSessionName")?;
    let allowed = |character: char| character.is_ascii_alphanumeric() || "_+=,.@-".contains(character);
    if !(2..=64).contains(&name.len()) || !name.chars().all(allowed) {
        return Err(invalid("roleSessionName", &name, "Member must satisfy regular expression pattern: [\\w+=,.@-]*"));
    }
    let seconds = match params.optional("DurationSeconds") {
        None => DEFAULT_DURATION,
        Some(text) => text
            .parse()
            .ok()
            .filter(|seconds| DURATIONS.contains(seconds))
            .ok_or_else(|| invalid("durationSeconds", &text, "Member must have value between 900 and 43200"))?,
    };
    if let Some(name) = params.unread() {
        return Err(ApiError::client("ValidationError", format!("The parameter {name} is not recognized")));
    }
    if iam::trusts(call, &role_arn, &call.account_id, &call.caller_arn) == Trust::No {
        return Err(refused(&call.caller_arn, &role_arn));
    }
    // The account in the ARN is this one: a role of another has not been found.
    let role = call.account.iam.roles.values().find(|role| role.arn == role_arn);
    let role = role.ok_or_else(|| refused(&call.caller_arn, &role_arn))?;
    if seconds > role.max_session_duration {
        // "If you specify a value higher than this setting …, the operation fails."
        let message = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
        return Err(ApiError::client("ValidationError", message));
    }
    let (role_name, role_id) = (role.name.clone(), role.id.clone());
    let (now, expires) = (call.now, call.now.plus(seconds * 1000));
    let (key, secret, token) = (call.ids.upper("ASIA", 16), call.ids.upper("", 40), call.ids.upper("", 64));
    let sessions = &mut call.account.iam.sessions;
    sessions.retain(|_, session| session.expires > now);
    sessions.insert(key.clone(), Session { role: role_name.clone(), name: name.clone(), expires });
    let credentials = Element::new("Credentials")
        .field("AccessKeyId", key)
        .field("SecretAccessKey", secret)
        .field("SessionToken", token)
        .field("Expiration", expires);
    let user = Element::new("AssumedRoleUser")
        .field("AssumedRoleId", format!("{role_id}:{name}"))
        .field("Arn", format!("arn:aws:sts::{}:assumed-role/{role_name}/{name}", call.account_id));
    Ok(Element::reply().child(credentials).child(user))
}

fn required(params: &Params, name: &str) -> Result<String, ApiError> {
    params.required(name).map_err(|_| ApiError::client("ValidationError", format!("The parameter {name} is missing.")))
}

fn invalid(member: &str, value: &str, rule: &str) -> ApiError {
    let message =
        format!("1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {rule}");
    ApiError::client("ValidationError", message)
}

fn refused(caller: &str, role: &str) -> ApiError {
    let message = format!("User: {caller} is not authorized to perform: sts:AssumeRole on resource: {role}");
    ApiError::new(403, "AccessDenied", message)
}
