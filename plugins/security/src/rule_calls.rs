//! The calls that bring a group's rules from what they are to what they shall be.
//!
//! Each can be repeated: a rule that is there already is there, one that is gone is gone.

use deploy_aws::ec2::Client;
use deploy_aws::ec2::types::IpPermission;
use deploy_aws::fault;
use deploy_kinds::security::Rules;
use deploy_plugin::model::Fault;

use crate::rules::difference;

/// Which way the traffic of a rule goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Into the group's members.
    Ingress,
    /// Out of them.
    Egress,
}

/// The rules of one group in one direction.
pub struct RuleCalls<'a> {
    /// The service.
    pub ec2: &'a Client,
    /// The group's id.
    pub group: &'a str,
    /// The direction.
    pub direction: Direction,
}

/// A call succeeds or fails as a whole, and fails where one of its rules is there, or gone, already.
const THERE: &str = "InvalidPermission.Duplicate";
const GONE: &str = "InvalidPermission.NotFound";

impl RuleCalls<'_> {
    /// Adds, describes and takes away, in this order, so that nothing that stays allowed is ever refused.
    pub async fn reconcile(&self, live: &Rules, desired: &Rules) -> Result<(), Fault> {
        let difference = difference(live, desired, self.group)?;
        self.whole_or_each(difference.authorise, THERE, |rules| self.authorise(rules)).await?;
        if !difference.describe.is_empty() {
            self.describe(difference.describe).await?;
        }
        self.whole_or_each(difference.revoke, GONE, |rules| self.revoke(rules)).await
    }

    /// Makes one call for all rules, or one for each if the code `done` says that some need none.
    async fn whole_or_each<F>(
        &self,
        rules: Vec<IpPermission>,
        done: &str,
        call: impl Fn(Vec<IpPermission>) -> F,
    ) -> Result<(), Fault>
    where
        F: Future<Output = Result<(), Fault>>,
    {
        if rules.is_empty() {
            return Ok(());
        }
        match call(rules.clone()).await {
            Err(fault) if fault.has_code(done) => {}
            other => return other,
        }
        for rule in rules {
            match call(vec![rule]).await {
                Err(fault) if !fault.has_code(done) => return Err(fault),
                _ => {}
            }
        }
        Ok(())
    }

    async fn authorise(&self, rules: Vec<IpPermission>) -> Result<(), Fault> {
        match self.direction {
            Direction::Ingress => {
                let call = self.ec2.authorize_security_group_ingress().group_id(self.group);
                let call = call.set_ip_permissions(Some(rules));
                call.send().await.map_err(fault("AuthorizeSecurityGroupIngress")).map(drop)
            }
            Direction::Egress => {
                let call = self.ec2.authorize_security_group_egress().group_id(self.group);
                let call = call.set_ip_permissions(Some(rules));
                call.send().await.map_err(fault("AuthorizeSecurityGroupEgress")).map(drop)
            }
        }
    }

    async fn describe(&self, rules: Vec<IpPermission>) -> Result<(), Fault> {
        match self.direction {
            Direction::Ingress => {
                let call = self.ec2.update_security_group_rule_descriptions_ingress().group_id(self.group);
                let call = call.set_ip_permissions(Some(rules));
                call.send().await.map_err(fault("UpdateSecurityGroupRuleDescriptionsIngress")).map(drop)
            }
            Direction::Egress => {
                let call = self.ec2.update_security_group_rule_descriptions_egress().group_id(self.group);
                let call = call.set_ip_permissions(Some(rules));
                call.send().await.map_err(fault("UpdateSecurityGroupRuleDescriptionsEgress")).map(drop)
            }
        }
    }

    async fn revoke(&self, rules: Vec<IpPermission>) -> Result<(), Fault> {
        match self.direction {
            Direction::Ingress => {
                let call = self.ec2.revoke_security_group_ingress().group_id(self.group);
                let call = call.set_ip_permissions(Some(rules));
                call.send().await.map_err(fault("RevokeSecurityGroupIngress")).map(drop)
            }
            Direction::Egress => {
                let call = self.ec2.revoke_security_group_egress().group_id(self.group);
                let call = call.set_ip_permissions(Some(rules));
                call.send().await.map_err(fault("RevokeSecurityGroupEgress")).map(drop)
            }
        }
    }
}
