//! Who owns a listed resource, and which of its tags its user chose.

use std::collections::BTreeMap;

use deploy_aws::ec2::types::Tag;
use deploy_aws::{ec2_tags, tags};
use deploy_plugin::model::{Address, Owner};

/// A resource's tags by key.
pub type Tags = BTreeMap<String, String>;

/// The address of a listed resource and the user's tags on it, if the resource is the owner's.
pub fn owned(owner: &Owner, listed: &[Tag]) -> Option<(Address, Tags)> {
    let all = ec2_tags::from_ec2(listed);
    Some((owner.address_in(&all)?, tags::user(&all)))
}
