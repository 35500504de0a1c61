//! The section `[iam]`: roles and their policies.

use std::collections::BTreeMap;

use deploy_kinds::iam::Effect;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Roles that services assume. Texts may hold `{app}`, `{env}` and `{prefix}`; those within policies
/// also `{account}`, `{region}` and `{partition}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct IamSection {
    /// The path of every role: begins and ends with `/`.
    pub path: String,
    /// Where the parameters lie that `read_parameters` and `read_secrets` grant. Keep it equal to `secrets.path`; empty
    /// where names are flat.
    pub parameter_path: String,
    /// Whether a service may assume a role only on behalf of this account, where the service says on
    /// whose behalf it acts. It keeps others from having the service use the role for them.
    pub source_conditions: bool,
    /// Whether the statements of policies carry their names as `Sid`, so that a plan names the one that differs.
    /// Without it they are told apart by their positions.
    pub sids: bool,
    /// The roles, by the name under which services refer to them.
    pub roles: BTreeMap<String, RoleSection>,
}

impl Default for IamSection {
    fn default() -> Self {
        Self {
            path: "/{app}/{env}/".to_owned(),
            parameter_path: "/{app}/{env}".to_owned(),
            source_conditions: true,
            sids: true,
            roles: BTreeMap::new(),
        }
    }
}

/// One role.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RoleSection {
    /// The role's name; 64 characters at most. Where unset, `{prefix}-` and the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What the role is for; 1,000 characters at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The services that may assume the role.
    pub trust: Vec<String>,
    /// Managed policies: names of AWS's own, such as `service-role/AmazonECSTaskExecutionRolePolicy`, or ARNs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub managed_policies: Vec<String>,
    /// The ARN of the policy that bounds what the role may ever do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permissions_boundary: Option<String>,
    /// How long a session of the role may last, in seconds.
    #[schemars(range(min = 3600, max = 43200))]
    pub max_session_duration: i32,
    /// The role's own policies, by name.
    pub policies: BTreeMap<String, PolicySection>,
}

impl Default for RoleSection {
    fn default() -> Self {
        Self {
            name: None,
            description: None,
            trust: vec!["ecs-tasks.amazonaws.com".to_owned()],
            managed_policies: Vec::new(),
            permissions_boundary: None,
            max_session_duration: crate::role::SESSION_SECONDS,
            policies: BTreeMap::new(),
        }
    }
}

/// One policy: a grant by name, or statements of your own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PolicySection {
    /// What the policy allows, in one word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grant: Option<Grant>,
    /// For `read_parameters` and `read_secrets`: only what lies below `iam.parameter_path`. Where unset, true.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_path: Option<bool>,
    /// For `read_parameters` and `read_secrets`: only what carries these tags with the values of this environment.
    /// Where unset, `application` and `environment`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_tags: Option<Vec<String>>,
    /// For `read_parameters` and `read_secrets`: the KMS key of what is read, where it is not AWS's own: `alias/shop`, an
    /// id or an ARN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kms_key: Option<String>,
    /// The statements, by name, which is their `Sid`: letters and digits, beginning with a letter.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub statements: BTreeMap<String, StatementSection>,
}

/// What a policy allows, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Grant {
    /// Reading the environment's parameters in Parameter Store.
    ReadParameters,
    /// Reading the environment's secrets in Secrets Manager.
    ReadSecrets,
    /// Writing to CloudWatch Logs.
    WriteLogs,
    /// The channels that a shell in a container (`enable_execute_command`) needs.
    ExecuteCommand,
}

impl Grant {
    /// Whether it is about reading values, from either store.
    pub fn is_about_values(self) -> bool {
        matches!(self, Self::ReadParameters | Self::ReadSecrets)
    }
}

/// One statement of a policy.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct StatementSection {
    /// Whether it allows or denies.
    pub effect: Effect,
    /// Actions such as `s3:GetObject`.
    pub actions: Vec<String>,
    /// ARNs of what may be acted on; `*` for everything.
    pub resources: Vec<String>,
    /// Conditions: operator, then key, then one value or several.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub conditions: BTreeMap<String, BTreeMap<String, StringOrList>>,
}

/// One value or several.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum StringOrList {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

impl StringOrList {
    /// The values.
    pub fn values(&self) -> &[String] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }
}
