//! PutParameter: the one call that carries a value.

use std::collections::BTreeMap;

use deploy_aws::ssm::types::{ParameterMetadata, ParameterTier, ParameterType, Tag};
use deploy_aws::{Clients, fault};
use deploy_plugin::model::{Fault, FaultKind};

use crate::Secret;
use crate::parameter::ParameterInputs;

/// Bytes of a value in the standard tier.
/// Source: <https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html>
const STANDARD_BYTES: usize = 4096;
/// Bytes of a value in the advanced tier.
const ADVANCED_BYTES: usize = 8192;

/// Whether a parameter is made, or its next version.
#[derive(Clone, Copy)]
pub(crate) enum Put<'a> {
    /// It must not exist yet. The tags are part of the call.
    New { tags: &'a BTreeMap<String, String> },
    /// It exists, as this says. Tags cannot be part of the call.
    Again { before: &'a ParameterMetadata },
}

/// Sends a value, and answers with the number of the version that it became.
pub(crate) async fn send(
    clients: &Clients,
    inputs: &ParameterInputs,
    value: &Secret,
    put: Put<'_>,
) -> Result<i64, Fault> {
    check(value)?;
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
        Put::New { tags } => request.set_tags(Some(sdk_tags(tags))),
        Put::Again { .. } => request.overwrite(true),
    };
    let reply = request.send().await.map_err(fault("PutParameter")).map_err(|fault| without_value(fault, value))?;
    Ok(reply.version)
}

/// Tags in the SDK's own type.
pub(crate) fn sdk_tags(tags: &BTreeMap<String, String>) -> Vec<Tag> {
    let tag = |(key, value): (&String, &String)| {
        Tag::builder().key(key).value(value).build().expect("both required members are set")
    };
    tags.iter().map(tag).collect()
}

/// Refuses what Parameter Store would refuse, before the value leaves this machine.
pub(crate) fn check(value: &Secret) -> Result<(), Fault> {
    let refuse = |message: &str, help: &str| Err(Fault::new(FaultKind::Invalid, message).help(help));
    match value.expose() {
        "" => refuse("the value is empty", "give it at least one character"),
        value if value.len() > ADVANCED_BYTES => {
            let bytes = value.len();
            let message = format!("the value has {bytes} bytes; Parameter Store takes {ADVANCED_BYTES} at most");
            refuse(&message, "keep it elsewhere, and store where it is")
        }
        // "You can't nest parameters", says the reference of PutParameter.
        value if value.contains("{{") => {
            refuse("the value contains `{{`, which Parameter Store refuses", "encode it, as base64 for one")
        }
        // It reaches the container as a variable, and a variable ends at its first NUL.
        value if value.contains('\0') => {
            refuse("the value contains a NUL, which no variable can hold", "encode it, as base64 for one")
        }
        _ => Ok(()),
    }
}

/// Whether the value makes a parameter advanced that was none.
pub(crate) fn makes_advanced(value: &Secret, before: Option<&ParameterMetadata>) -> bool {
    !is_advanced(before) && value.expose().len() > STANDARD_BYTES
}

/// The tier that the value needs. An advanced parameter can never become a standard one again.
fn tier(value: &Secret, before: Option<&ParameterMetadata>) -> ParameterTier {
    if is_advanced(before) || makes_advanced(value, before) { ParameterTier::Advanced } else { ParameterTier::Standard }
}

fn is_advanced(before: Option<&ParameterMetadata>) -> bool {
    before.and_then(ParameterMetadata::tier) == Some(&ParameterTier::Advanced)
}

/// The key to encrypt with. Unless it is named again, a new version would fall back to AWS's own.
fn key(inputs: &ParameterInputs, before: Option<&ParameterMetadata>) -> Option<String> {
    let encrypted = inputs.value_type == ParameterType::SecureString.as_str();
    let key = inputs.kms_key.clone().or_else(|| before?.key_id.clone());
    key.filter(|_| encrypted)
}

/// The fault without any word that could quote the value: validation errors repeat what they refuse.
fn without_value(mut fault: Fault, value: &Secret) -> Fault {
    let may_quote = fault.kind == FaultKind::Invalid && !fault.has_code("InvalidKeyId");
    if may_quote || fault.message.contains(value.expose()) {
        "Parameter Store refused the value, or how the parameter is described".clone_into(&mut fault.message);
    }
    fault
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_cannot_be_stored_are_refused_unseen() {
        for value in ["", "a{{ssm:b}}", "a\0b", &"v".repeat(8193)] {
            let fault = check(&Secret::new(value.to_owned())).expect_err("refused");
            assert_eq!(fault.kind, FaultKind::Invalid);
            assert!(value.is_empty() || !fault.message.contains(value));
        }
        assert_eq!(check(&Secret::new("v".repeat(8192))), Ok(()));
    }

    #[test]
    fn the_tier_follows_the_size_and_never_goes_back() {
        let (small, large) = (Secret::new("v".repeat(4096)), Secret::new("v".repeat(4097)));
        let advanced = ParameterMetadata::builder().tier(ParameterTier::Advanced).build();
        assert_eq!(tier(&small, None), ParameterTier::Standard);
        assert_eq!(tier(&large, None), ParameterTier::Advanced);
        assert_eq!(tier(&small, Some(&advanced)), ParameterTier::Advanced);
        // Bytes are counted, not characters.
        let (fits, exceeds) = (Secret::new("é".repeat(2048)), Secret::new("é".repeat(2048) + "x"));
        assert!(!makes_advanced(&fits, None) && makes_advanced(&exceeds, None));
        assert!(!makes_advanced(&exceeds, Some(&advanced)), "it is one already");
    }

    #[test]
    fn no_fault_quotes_the_value() {
        let value = Secret::new("hunter2".to_owned());
        for kind in [FaultKind::Invalid, FaultKind::Unavailable] {
            let fault = without_value(Fault::new(kind, "Value 'hunter2' at 'value' failed"), &value);
            assert!(!fault.message.contains("hunter2"));
        }
        let kept = without_value(Fault::new(FaultKind::Denied, "not authorized"), &value);
        assert_eq!(kept.message, "not authorized");
    }
}
