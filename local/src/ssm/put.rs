//! PutParameter: a new parameter, or a new version of one.
//!
//! Source: <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html>

use super::parameter::{Parameter, ParameterType, State, Tier, Version};
use super::tags::{self, Tag};
use super::{invalid, name};
use crate::call::Call;
use crate::error::ApiError;
use base64::Engine as _;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Bytes of a value in the standard tier.
const STANDARD_BYTES: usize = 4096;
/// Bytes of a value in the advanced tier.
const ADVANCED_BYTES: usize = 8192;
/// Versions that are kept of one parameter.
const MAX_VERSIONS: usize = 100;
/// Parameters of the standard and of the advanced tier in one account and region.
///
/// Source: <https://docs.aws.amazon.com/general/latest/gr/ssm.html#limits_ssm>
const MAX_STANDARD: usize = 10_000;
const MAX_ADVANCED: usize = 100_000;
/// How long a deleted name must rest: "wait for at least 30 seconds to create a parameter with the same name".
const REST_AFTER_DELETION_MS: u64 = 30_000;

/// Characters of a description.
///
/// Source: <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html>
const MAX_DESCRIPTION: usize = 1024;
/// Characters of a key's id.
const MAX_KEY_ID: usize = 256;
/// What a value may be.
const DATA_TYPES: [&str; 3] = ["text", "aws:ec2:image", "aws:ssm:integration"];

/// The request.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct PutParameter {
    name: String,
    description: Option<String>,
    value: String,
    #[serde(rename = "Type")]
    kind: Option<ParameterType>,
    key_id: Option<String>,
    #[serde(default)]
    overwrite: bool,
    allowed_pattern: Option<String>,
    #[serde(default)]
    tags: Vec<Tag>,
    tier: Option<Tier>,
    policies: Option<String>,
    data_type: Option<String>,
}

/// Creates the parameter or, with `Overwrite`, its next version.
pub(super) fn put_parameter(call: &mut Call<'_>, request: PutParameter) -> Result<Value, ApiError> {
    name::check(call, &request.name)?;
    check_together(&request)?;
    let previous = call.region().ssm.parameters.get(&request.name).map(|parameter| parameter.latest().clone());
    match &previous {
        Some(_) if !request.overwrite => return Err(already_exists()),
        None if is_resting(call, &request.name) => return Err(too_soon()),
        _ => {}
    }
    let version = next_version(call, &request, previous.as_ref())?;
    if previous.is_none_or(|previous| previous.tier != version.tier) {
        check_quota(&call.region().ssm, version.tier)?;
    }
    let reply = json!({ "Version": version.number, "Tier": version.tier });
    store(&mut call.region().ssm, &request, version)?;
    Ok(reply)
}

/// Whether there is room for one more parameter of this tier.
fn check_quota(state: &State, tier: Tier) -> Result<(), ApiError> {
    let quota = if tier == Tier::Advanced { MAX_ADVANCED } else { MAX_STANDARD };
    let held = state.parameters.values().filter(|parameter| parameter.latest().tier == tier).count();
    match held < quota {
        true => Ok(()),
        false => Err(ApiError::client(
            "ParameterLimitExceeded",
            "You have exceeded the number of parameters for this AWS account. Delete one or more parameters and try again.",
        )),
    }
}

fn check_together(request: &PutParameter) -> Result<(), ApiError> {
    if request.overwrite && !request.tags.is_empty() {
        return Err(invalid(
            "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please \
             remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or \
             RemoveTagsFromResource.",
        ));
    }
    if request.description.as_ref().is_some_and(|text| text.chars().count() > MAX_DESCRIPTION) {
        return Err(invalid(format!(
            "Member must have length less than or equal to {MAX_DESCRIPTION}: 'description'."
        )));
    }
    if request.key_id.as_ref().is_some_and(|key| key.chars().count() > MAX_KEY_ID) {
        return Err(invalid(format!("Member must have length less than or equal to {MAX_KEY_ID}: 'keyId'.")));
    }
    if request.data_type.as_deref().is_some_and(|kind| !DATA_TYPES.contains(&kind)) {
        return Err(invalid(format!(
            "The following data type is not supported. Use one of: {}.",
            DATA_TYPES.join(", ")
        )));
    }
    if request.value.contains("{{") {
        // "You can't include values wrapped in double brackets {{}} or {{ssm:parameter-name}}". Two that close objects of
        // JSON wrap nothing.
        return Err(invalid("Parameter value: can't reference another parameter; {{ }} is not allowed in a value."));
    }
    if request.key_id.is_some() && request.kind.is_some_and(|kind| kind != ParameterType::SecureString) {
        return Err(invalid("KeyId is required for SecureString type parameter only."));
    }
    if request.policies.as_ref().is_some_and(|policies| !matches!(policies.trim(), "" | "[]" | "{}" | "[{}]")) {
        return Err(invalid("Parameter policies are not known to the embedded AWS."));
    }
    tags::checked(&request.tags).map(drop)
}

fn next_version(call: &mut Call<'_>, request: &PutParameter, previous: Option<&Version>) -> Result<Version, ApiError> {
    let kind = request
        .kind
        .or(previous.map(|version| version.kind))
        .ok_or_else(|| invalid("A parameter type is required when you create a parameter."))?;
    let tier = tier(request, previous)?;
    let allowed_pattern = inherited(&request.allowed_pattern, previous.and_then(|v| v.allowed_pattern.as_ref()));
    check_pattern(allowed_pattern.as_deref(), &request.value)?;
    let secure = kind == ParameterType::SecureString;
    let default_key = || "alias/aws/ssm".to_owned();
    let key_id = inherited(&request.key_id, previous.and_then(|version| version.key_id.as_ref()));
    Ok(Version {
        number: previous.map_or(1, |version| version.number + 1),
        value: request.value.clone(),
        ciphertext: secure.then(|| ciphertext(call, request.value.len())),
        kind,
        key_id: secure.then(|| key_id.unwrap_or_else(default_key)),
        description: inherited(&request.description, previous.and_then(|version| version.description.as_ref())),
        allowed_pattern,
        tier,
        data_type: request.data_type.clone().unwrap_or_else(|| "text".to_owned()),
        modified_at: call.now,
        modified_by: call.caller_arn.clone(),
        labels: BTreeSet::new(),
    })
}

/// What the request says, else what the version before it said.
fn inherited(asked: &Option<String>, previous: Option<&String>) -> Option<String> {
    asked.as_ref().or(previous).filter(|text| !text.is_empty()).cloned()
}

/// The tier that the value ends up in.
///
/// Source: <https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html>
fn tier(request: &PutParameter, previous: Option<&Version>) -> Result<Tier, ApiError> {
    let was_advanced = previous.is_some_and(|version| version.tier == Tier::Advanced);
    let bytes = request.value.len();
    let tier = match request.tier {
        Some(Tier::Standard) if was_advanced => return Err(no_way_back()),
        Some(Tier::IntelligentTiering) | None if was_advanced => Tier::Advanced,
        Some(Tier::IntelligentTiering) if bytes > STANDARD_BYTES => Tier::Advanced,
        Some(Tier::IntelligentTiering) | None => Tier::Standard,
        Some(tier) => tier,
    };
    match tier {
        Tier::Standard if bytes > STANDARD_BYTES => Err(invalid(format!(
            "Standard tier parameters support a maximum parameter value of {STANDARD_BYTES} characters. To create a \
             larger parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, \
             see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html"
        ))),
        Tier::Advanced if bytes > ADVANCED_BYTES => Err(invalid(format!(
            "Advanced tier parameters support a maximum parameter value of {ADVANCED_BYTES} characters."
        ))),
        _ if bytes == 0 => Err(invalid(
            "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have length \
             greater than or equal to 1.",
        )),
        tier => Ok(tier),
    }
}

fn check_pattern(pattern: Option<&str>, value: &str) -> Result<(), ApiError> {
    let Some(pattern) = pattern else { return Ok(()) };
    let whole = regex_lite::Regex::new(&format!("^(?:{pattern})$")).map_err(|_| {
        ApiError::client(
            "InvalidAllowedPatternException",
            "The request doesn't meet the regular expression requirement.",
        )
    })?;
    match whole.is_match(value) {
        true => Ok(()),
        false => Err(ApiError::client(
            "ParameterPatternMismatchException",
            format!("Parameter value, cannot be validated against allowedPattern: {pattern}"),
        )),
    }
}

/// Noise that is as long as an encrypted value would be, so that it betrays nothing else.
fn ciphertext(call: &mut Call<'_>, bytes: usize) -> String {
    const ENVELOPE_BYTES: usize = 96;
    let noise: Vec<u8> = call.ids.hex(bytes + ENVELOPE_BYTES).into_bytes();
    format!("AQICAH{}", base64::engine::general_purpose::STANDARD.encode(noise))
}

fn is_resting(call: &mut Call<'_>, name: &str) -> bool {
    let now = call.now;
    let deleted = call.region().ssm.deleted.get(name).copied();
    deleted.is_some_and(|at| now.since(at) < REST_AFTER_DELETION_MS)
}

/// Keeps the version, and drops the oldest one when there are too many.
fn store(state: &mut State, request: &PutParameter, version: Version) -> Result<(), ApiError> {
    state.deleted.remove(&request.name);
    let parameter = state.parameters.entry(request.name.clone()).or_insert_with(|| Parameter {
        name: request.name.clone(),
        versions: Vec::new(),
        tags: request.tags.iter().map(|tag| (tag.key.clone(), tag.value.clone())).collect(),
    });
    if parameter.versions.len() >= MAX_VERSIONS {
        let oldest = &parameter.versions[0];
        if !oldest.labels.is_empty() {
            return Err(oldest_is_labelled(&request.name, oldest.number));
        }
        parameter.versions.remove(0);
    }
    parameter.versions.push(version);
    Ok(())
}

fn already_exists() -> ApiError {
    ApiError::client(
        "ParameterAlreadyExists",
        "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
    )
}

/// AWS documents the wait, not the code of the error; this is the one that its model offers for changes in flight.
fn too_soon() -> ApiError {
    ApiError::client(
        "TooManyUpdates",
        "There are concurrent updates for a resource that supports one update at a time. After deleting a parameter, \
         wait for at least 30 seconds to create a parameter with the same name.",
    )
}

fn no_way_back() -> ApiError {
    invalid(
        "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter \
         tier to the standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it as \
         a standard parameter.",
    )
}

fn oldest_is_labelled(name: &str, version: u64) -> ApiError {
    ApiError::client(
        "ParameterMaxVersionLimitExceeded",
        format!(
            "You attempted to create a new version of {name} by calling the PutParameter API with the overwrite flag. \
             Version {version}, the oldest version, can't be deleted because it has a label associated with it. Move \
             the label to another version of the parameter, and try again."
        ),
    )
}
