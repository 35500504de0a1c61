//! Whether a caller may make a call: what it needs, action by action and resource by resource, is asked of the caller's
//! policies before the call reaches its service.
//!
//! Source of what an operation needs, in every file of this folder: the Service Authorization Reference,
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>.
//! A call is refused if one of its needs is denied.

mod ec2;
mod ecr;
mod ecs;
mod iam;
mod logs;
mod need;
mod refusal;
mod ssm;

pub(crate) use refusal::stranger;

use crate::asked::Asked;
use crate::call::Call;
use crate::codec::query::Params;
use crate::error::ApiError;
use crate::iam::{Caller, Identity, decide};
use need::Need;
use serde_json::Value;

/// What a request says, in the protocol of its service.
pub(crate) enum Body<'a> {
    /// JSON services.
    Json(&'a Value),
    /// Query services.
    Query(&'a Params),
}

/// Whether the caller may make this call.
///
/// # Errors
/// The refusal, in the words and with the code of the service.
pub(crate) fn check(call: &mut Call<'_>, caller: &Caller, asked: &Asked, body: &Body<'_>) -> Result<(), ApiError> {
    if caller.identity == Identity::Owner {
        return Ok(());
    }
    for need in needs(call, asked, body) {
        let decision = decide(call, &caller.identity, &need.action, &need.resource, &need.context);
        if !decision.is_allowed() {
            return Err(refusal::refused(&asked.service, &caller.arn, &need, decision));
        }
    }
    match (asked.service.as_str(), body) {
        ("ecs", Body::Json(_)) => ecs::service_linked_role(call, caller, &asked.operation),
        _ => Ok(()),
    }
}

fn needs(call: &mut Call<'_>, asked: &Asked, body: &Body<'_>) -> Vec<Need> {
    let operation = asked.operation.as_str();
    let needs = match (asked.service.as_str(), body) {
        ("ec2", Body::Query(params)) => ec2::needs(call, operation, &fresh(params)),
        ("iam", Body::Query(params)) => iam::needs(call, operation, &fresh(params)),
        ("sts", Body::Query(params)) => iam::needs_of_sts(call, operation, &fresh(params)),
        ("ecs", Body::Json(body)) => ecs::needs(call, operation, body),
        ("ssm", Body::Json(body)) => ssm::needs(call, operation, body),
        ("logs", Body::Json(body)) => logs::needs(call, operation, body),
        ("ecr", Body::Json(body)) => ecr::needs(call, operation, body),
        // What nobody knows is refused by the service itself.
        _ => Vec::new(),
    };
    needs.into_iter().map(|need| need.with("aws:RequestedRegion", &call.region)).collect()
}

/// The same parameters, unread: that authorization looks at one is no reason to accept it.
fn fresh(params: &Params) -> Params {
    params.without(&[]).into_iter().collect()
}
