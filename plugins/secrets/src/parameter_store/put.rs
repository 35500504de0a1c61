//! PutParameter: the one call that carries a value.

use std::collections::BTreeMap;

use deploy_aws::ssm::types::{ParameterTier, ParameterType, Tag};
use deploy_aws::{Clients, fault};
use deploy_kinds::secrets::{Parameter, VersionName};
use deploy_plugin::model::Fault;

use crate::Secret;
use crate::backend::{self, Put, Written};
use crate::listed::Listed;

/// Bytes of a value in the standard tier.
/// Source: <https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html>
const STANDARD_BYTES: usize = 4096;
/// Bytes of a value in the advanced tier.
pub(crate) const ADVANCED_BYTES: usize = 8192;

/// Sends a value, and answers with the number of the version that it became.
pub(crate) async fn put(clients: &Clients, inputs: &Parameter, value: &Secret, put: Put<'_>) -> Result<Written, Fault> {
    let before = match put {
        Put::New { .. } => None,
        Put::Again { before } => Some(before),
    };
    let request = clients
        .ssm()
        .writes
        .put_parameter()
        .name(&inputs.name)
        .value(value.expose())
        .r#type(ParameterType::from(inputs.value_type.as_str()))
        .tier(tier(value, before))
        .set_description(inputs.description.clone().or_else(|| before?.description.clone()))
        .set_key_id(key(inputs, before));
    let request = match put {
        Put::New { tags, .. } => request.set_tags(Some(sdk_tags(tags))),
        Put::Again { .. } => request.overwrite(true),
    };
    let reply = request.send().await.map_err(|error| {
        let is_answer = error.as_service_error().is_some();
        backend::without_value(inputs.store, fault("PutParameter")(error), is_answer, value)
    })?;
    Ok(Written { arn: None, version: VersionName::Number(reply.version) })
}

/// Tags in the SDK's own type.
pub(super) fn sdk_tags(tags: &BTreeMap<String, String>) -> Vec<Tag> {
    let tag = |(key, value): (&String, &String)| {
        Tag::builder().key(key).value(value).build().expect("both required members are set")
    };
    tags.iter().map(tag).collect()
}

/// Whether the value makes a parameter advanced that was none.
pub(crate) fn makes_advanced(value: &Secret, before: Option<&Listed>) -> bool {
    !is_advanced(before) && value.expose().len() > STANDARD_BYTES
}

/// The tier that the value needs. An advanced parameter can never become a standard one again.
fn tier(value: &Secret, before: Option<&Listed>) -> ParameterTier {
    if is_advanced(before) || makes_advanced(value, before) { ParameterTier::Advanced } else { ParameterTier::Standard }
}

fn is_advanced(before: Option<&Listed>) -> bool {
    before.is_some_and(|before| before.is_advanced)
}

/// The key to encrypt with. A next version is told AWS's own by name, so that none is taken over from the one before.
fn key(inputs: &Parameter, before: Option<&Listed>) -> Option<String> {
    let encrypted = inputs.value_type == ParameterType::SecureString.as_str();
    let own = before.map(|_| inputs.store.own_key().to_owned());
    inputs.kms_key.clone().or(own).filter(|_| encrypted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tier_follows_the_size_and_never_goes_back() {
        let (small, large) = (Secret::new("v".repeat(4096)), Secret::new("v".repeat(4097)));
        let advanced = Listed {
            name: "A".to_owned(),
            arn: "A".to_owned(),
            value_type: "String".to_owned(),
            description: None,
            kms_key: None,
            version: VersionName::Number(1),
            modified: None,
            modified_by: None,
            is_advanced: true,
            tags: None,
        };
        assert_eq!(tier(&small, None), ParameterTier::Standard);
        assert_eq!(tier(&large, None), ParameterTier::Advanced);
        assert_eq!(tier(&small, Some(&advanced)), ParameterTier::Advanced);
        // Bytes are counted, not characters.
        let (fits, exceeds) = (Secret::new("é".repeat(2048)), Secret::new("é".repeat(2048) + "x"));
        assert!(!makes_advanced(&fits, None) && makes_advanced(&exceeds, None));
        assert!(!makes_advanced(&exceeds, Some(&advanced)), "it is one already");
    }
}
