//! A parameter: its versions, its tags, and how it is shown.

use crate::call::Call;
use crate::error::ApiError;
use crate::kms;
use crate::time::Time;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What Parameter Store remembers in one region.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct State {
    /// The parameters by name, as it was given: `MY_PARAM_1` and `/app/dev/MY_PARAM_1` are different names.
    pub parameters: BTreeMap<String, Parameter>,
    /// When a name was deleted. A name cannot be created again at once.
    pub deleted: BTreeMap<String, Time>,
}

/// One parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Its name, with a leading slash if it was given one.
    pub name: String,
    /// Its versions, oldest first. There is always at least one.
    pub versions: Vec<Version>,
    /// Its tags; they belong to the parameter, not to a version.
    pub tags: BTreeMap<String, String>,
}

/// One version of a parameter. Everything but tags belongs to a version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Version {
    /// 1 for the first version.
    pub number: u64,
    /// The value in the clear.
    pub value: String,
    /// What a `SecureString` looks like to who does not ask for decryption. It says nothing about the value.
    pub ciphertext: Option<String>,
    /// `String`, `StringList` or `SecureString`.
    pub kind: ParameterType,
    /// The key of a `SecureString`, as it was given.
    pub key_id: Option<String>,
    /// The id of that key. A world of before there was KMS does not know it.
    #[serde(default)]
    pub encrypted_with: Option<String>,
    /// What the parameter is for.
    pub description: Option<String>,
    /// The expression that every value must match.
    pub allowed_pattern: Option<String>,
    /// Standard or Advanced.
    pub tier: Tier,
    /// `text`, or the kind of resource that the value must name.
    pub data_type: String,
    /// When this version was put.
    pub modified_at: Time,
    /// Who put it.
    pub modified_by: String,
    /// The labels of this version. A label is on one version of a parameter only.
    pub labels: BTreeSet<String>,
}

/// What kind of value a parameter holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ParameterType {
    /// Plain text.
    String,
    /// Texts separated by commas.
    StringList,
    /// Text that is stored encrypted.
    SecureString,
}

/// The tier decides size and price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tier {
    /// Values of up to 4,096 bytes.
    Standard,
    /// Values of up to 8,192 bytes.
    Advanced,
    /// Whichever of the two a request needs; never the tier of a stored version.
    #[serde(rename = "Intelligent-Tiering")]
    IntelligentTiering,
}

/// Whether an encrypted value is shown in the clear.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "bool")]
pub(super) enum Decryption {
    /// The value comes back as ciphertext.
    #[default]
    Without,
    /// The value comes back in the clear.
    With,
}

impl From<bool> for Decryption {
    fn from(asked: bool) -> Self {
        if asked { Self::With } else { Self::Without }
    }
}

impl Parameter {
    /// The newest version.
    #[must_use]
    pub fn latest(&self) -> &Version {
        self.versions.last().expect("a parameter has at least one version")
    }

    /// The version that carries this label.
    #[must_use]
    pub fn labelled(&self, label: &str) -> Option<&Version> {
        self.versions.iter().find(|version| version.labels.contains(label))
    }
}

impl Version {
    /// The value as it is shown.
    fn shown(&self, decryption: Decryption) -> &str {
        match (&self.ciphertext, decryption) {
            (Some(ciphertext), Decryption::Without) => ciphertext,
            _ => &self.value,
        }
    }
}

/// The ARN of a parameter: the slash that a name begins with is not doubled.
///
/// Source: <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html>
#[must_use]
pub fn arn(region: &str, account_id: &str, name: &str) -> String {
    format!("arn:aws:ssm:{region}:{account_id}:parameter/{}", name.strip_prefix('/').unwrap_or(name))
}

/// Whether a version can be shown as it is asked for: a key that cannot be used decrypts nothing.
///
/// Source: <https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html>
pub(super) fn check_decryption(call: &mut Call<'_>, version: &Version, decryption: Decryption) -> Result<(), ApiError> {
    match (&version.encrypted_with, decryption) {
        (Some(key), Decryption::With) => kms::usable(call, key).map_err(|error| invalid_key(call, &error)),
        _ => Ok(()),
    }
}

/// What Parameter Store makes of an answer of KMS.
pub(super) fn invalid_key(call: &mut Call<'_>, error: &ApiError) -> ApiError {
    ApiError::client("InvalidKeyId", kms::in_words(call, error))
}

/// The reply shape `Parameter`.
///
/// Source: <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Parameter.html>
pub(super) fn with_value(
    call: &Call<'_>,
    parameter: &Parameter,
    version: &Version,
    selector: Option<&str>,
    decryption: Decryption,
) -> Value {
    let mut reply = json!({
        "ARN": arn(&call.region, &call.account_id, &parameter.name),
        "Name": parameter.name,
        "Type": version.kind,
        "Value": version.shown(decryption),
        "Version": version.number,
        "LastModifiedDate": version.modified_at.seconds(),
        "DataType": version.data_type,
    });
    if let Some(selector) = selector {
        reply["Selector"] = Value::from(format!(":{selector}"));
    }
    reply
}

/// The reply shape `ParameterMetadata`, which never holds a value.
///
/// Source: <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterMetadata.html>
pub(super) fn metadata(call: &Call<'_>, parameter: &Parameter, version: &Version) -> Map<String, Value> {
    let mut reply = Map::new();
    let mut add = |name: &str, value: Value| {
        if !value.is_null() {
            reply.insert(name.to_owned(), value);
        }
    };
    add("Name", json!(parameter.name));
    add("ARN", json!(arn(&call.region, &call.account_id, &parameter.name)));
    add("Type", json!(version.kind));
    add("KeyId", json!(version.key_id));
    add("LastModifiedDate", json!(version.modified_at.seconds()));
    add("LastModifiedUser", json!(version.modified_by));
    add("Description", json!(version.description));
    add("AllowedPattern", json!(version.allowed_pattern));
    add("Version", json!(version.number));
    add("Tier", json!(version.tier));
    add("Policies", json!([]));
    add("DataType", json!(version.data_type));
    reply
}
