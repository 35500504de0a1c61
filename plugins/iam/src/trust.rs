//! Trust policies: which services may assume a role, and on whose behalf.

use std::collections::BTreeMap;

use deploy_kinds::iam::{PolicyDocument, Statement, Texts};
use deploy_plugin::StageContext;

use crate::grant::arn;
use crate::template::text;

/// Services that say on whose behalf they act, with the part of the ARN that names them there.
///
/// For any other service the condition might never hold, and nobody could assume the role.
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html>, "confused deputy".
const SOURCES: [(&str, &str); 1] = [("ecs-tasks.amazonaws.com", "ecs")];

/// Whether roles are bound to the account that uses them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Binding {
    /// To this account, where the service allows it.
    Account,
    /// To nothing.
    Unbound,
}

/// The policy that lets these services assume a role. One statement a service.
pub(crate) fn document(services: &[String], binding: Binding, cx: &StageContext) -> PolicyDocument {
    PolicyDocument::of(services.iter().map(|service| (sid(service), statement(service, binding, cx))).collect())
}

/// `EcsTasks` of `ecs-tasks.amazonaws.com`: a `Sid` has letters and digits only.
pub(crate) fn sid(service: &str) -> String {
    let name = service.split_once(".amazonaws.").map_or(service, |(name, _)| name);
    let words = name.split(|character: char| !character.is_ascii_alphanumeric());
    words
        .filter_map(|word| {
            let first = word.chars().next()?.to_ascii_uppercase();
            Some(format!("{first}{}", &word[1..]))
        })
        .collect()
}

fn statement(service: &str, binding: Binding, cx: &StageContext) -> Statement {
    let source = SOURCES.iter().find(|(known, _)| binding == Binding::Account && *known == service);
    Statement {
        principals: BTreeMap::from([("Service".to_owned(), Texts::from([service]))]),
        actions: Texts::from(["sts:AssumeRole"]),
        conditions: source.map(|(_, source)| conditions(source, cx)).unwrap_or_default(),
        ..Statement::default()
    }
}

fn conditions(source: &str, cx: &StageContext) -> BTreeMap<String, BTreeMap<String, Texts>> {
    let condition =
        |operator: &str, key: &str, value: Texts| (operator.to_owned(), BTreeMap::from([(key.to_owned(), value)]));
    BTreeMap::from([
        condition("ArnLike", "aws:SourceArn", Texts::from([arn(cx, source, "*".to_owned())])),
        condition("StringEquals", "aws:SourceAccount", Texts::from([text([cx.account_id()])])),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_becomes_a_sid() {
        assert_eq!(sid("ecs-tasks.amazonaws.com"), "EcsTasks");
        assert_eq!(sid("ec2.amazonaws.com.cn"), "Ec2");
    }
}
