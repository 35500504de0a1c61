//! What is said before a value makes an advanced parameter.

use deploy_secrets::Secret;
use deploy_secrets::store::{self, Before};

use super::vault::Declared;

/// What becomes of the parameter for good, where a value is too large for a standard one.
///
/// Source: <https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html>
pub fn note(declared: &Declared, before: Option<&Before>, value: &Secret) -> Option<String> {
    let (name, bytes) = (&declared.inputs.name, value.expose().len());
    store::makes_advanced(&declared.inputs, value, before).then(|| {
        format!(
            "the value has {bytes} bytes, and a standard parameter holds 4096: {name} becomes an advanced one, which AWS \
             charges for every month and which never becomes a standard one again\n"
        )
    })
}
