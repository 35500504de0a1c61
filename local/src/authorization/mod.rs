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
mod kms;
mod logs;
mod need;
mod refusal;
mod s3;
mod secretsmanager;
mod ssm;

pub(crate) use refusal::stranger;

use crate::asked::Asked;
use crate::call::Call;
use crate::codec::query::Params;
use crate::error::ApiError;
use crate::iam::{Caller, Identity, decide};
use crate::s3::Request;
use crate::secretsmanager::Wanted;
use need::Need;
use serde_json::Value;

/// What a request says, in the protocol of its service.
pub(crate) enum Body<'a> {
    /// JSON services.
    Json(&'a Value),
    /// Query services.
    Query(&'a Params),
    /// S3.
    Rest(&'a Request<'a>),
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

/// Whether the caller may read one secret of several.
///
/// # Errors
/// The refusal.
pub(crate) fn check_secret(call: &mut Call<'_>, wanted: &Wanted) -> Result<(), ApiError> {
    if !call.settings.enforce_iam || call.identity == Identity::Owner {
        return Ok(());
    }
    for need in reading_secret(call, wanted) {
        let decision = decide(call, &call.identity, &need.action, &need.resource, &need.context);
        if !decision.is_allowed() {
            return Err(refusal::refused("secretsmanager", &call.caller_arn, &need, decision));
        }
    }
    Ok(())
}

/// What it takes to read a secret.
pub(crate) fn reading_secret(call: &mut Call<'_>, wanted: &Wanted) -> Vec<Need> {
    let needs = secretsmanager::reading(call, wanted);
    needs.into_iter().map(|need| need.with("aws:RequestedRegion", &call.region)).collect()
}

/// What it takes to decrypt a parameter, if that takes anything.
pub(crate) fn decrypting_parameter(call: &mut Call<'_>, arn: &str, key: &str) -> Option<Need> {
    ssm::decrypting(call, arn, key).map(|need| need.with("aws:RequestedRegion", &call.region))
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
        ("secretsmanager", Body::Json(body)) => secretsmanager::needs(call, operation, body),
        ("kms", Body::Json(body)) => kms::needs(call, operation, body),
        ("s3", Body::Rest(request)) => s3::needs(call, &request.fresh()),
        // What nobody knows is refused by the service itself.
        _ => Vec::new(),
    };
    needs.into_iter().map(|need| need.with("aws:RequestedRegion", &call.region)).collect()
}

/// The same parameters, unread: that authorization looks at one is no reason to accept it.
fn fresh(params: &Params) -> Params {
    params.without(&[]).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::{Body, needs};
    use crate::asked::Asked;
    use crate::codec::query::Params;
    use crate::time::Time;
    use crate::world::World;
    use serde_json::{Value, json};
    use std::fs;
    use std::path::Path;

    /// The operations that a service answers, as its sources name them.
    fn operations(source: &Path) -> Vec<String> {
        if source.is_dir() {
            let entries = fs::read_dir(source).expect("a folder").map(|entry| entry.expect("an entry").path());
            return entries.flat_map(|entry| operations(&entry)).collect();
        }
        let text = fs::read_to_string(source).expect("a source");
        let named = text.lines().filter_map(|line| line.trim().strip_prefix('"')?.split_once("\" => "));
        let is_operation = |name: &str| {
            name.starts_with(|first: char| first.is_ascii_uppercase())
                && name.contains(|character: char| character.is_ascii_lowercase())
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
        };
        named.map(|(name, _)| name.to_owned()).filter(|name| is_operation(name)).collect()
    }

    /// Something for every parameter that names what a call is about.
    fn filled() -> (Params, Value) {
        let ids = [
            ("DhcpOptionsId", "dopt-1"),
            ("GroupId", "sg-1"),
            ("InternetGatewayId", "igw-1"),
            ("ResourceId.1", "vpc-1"),
            ("RouteTableId", "rtb-1"),
            ("SubnetId", "subnet-1"),
            ("VpcId", "vpc-1"),
        ];
        let body = json!({
            "names": ["a"], "Names": ["a"], "serviceDeploymentArns": ["a"], "serviceDeploymentArn": "a",
            "serviceRevisionArns": ["a"],
        });
        (Params::from(ids), body)
    }

    #[test]
    fn every_operation_needs_something() {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let (params, json) = filled();
        let mut world = World::new(1);
        let mut counted = 0;
        for (service, source) in [
            ("ec2", "ec2"),
            ("ecr", "ecr/mod.rs"),
            ("ecs", "ecs/mod.rs"),
            ("iam", "iam/dispatch.rs"),
            ("kms", "kms/mod.rs"),
            ("logs", "logs/mod.rs"),
            ("secretsmanager", "secretsmanager/mod.rs"),
            ("ssm", "ssm/mod.rs"),
        ] {
            let operations = operations(&sources.join(source));
            assert!(operations.len() > 10, "{service}: {operations:?}");
            for operation in operations {
                // By its association alone, of which there is none here.
                if operation == "DisassociateRouteTable" {
                    continue;
                }
                let mut call = world.call("123456789012", "eu-west-1", Time(0));
                let body = match service {
                    "ec2" | "iam" => Body::Query(&params),
                    _ => Body::Json(&json),
                };
                let asked = Asked { service: service.to_owned(), operation };
                let action = asked.action();
                let needs = needs(&mut call, &asked, &body);
                assert!(needs.iter().any(|need| need.action == action), "{action} needs nothing");
                counted += 1;
            }
        }
        assert!(counted > 120, "{counted}");
    }
}
