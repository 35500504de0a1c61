//! CreateKey.
//!
//! Source: <https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html>

use super::describe;
use super::key_id::arn;
use super::model::{Key, KeyManager, KeyState};
use super::policy::{self, SafetyCheck};
use super::tags::{self, Tag};
use crate::call::Call;
use crate::constraint::{broken, check_text};
use crate::error::ApiError;
use crate::tagging::Tags;
use serde::Deserialize;
use serde_json::{Value, json};
use std::ops::RangeInclusive;

/// Characters of a description.
const DESCRIPTION: RangeInclusive<usize> = 0..=8192;
/// Keys of customers in one account and region.
///
/// Source: <https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html>
const MAX_KEYS: usize = 100_000;
/// What a key can be, of which the first is the only one that is here.
const SPECS: [&str; 20] = [
    "SYMMETRIC_DEFAULT",
    "RSA_2048",
    "RSA_3072",
    "RSA_4096",
    "ECC_NIST_P256",
    "ECC_NIST_P384",
    "ECC_NIST_P521",
    "ECC_SECG_P256K1",
    "ECC_NIST_EDWARDS25519",
    "HMAC_224",
    "HMAC_256",
    "HMAC_384",
    "HMAC_512",
    "SM2",
    "ML_DSA_44",
    "ML_DSA_65",
    "ML_DSA_87",
    "ML_KEM_512",
    "ML_KEM_768",
    "ML_KEM_1024",
];
/// What a key can be for, of which the first is the only one that is here.
const USAGES: [&str; 5] =
    ["ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT", "ENCAPSULATE_DECAPSULATE"];
/// Where its material can come from, of which the first is the only one that is here.
const ORIGINS: [&str; 4] = ["AWS_KMS", "EXTERNAL", "AWS_CLOUDHSM", "EXTERNAL_KEY_STORE"];

/// The request.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct CreateKey {
    policy: Option<String>,
    #[serde(default)]
    description: String,
    key_usage: Option<String>,
    customer_master_key_spec: Option<String>,
    key_spec: Option<String>,
    origin: Option<String>,
    #[serde(default, rename = "BypassPolicyLockoutSafetyCheck")]
    safety_check: SafetyCheck,
    #[serde(default)]
    tags: Vec<Tag>,
    #[serde(default)]
    multi_region: bool,
}

/// Creates a symmetric key of one region.
pub(super) fn create_key(call: &mut Call<'_>, request: CreateKey) -> Result<Value, ApiError> {
    check_text("description", Some(&request.description), &DESCRIPTION)?;
    check_word("keyUsage", request.key_usage.as_deref(), &USAGES)?;
    check_word("customerMasterKeySpec", request.customer_master_key_spec.as_deref(), &SPECS)?;
    check_word("keySpec", request.key_spec.as_deref(), &SPECS)?;
    check_word("origin", request.origin.as_deref(), &ORIGINS)?;
    if request.multi_region {
        return Err(unsupported("keys of several regions"));
    }
    let tags = tags::checked(&request.tags)?;
    if let Some(policy) = &request.policy {
        policy::check(call, policy, request.safety_check)?;
    }
    let now = call.now;
    call.region().kms.forget(now);
    let of_customers = call.region().kms.keys.values().filter(|key| key.manager == KeyManager::Customer).count();
    if of_customers >= MAX_KEYS {
        return Err(ApiError::client("LimitExceededException", "You have reached the quota for keys in this region."));
    }
    let key = new(call, KeyManager::Customer, request.description, request.policy, tags);
    let reply = json!({ "KeyMetadata": describe::shown(call, &key) });
    call.region().kms.keys.insert(key.id.clone(), key);
    Ok(reply)
}

/// A new key, with the default policy if there is no other.
pub(super) fn new(
    call: &mut Call<'_>,
    manager: KeyManager,
    description: String,
    policy: Option<String>,
    tags: Tags,
) -> Key {
    let id = call.ids.uuid();
    Key {
        arn: arn(call, &format!("key/{id}")),
        id,
        description,
        manager,
        state: KeyState::Enabled,
        created_at: call.now,
        material_id: call.ids.hex(64),
        policy: policy.unwrap_or_else(|| policy::default(&call.account_id)),
        tags,
    }
}

/// Checks one of several words. What AWS knows and is not here is refused, so that nobody takes it for something else.
fn check_word(member: &str, word: Option<&str>, known: &[&str]) -> Result<(), ApiError> {
    match word {
        Some(word) if !known.contains(&word) => {
            Err(broken(member, &format!("satisfy enum value set: [{}]", known.join(", "))))
        }
        Some(word) if word != known[0] => Err(unsupported(word)),
        _ => Ok(()),
    }
}

fn unsupported(what: &str) -> ApiError {
    ApiError::client(
        "UnsupportedOperationException",
        format!("The embedded AWS knows symmetric keys of one region with material of AWS only, not {what}."),
    )
}
