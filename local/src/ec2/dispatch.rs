//! From an action's name to the function that does it, and what holds for all of them.

use super::{
    availability_zone, dhcp_options, internet_gateway, network_acl, network_interface, route_table, security_group,
    subnet, tag, vpc,
};
use crate::call::Call;
use crate::codec::query::Params;
use crate::codec::xml::Element;
use crate::error::ApiError;

/// What does one action.
pub(super) type Operation = fn(&mut Call<'_>, &Params) -> Result<Element, ApiError>;

/// Runs one action. On an error the caller must forget what it changed: a parameter that nobody knows and a dry run are
/// found out after the action itself.
///
/// # Errors
/// What EC2 answers when it refuses.
pub fn handle(call: &mut Call<'_>, action: &str, params: &Params) -> Result<Element, ApiError> {
    let Some(operation) = find(action) else {
        let message = format!("The action {action} is not valid for this web service.");
        return Err(ApiError::client("InvalidAction", message));
    };
    let dry_run = params.boolean("DryRun")?.unwrap_or(false);
    let reply = operation(call, params)?;
    if let Some(name) = params.unread() {
        return Err(ApiError::client("UnknownParameter", format!("The parameter {name} is not recognized")));
    }
    if dry_run {
        let message = "Request would have succeeded, but DryRun flag is set.";
        return Err(ApiError::new(412, "DryRunOperation", message));
    }
    Ok(reply)
}

fn find(action: &str) -> Option<Operation> {
    let resources = [
        availability_zone::operation,
        dhcp_options::operation,
        internet_gateway::operation,
        network_acl::operation,
        network_interface::operation,
        route_table::operation,
        security_group::operation,
        subnet::operation,
        tag::operation,
        vpc::operation,
    ];
    resources.iter().find_map(|operation| operation(action))
}

#[cfg(test)]
mod tests {
    use crate::ec2::testing::Cloud;

    #[test]
    fn what_is_unknown_is_refused() {
        let mut cloud = Cloud::new();
        assert_eq!(cloud.code("RunInstances", &[]), "InvalidAction");
        let unknown = cloud.fail("CreateVpc", &[("CidrBlock", "10.0.0.0/16"), ("Ipv6Pool", "x")]);
        assert_eq!(
            (unknown.code.as_str(), unknown.message.as_str()),
            ("UnknownParameter", "The parameter Ipv6Pool is not recognized")
        );
    }

    #[test]
    fn a_dry_run_says_so() {
        let mut cloud = Cloud::new();
        let error = cloud.fail("CreateVpc", &[("CidrBlock", "10.0.0.0/16"), ("DryRun", "true")]);
        assert_eq!((error.status, error.code.as_str()), (412, "DryRunOperation"));
        assert_eq!(cloud.code("CreateVpc", &[("CidrBlock", "10.0.0.0/8"), ("DryRun", "true")]), "InvalidVpc.Range");
    }
}
