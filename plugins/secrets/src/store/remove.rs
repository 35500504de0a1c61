//! Removing a parameter, with all of its versions.

use deploy_aws::{Clients, absent, fault};
use deploy_plugin::model::{Fault, Owner};

use crate::parameter::refuse_foreign;
use crate::{Ownership, listing};

/// Deletes a parameter. Says whether there was one.
///
/// # Errors
/// Where it belongs to somebody else, or what AWS answers.
pub async fn remove(clients: &Clients, owner: &Owner, name: &str) -> Result<bool, Fault> {
    let reads = &clients.ssm().reads;
    if listing::named(reads, &[name.to_owned()]).await?.is_empty() {
        return Ok(false);
    }
    refuse_foreign(&Ownership::in_tags(&listing::tags_of(reads, name).await?), name, owner)?;
    let request = clients.ssm().writes.delete_parameter().name(name);
    Ok(absent(request.send().await.map_err(fault("DeleteParameter")))?.is_some())
}
