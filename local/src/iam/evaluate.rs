//! Whether a role may do something, and whether a service may assume it.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>, for requests within
//! one account: a denial wins, then an allowance, else nothing is allowed. A permissions boundary must allow it as well.

use super::caller::Identity;
use super::propagation;
use super::role::Role;
use super::user::User;
use crate::call::Call;
use deploy_policy::{Decision, Document, Effect, ManagedPolicy, Request, Use};
use std::collections::{BTreeMap, BTreeSet};

/// Whether the inline and attached policies of a role let it do `action` (`ssm:GetParameters`) on a resource.
///
/// `context` holds what conditions may look at: `ssm:resourceTag/application`, `aws:SourceAccount`, …; the keys about
/// the role itself (`aws:PrincipalArn`, `aws:PrincipalAccount`, `aws:PrincipalTag/…`) are added here.
#[must_use]
pub fn allows(
    call: &Call<'_>,
    role_arn: &str,
    action: &str,
    resource_arn: &str,
    context: &BTreeMap<String, Vec<String>>,
) -> Decision {
    let role = propagation::seen(call).roles.values().find(|role| role.arn == role_arn);
    let Some(role) = role else { return Decision::ImplicitlyDenied };
    Holder::of_role(role).may(&call.account.id, action, resource_arn, context)
}

/// Whether a caller may do `action` on a resource. The owner of an account may do everything.
#[must_use]
pub fn decide(
    call: &Call<'_>,
    identity: &Identity,
    action: &str,
    resource_arn: &str,
    context: &BTreeMap<String, Vec<String>>,
) -> Decision {
    let seen = propagation::seen(call);
    let holder = match identity {
        Identity::Owner => return Decision::Allowed,
        Identity::User(name) => seen.users.get(name).map(Holder::of_user),
        Identity::Role(name) => seen.roles.get(name).map(Holder::of_role),
    };
    let decide = |holder: Holder<'_>| holder.may(&call.account.id, action, resource_arn, context);
    holder.map_or(Decision::ImplicitlyDenied, decide)
}

/// Whether the trust policy of a role lets a service (`ecs-tasks.amazonaws.com`) assume it. `context` is what the service
/// tells about itself: `aws:SourceAccount`, `aws:SourceArn`.
#[must_use]
pub fn assumable_by(call: &Call<'_>, role_arn: &str, service: &str, context: &BTreeMap<String, Vec<String>>) -> bool {
    let Some(role) = propagation::seen(call).roles.values().find(|role| role.arn == role_arn) else { return false };
    let Ok(trust) = Document::parse(&role.trust, Use::Trust) else { return false };
    let context = lower_case(context);
    let request = Request { action: "sts:AssumeRole", resource: role_arn, context: &context };
    let statements = trust.statements().iter().filter(|statement| statement.fits_service(service, &request));
    Decision::of(statements.map(|statement| statement.effect)).is_allowed()
}

/// What the trust policy of a role says about a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// Nothing, or that they may not.
    No,
    /// It trusts their account, whose policies have to let them.
    ViaAccount,
    /// It names them, which is enough.
    Direct,
}

/// Whether the trust policy of a role lets somebody of an account assume it, whose own ARN (of the user or role, not of
/// a session) is `arn`.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
#[must_use]
pub fn trusts(call: &Call<'_>, role_arn: &str, caller_account: &str, arn: &str) -> Trust {
    let role = propagation::seen(call).roles.values().find(|role| role.arn == role_arn);
    let Some(Ok(trust)) = role.map(|role| Document::parse(&role.trust, Use::Trust)) else { return Trust::No };
    let context = BTreeMap::from([
        ("aws:principalarn".to_owned(), vec![arn.to_owned()]),
        ("aws:principalaccount".to_owned(), vec![caller_account.to_owned()]),
    ]);
    let request = Request { action: "sts:AssumeRole", resource: role_arn, context: &context };
    let decide = |names: &[&str]| {
        let statements = trust.statements().iter().filter(|statement| statement.fits_caller(names, &request));
        Decision::of(statements.map(|statement| statement.effect))
    };
    let account = format!("arn:aws:iam::{caller_account}:root");
    match (decide(&[arn, "*"]), decide(&[arn, "*", caller_account, &account])) {
        (_, Decision::ExplicitlyDenied | Decision::ImplicitlyDenied) => Trust::No,
        (Decision::Allowed, _) => Trust::Direct,
        _ => Trust::ViaAccount,
    }
}

/// Somebody with policies.
struct Holder<'a> {
    arn: &'a str,
    tags: &'a BTreeMap<String, String>,
    inline: &'a BTreeMap<String, String>,
    attached: &'a BTreeSet<String>,
    boundary: Option<&'a str>,
}

impl<'a> Holder<'a> {
    fn of_role(role: &'a Role) -> Self {
        Self {
            arn: &role.arn,
            tags: &role.tags,
            inline: &role.inline_policies,
            attached: &role.attached_policies,
            boundary: role.permissions_boundary.as_deref(),
        }
    }

    fn of_user(user: &'a User) -> Self {
        Self {
            arn: &user.arn,
            tags: &user.tags,
            inline: &user.inline_policies,
            attached: &user.attached_policies,
            boundary: None,
        }
    }

    fn may(&self, account_id: &str, action: &str, resource: &str, context: &BTreeMap<String, Vec<String>>) -> Decision {
        let context = self.context(account_id, context);
        let request = Request { action, resource, context: &context };
        let attached = self.attached.iter().filter_map(|arn| ManagedPolicy::find(arn)).map(|policy| policy.document());
        let documents = attached.chain(self.inline.values().cloned());
        let decision = Decision::of(documents.flat_map(|text| effects(&text, &request)));
        match self.boundary.and_then(ManagedPolicy::find) {
            None => decision,
            Some(boundary) => decision.within(Decision::of(effects(&boundary.document(), &request).into_iter())),
        }
    }

    /// What a request carries, with what is known of who makes it.
    fn context(&self, account_id: &str, context: &BTreeMap<String, Vec<String>>) -> BTreeMap<String, Vec<String>> {
        let mut all = lower_case(context);
        all.insert("aws:principalarn".to_owned(), vec![self.arn.to_owned()]);
        all.insert("aws:principalaccount".to_owned(), vec![account_id.to_owned()]);
        for (key, value) in self.tags {
            all.insert(format!("aws:principaltag/{}", key.to_lowercase()), vec![value.clone()]);
        }
        all
    }
}

/// The effects of all statements of a document that are about the request. Documents were checked when they were put.
fn effects(text: &str, request: &Request<'_>) -> Vec<Effect> {
    let Ok(document) = Document::parse(text, Use::Permissions) else { return Vec::new() };
    let fitting = document.statements().iter().filter(|statement| statement.fits(request));
    fitting.map(|statement| statement.effect).collect()
}

fn lower_case(context: &BTreeMap<String, Vec<String>>) -> BTreeMap<String, Vec<String>> {
    context.iter().map(|(key, values)| (key.to_lowercase(), values.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::{allows, assumable_by};
    use crate::iam::testing::Cloud;
    use deploy_policy::Decision;
    use std::collections::BTreeMap;

    const PARAMETER: &str = "arn:aws:ssm:ap-northeast-1:123456789012:parameter/MY_PARAM_1";

    fn put(cloud: &mut Cloud, name: &str, statement: &str) {
        let document = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
        let params = [("RoleName", "app"), ("PolicyName", name), ("PolicyDocument", document.as_str())];
        cloud.done("PutRolePolicy", &params);
    }

    fn context(pairs: &[(&str, &str)]) -> BTreeMap<String, Vec<String>> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), vec![(*value).to_owned()])).collect()
    }

    #[test]
    fn a_parameter_is_read_by_its_tag() {
        let mut cloud = Cloud::new();
        let role = cloud.role("app");
        put(
            &mut cloud,
            "read",
            r#"{"Effect":"Allow","Action":"ssm:GetParameters",
                "Resource":"arn:aws:ssm:ap-northeast-1:123456789012:parameter/*",
                "Condition":{"StringEquals":{"ssm:resourceTag/application":"ecs_parameter_store"}}}"#,
        );
        let mut ask =
            |action: &str, pairs: &[(&str, &str)]| allows(&cloud.asking(), &role, action, PARAMETER, &context(pairs));
        let tagged = [("ssm:resourceTag/application", "ecs_parameter_store")];
        assert_eq!(ask("ssm:GetParameters", &tagged), Decision::Allowed);
        assert_eq!(ask("ssm:GetParameter", &tagged), Decision::ImplicitlyDenied);
        assert_eq!(ask("ssm:GetParameters", &[("ssm:resourceTag/application", "x")]), Decision::ImplicitlyDenied);
        assert_eq!(ask("ssm:GetParameters", &[]), Decision::ImplicitlyDenied);
    }

    #[test]
    fn a_denial_wins() {
        let mut cloud = Cloud::new();
        let role = cloud.role("app");
        put(&mut cloud, "all", r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#);
        put(&mut cloud, "less", r#"{"Effect":"Deny","NotAction":"logs:*","NotResource":"arn:aws:s3:::*"}"#);
        let mut ask = |action, resource| allows(&cloud.asking(), &role, action, resource, &context(&[]));
        assert_eq!(ask("ssm:GetParameters", PARAMETER), Decision::ExplicitlyDenied);
        assert_eq!(ask("logs:PutLogEvents", PARAMETER), Decision::Allowed);
        assert_eq!(ask("s3:GetObject", "arn:aws:s3:::bucket/key"), Decision::Allowed);
        let nobody = allows(&cloud.asking(), "arn:aws:iam::123456789012:role/none", "a:B", "*", &context(&[]));
        assert_eq!(nobody, Decision::ImplicitlyDenied);
    }

    #[test]
    fn a_boundary_allows_nothing_and_ends_what_is_allowed() {
        let mut cloud = Cloud::new();
        let role = cloud.role("app");
        let boundary = "arn:aws:iam::aws:policy/CloudWatchLogsFullAccess";
        cloud.done("PutRolePermissionsBoundary", &[("RoleName", "app"), ("PermissionsBoundary", boundary)]);
        let put_events = |cloud: &mut Cloud| allows(&cloud.asking(), &role, "logs:PutLogEvents", "*", &context(&[]));
        assert_eq!(put_events(&mut cloud), Decision::ImplicitlyDenied);
        put(&mut cloud, "all", r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#);
        assert_eq!(put_events(&mut cloud), Decision::Allowed);
        let read = allows(&cloud.asking(), &role, "ssm:GetParameters", PARAMETER, &context(&[]));
        assert_eq!(read, Decision::ImplicitlyDenied);
    }

    #[test]
    fn the_execution_policy_pulls_and_logs() {
        let mut cloud = Cloud::new();
        let role = cloud.role("app");
        let arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";
        cloud.done("AttachRolePolicy", &[("RoleName", "app"), ("PolicyArn", arn)]);
        let mut ask = |action| allows(&cloud.asking(), &role, action, "*", &context(&[])).is_allowed();
        assert!(ask("ecr:BatchGetImage") && ask("logs:CreateLogStream"));
        assert!(!ask("logs:CreateLogGroup") && !ask("ssm:GetParameters"));
    }

    #[test]
    fn tags_of_the_role_can_be_variables() {
        let mut cloud = Cloud::new();
        let role = cloud.role("app");
        let tag = [("RoleName", "app"), ("Tags.member.1.Key", "application"), ("Tags.member.1.Value", "shop")];
        cloud.done("TagRole", &tag);
        put(
            &mut cloud,
            "own",
            r#"{"Effect":"Allow","Action":"ssm:Get*","Resource":"*",
                "Condition":{"StringEquals":{"aws:ResourceTag/application":"${aws:PrincipalTag/application}"}}}"#,
        );
        let mut ask = |value| {
            let context = context(&[("aws:ResourceTag/application", value)]);
            allows(&cloud.asking(), &role, "ssm:GetParameters", PARAMETER, &context).is_allowed()
        };
        assert!(ask("shop") && !ask("other"));
    }

    #[test]
    fn trust_names_the_service_and_its_conditions() {
        let mut cloud = Cloud::new();
        let role = cloud.role("app");
        let mut ask = |service| assumable_by(&cloud.asking(), &role, service, &context(&[]));
        assert!(ask("ecs-tasks.amazonaws.com") && !ask("ecs.amazonaws.com"));
        let trust = r#"{"Statement":{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},
            "Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"}}}}"#;
        cloud.done("UpdateAssumeRolePolicy", &[("RoleName", "app"), ("PolicyDocument", trust)]);
        let mut ask = |account| {
            let context = context(&[("aws:SourceAccount", account)]);
            assumable_by(&cloud.asking(), &role, "ecs-tasks.amazonaws.com", &context)
        };
        assert!(ask("123456789012") && !ask("999999999999"));
    }
}
