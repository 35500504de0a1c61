//! What EC2 holds in the way of a deletion, for every stage whose resources are EC2's.

use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::{Filter, NetworkInterface, Tag};
use deploy_model::Fault;

use crate::fault;
use crate::obstacles::{in_the_way, named};

/// What came of a deletion. Where it was refused because of what depends on the resource, the refusal says what that is;
/// `look` names it.
///
/// # Errors
/// The refusal, and whatever else went wrong.
pub async fn explain<T>(
    deleted: Result<T, Fault>,
    look: impl Future<Output = Result<Vec<String>, Fault>>,
) -> Result<T, Fault> {
    match deleted {
        Err(refusal) if refusal.has_code("DependencyViolation") => Err(in_the_way(refusal, look.await)),
        deleted => deleted,
    }
}

/// A filter by one value.
#[must_use]
pub fn filter(name: &str, value: &str) -> Filter {
    Filter::builder().name(name).values(value).build()
}

/// The network interfaces that a filter finds.
///
/// # Errors
/// What EC2 answers.
pub async fn interfaces(ec2: &Client, by: Filter) -> Result<Vec<NetworkInterface>, Fault> {
    let reply = ec2.describe_network_interfaces().filters(by).send().await;
    Ok(reply.map_err(fault("DescribeNetworkInterfaces"))?.network_interfaces.unwrap_or_default())
}

/// The name of an interface: what it is for, and what holds it.
#[must_use]
pub fn interface(of: &NetworkInterface) -> String {
    let instance = of.attachment().and_then(|attachment| attachment.instance_id());
    let kind = of.interface_type().map(|kind| kind.as_str()).filter(|kind| *kind != "interface");
    let notes = [
        of.description().unwrap_or_default().to_owned(),
        kind.unwrap_or_default().to_owned(),
        instance.map(|id| format!("attached to {id}")).unwrap_or_default(),
        name_of(of.tag_set()),
    ];
    named("network interface", of.network_interface_id().unwrap_or_default(), notes)
}

/// The tag `Name`, which consoles show.
#[must_use]
pub fn name_of(tags: &[Tag]) -> String {
    let name = tags.iter().find(|tag| tag.key() == Some("Name")).and_then(Tag::value);
    name.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_ec2::types::{NetworkInterfaceAttachment, NetworkInterfaceType};

    #[test]
    fn an_interface_says_what_it_is_for_and_what_holds_it() {
        let bare = NetworkInterface::builder().network_interface_id("eni-1");
        let of = |interface: &NetworkInterface| super::interface(interface);
        assert_eq!(of(&bare.clone().build()), "network interface eni-1");
        let attached = NetworkInterfaceAttachment::builder().instance_id("i-1").build();
        let named = Tag::builder().key("Name").value("web").build();
        let of_instance = bare.clone().interface_type(NetworkInterfaceType::Interface).attachment(attached);
        assert_eq!(of(&of_instance.tag_set(named).build()), "network interface eni-1 (attached to i-1; web)");
        let balancer = bare.description("ELB app/web").interface_type(NetworkInterfaceType::NatGateway);
        assert_eq!(of(&balancer.build()), "network interface eni-1 (ELB app/web; natGateway)");
    }
}
