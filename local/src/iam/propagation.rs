//! What evaluation sees of IAM: the roles and users as they were a while ago, because what is changed is not known
//! everywhere at once.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency>.
//! Reads of IAM itself lag by another setting.

use super::role::{Role, State};
use super::user::User;
use crate::call::Call;
use crate::time::Time;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The roles and users as they were until some change.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Past {
    until: Time,
    roles: BTreeMap<String, Role>,
    users: BTreeMap<String, User>,
}

/// The roles and users as evaluation sees them.
#[derive(Clone, Copy)]
pub(super) struct Seen<'a> {
    pub(super) roles: &'a BTreeMap<String, Role>,
    pub(super) users: &'a BTreeMap<String, User>,
}

/// Keeps what a change is about to replace, as long as somebody may still see it.
pub(super) fn before_change(call: &mut Call<'_>) {
    let (now, lag) = (call.now, call.settings.iam_lag_ms);
    let state = &mut call.account.iam;
    state.past.retain(|past| now.since(past.until) < lag);
    if lag > 0 {
        state.past.push(Past { until: now, roles: state.roles.clone(), users: state.users.clone() });
    }
}

/// What evaluation sees during a call: the oldest state that was replaced so lately that its successor is not known.
pub(super) fn seen<'a>(call: &'a Call<'_>) -> Seen<'a> {
    let State { roles, users, past, .. } = &call.account.iam;
    let is_seen = |past: &&Past| call.now.since(past.until) < call.settings.iam_lag_ms;
    match past.iter().find(is_seen) {
        Some(past) => Seen { roles: &past.roles, users: &past.users },
        None => Seen { roles, users },
    }
}

#[cfg(test)]
mod tests {
    use crate::iam::testing::{Cloud, TRUST};
    use crate::iam::{allows, assumable_by};
    use std::collections::BTreeMap;

    #[test]
    fn what_is_new_is_not_known_at_once() {
        let mut cloud = Cloud::new();
        cloud.world.settings.iam_lag_ms = 1_000;
        let none = BTreeMap::new();
        let role = cloud.role("app");
        let trusts = |cloud: &mut Cloud| assumable_by(&cloud.asking(), &role, "ecs-tasks.amazonaws.com", &none);
        let reads = |cloud: &mut Cloud| allows(&cloud.asking(), &role, "ssm:GetParameters", "*", &none).is_allowed();
        assert!(!trusts(&mut cloud), "the role is not known yet");
        cloud.now = cloud.now.plus(500);
        let policy = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ssm:*","Resource":"*"}}"#;
        let put = [("RoleName", "app"), ("PolicyName", "read"), ("PolicyDocument", policy)];
        cloud.done("PutRolePolicy", &put);
        cloud.now = cloud.now.plus(499);
        assert!(!trusts(&mut cloud));
        cloud.now = cloud.now.plus(1);
        assert!(trusts(&mut cloud) && !reads(&mut cloud), "the role is known, its policy is not");
        cloud.now = cloud.now.plus(500);
        assert!(reads(&mut cloud));
        cloud.done("DeleteRolePolicy", &[("RoleName", "app"), ("PolicyName", "read")]);
        assert!(reads(&mut cloud), "what is gone is still believed in");
        cloud.now = cloud.now.plus(1_000);
        assert!(!reads(&mut cloud));
        cloud.done("CreateRole", &[("RoleName", "other"), ("AssumeRolePolicyDocument", TRUST)]);
        assert_eq!(cloud.account().iam.past.len(), 1, "what nobody sees any more is forgotten");
    }
}
