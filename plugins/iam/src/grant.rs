//! Grants: statements for what services commonly need, by name.

use std::collections::BTreeMap;

use deploy_kinds::iam::{Statement, Texts};
use deploy_plugin::StageContext;
use deploy_plugin::model::owner::{APPLICATION_TAG, ENVIRONMENT_TAG};
use deploy_plugin::model::{Input, Part};

use crate::template::text;
use crate::{Grant, PolicySection};

/// What an application needs to write its log. They are granted on every log group, and harm none but
/// by writing to it.
pub(crate) const WRITE_LOGS: [&str; 4] =
    ["logs:CreateLogStream", "logs:DescribeLogGroups", "logs:DescribeLogStreams", "logs:PutLogEvents"];

/// The channels of ECS Exec, which know no resources.
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html>
pub(crate) const EXECUTE_COMMAND: [&str; 4] = [
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
];

/// A tag that a grant shall look at and that nothing here has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UnknownTag {
    pub(crate) position: usize,
    pub(crate) key: String,
}

/// The statements behind a grant, by `Sid`.
pub(crate) fn statements(
    grant: Grant,
    policy: &PolicySection,
    parameter_path: &str,
    cx: &StageContext,
) -> Result<BTreeMap<String, Statement>, UnknownTag> {
    let everywhere = |actions: [&str; 4]| Statement {
        actions: Texts::from(actions),
        resources: Texts::from(["*"]),
        ..Statement::default()
    };
    let statement = match grant {
        Grant::ReadParameters => return read(&PARAMETERS, policy, parameter_path, cx),
        Grant::ReadSecrets => return read(&SECRETS, policy, parameter_path, cx),
        Grant::WriteLogs => ("WriteLogs".to_owned(), everywhere(WRITE_LOGS)),
        Grant::ExecuteCommand => ("ExecuteCommand".to_owned(), everywhere(EXECUTE_COMMAND)),
    };
    Ok(BTreeMap::from([statement]))
}

/// Reading values of one store.
struct Values {
    /// The service in ARNs, and in the names of hosts.
    service: &'static str,
    action: &'static str,
    /// What stands before the full name in an ARN.
    resource: &'static str,
    /// Where conditions find the tags of what is read.
    tag_key: &'static str,
    read_id: &'static str,
    decrypt_id: &'static str,
}

/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-ssm-paramstore.html>
const PARAMETERS: Values = Values {
    service: "ssm",
    action: "ssm:GetParameters",
    resource: "parameter",
    tag_key: "ssm:resourceTag",
    read_id: "ReadParameters",
    decrypt_id: "DecryptParameters",
};

/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html>
const SECRETS: Values = Values {
    service: "secretsmanager",
    action: "secretsmanager:GetSecretValue",
    resource: "secret:",
    tag_key: "secretsmanager:ResourceTag",
    read_id: "ReadSecrets",
    decrypt_id: "DecryptSecrets",
};

fn read(
    values: &Values,
    policy: &PolicySection,
    parameter_path: &str,
    cx: &StageContext,
) -> Result<BTreeMap<String, Statement>, UnknownTag> {
    let below = if policy.by_path.unwrap_or(true) { cx.expand(parameter_path) } else { String::new() };
    let read = Statement {
        actions: Texts::from([values.action]),
        resources: Texts::from([arn(cx, values.service, values.all_below(&below))]),
        conditions: equals(tag_conditions(values, policy, cx)?),
        ..Statement::default()
    };
    let mut statements = BTreeMap::from([(values.read_id.to_owned(), read)]);
    if let Some(key) = &policy.kms_key {
        statements.insert(values.decrypt_id.to_owned(), decrypt(values, &cx.expand(key), cx));
    }
    Ok(statements)
}

impl Values {
    /// What lies below a path, or everything. A flat name of a parameter stands behind the slash of its ARN; that of a
    /// secret behind the colon.
    fn all_below(&self, path: &str) -> String {
        let slash = if path.is_empty() && self.service == SECRETS.service { "" } else { "/" };
        format!("{}{path}{slash}*", self.resource)
    }
}

/// The tags that what is read must carry, as conditions.
fn tag_conditions(
    values: &Values,
    policy: &PolicySection,
    cx: &StageContext,
) -> Result<BTreeMap<String, Texts>, UnknownTag> {
    let by_default = || vec![APPLICATION_TAG.to_owned(), ENVIRONMENT_TAG.to_owned()];
    let keys = policy.by_tags.clone().unwrap_or_else(by_default);
    let condition = |(position, key): (usize, String)| {
        let value = match key.as_str() {
            APPLICATION_TAG => Some(&cx.owner.application),
            ENVIRONMENT_TAG => Some(&cx.owner.environment),
            other => cx.tags.get(other),
        };
        match value {
            Some(value) => Ok((format!("{}/{key}", values.tag_key), Texts::from([value.as_str()]))),
            None => Err(UnknownTag { position, key }),
        }
    };
    keys.into_iter().enumerate().map(condition).collect()
}

/// Decrypting with a key, for the one store alone. An alias cannot be a resource, so it is a condition.
///
/// Source: <https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html>
fn decrypt(values: &Values, key: &str, cx: &StageContext) -> Statement {
    let via = text([Part::Fixed(format!("{}.", values.service)), cx.region(), ".amazonaws.com".into()]);
    let mut conditions = equals(BTreeMap::from([("kms:ViaService".to_owned(), Texts::from([via]))]));
    let alias = key.find("alias/").filter(|at| *at == 0 || key[..*at].ends_with(':')).map(|at| &key[at..]);
    let resource = if let Some(alias) = alias {
        let aliases = BTreeMap::from([("kms:ResourceAliases".to_owned(), Texts::from([alias]))]);
        conditions.insert("ForAnyValue:StringEquals".to_owned(), aliases);
        arn(cx, "kms", "key/*".to_owned())
    } else if key.starts_with("arn:") {
        Input::from(key)
    } else {
        arn(cx, "kms", format!("key/{key}"))
    };
    Statement {
        actions: Texts::from(["kms:Decrypt"]),
        resources: Texts::from([resource]),
        conditions,
        ..Statement::default()
    }
}

fn equals(keys: BTreeMap<String, Texts>) -> BTreeMap<String, BTreeMap<String, Texts>> {
    if keys.is_empty() { BTreeMap::new() } else { BTreeMap::from([("StringEquals".to_owned(), keys)]) }
}

/// The ARN of something of this account, in this region.
pub(crate) fn arn(cx: &StageContext, service: &str, resource: String) -> Input<String> {
    text([
        "arn:".into(),
        cx.partition(),
        Part::Fixed(format!(":{service}:")),
        cx.region(),
        ":".into(),
        cx.account_id(),
        Part::Fixed(format!(":{resource}")),
    ])
}
