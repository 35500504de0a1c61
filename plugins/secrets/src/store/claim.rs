//! The tags of a parameter by themselves: for a value that was set by a call after which nothing else could be done.

use std::collections::BTreeMap;

use deploy_aws::{Clients, tags};
use deploy_plugin::model::{Address, Fault, Owner};

use crate::parameter::{self, ParameterInputs};
use crate::{Ownership, listing};

/// Gives a parameter whatever it lacks of the tags that it shall have. It can be done twice.
///
/// # Errors
/// Where the parameter belongs to someone else, or what AWS answers.
pub async fn claim(
    clients: &Clients,
    owner: &Owner,
    (address, inputs): (&Address, &ParameterInputs),
) -> Result<(), Fault> {
    let wanted = tags::owned(owner, address, &inputs.tags);
    let mut live: BTreeMap<String, String> = listing::tags_of(&clients.ssm().reads, &inputs.name).await?;
    parameter::refuse_foreign(&Ownership::in_tags(&live), &inputs.name, owner)?;
    live.retain(|key, _| wanted.contains_key(key));
    parameter::tag(clients, &inputs.name, &tags::difference(&live, &wanted)).await
}
