//! The network interface of a task: made while it is provisioned, gone when it is stopped.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html>

use super::model::{Task, network_of};
use crate::call::Call;
use crate::ec2::{self, network_interface};
use crate::ecs::invalid;
use crate::ecs::launch::AwsVpcConfiguration;
use crate::error::ApiError;

/// Gives the task an interface in its subnet. Fails, in the words of the stopped reason, if that cannot be.
pub(in crate::ecs) fn attach(task: &mut Task, call: &mut Call<'_>) -> Result<(), String> {
    let Some(subnet) = task.subnet.clone() else { return Ok(()) };
    let groups = network_of(&task.launch).map(|network| network.security_groups.clone()).unwrap_or_default();
    let public_ip = task.wants_public_ip();
    let description = format!("arn:aws:ecs:{}:{}:attachment/{}", call.region, call.account_id, task.attachment_id);
    let region = call.account.regions.entry(call.region.clone()).or_default();
    match network_interface::create(&mut region.ec2, call.ids, &subnet, &groups, public_ip, &description) {
        Ok(interface) => {
            task.interface = Some(interface);
            task.connected_at = Some(call.now);
            Ok(())
        }
        Err(error) => {
            let assignment = if public_ip { "enabled" } else { "disabled" };
            Err(format!(
                "Unexpected EC2 error while attempting to Create Network Interface with public IP assignment \
                 {assignment} in subnet '{subnet}': {}",
                error.code
            ))
        }
    }
}

/// Takes the interface away again.
pub(in crate::ecs) fn detach(task: &mut Task, call: &mut Call<'_>) {
    if let Some(interface) = task.interface.take() {
        network_interface::delete(&mut call.region().ec2, &interface.id);
        task.former_interface = Some(interface);
    }
}

/// Whether the task can reach AWS's services and image registries: by a public address and a route out. There are
/// neither NAT gateways nor VPC endpoints here.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html>
pub(in crate::ecs) fn is_online(task: &Task, call: &mut Call<'_>) -> bool {
    let Some(interface) = &task.interface else { return false };
    interface.public_ip.is_some() && ec2::reaches_internet(&call.region().ec2, &interface.subnet_id)
}

/// Checks that subnets and groups exist and lie in one VPC.
pub(in crate::ecs) fn check_network_exists(
    call: &mut Call<'_>,
    configuration: &AwsVpcConfiguration,
) -> Result<(), ApiError> {
    let state = &call.region().ec2;
    let mut vpc: Option<&str> = None;
    for id in &configuration.subnets {
        let subnet = state.subnets.get(id).ok_or_else(|| {
            invalid(format!(
                "Error retrieving subnet information for [{id}]: The subnet ID '{id}' does not exist (ErrorCode: \
                 InvalidSubnetID.NotFound)"
            ))
        })?;
        if *vpc.get_or_insert(&subnet.vpc_id) != subnet.vpc_id {
            return Err(invalid("All subnets must belong to the same VPC."));
        }
    }
    for id in &configuration.security_groups {
        let group = state.security_groups.get(id).ok_or_else(|| {
            invalid(format!(
                "Error retrieving security group information for [{id}]: The security group '{id}' does not exist \
                 (ErrorCode: InvalidGroup.NotFound)"
            ))
        })?;
        if vpc.is_some_and(|vpc| vpc != group.vpc_id) {
            return Err(invalid(format!(
                "Security Group [{id}] does not appear to belong to the same VPC as the input subnets."
            )));
        }
    }
    Ok(())
}
