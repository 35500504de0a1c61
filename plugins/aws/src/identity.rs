//! Who is calling, in which account.

use deploy_model::Fault;

use crate::{Clients, fault};

/// The caller, as STS knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The account's twelve digits.
    pub account: String,
    /// The caller's ARN.
    pub arn: String,
}

impl Clients {
    /// Asks who is calling. Needs no permission.
    ///
    /// # Errors
    /// Where there are no credentials, or they are not accepted.
    pub async fn identity(&self) -> Result<Identity, Fault> {
        let reply = self.sts().get_caller_identity().send().await.map_err(fault("GetCallerIdentity"))?;
        let (Some(account), Some(arn)) = (reply.account, reply.arn) else {
            return Err(Fault::internal("GetCallerIdentity named no account"));
        };
        Ok(Identity { account, arn })
    }
}

/// The partition of a region: the second part of every ARN there.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
pub fn partition_of(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        "aws-cn"
    } else if region.starts_with("us-gov-") {
        "aws-us-gov"
    } else {
        "aws"
    }
}
