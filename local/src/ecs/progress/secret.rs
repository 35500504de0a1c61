//! What a task reads from Secrets Manager when it starts.
//!
//! Sources: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html> and, for the
//! words, <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/resource-initialization-error.html> and the agent,
//! <https://github.com/aws/amazon-ecs-agent/blob/master/agent/asm/asm.go>

use super::start::{Executor, RETRIEVAL_FAILED};
use crate::authorization;
use crate::call::Call;
use crate::secretsmanager::{self, SecretValue, Wanted};
use serde_json::Value;

/// `arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-AbCdEf`, and behind it, if anything, `:JSON-KEY:STAGE:VERSION`, each
/// of which may be empty.
pub(super) struct Reference<'a> {
    region: &'a str,
    json_key: &'a str,
    wanted: Wanted,
}

/// What was read.
struct Read {
    text: String,
    key_id: Option<String>,
}

impl<'a> Reference<'a> {
    /// Whether something names a secret, well or not.
    pub(super) fn is_one(value_from: &str) -> bool {
        value_from.split(':').nth(2) == Some("secretsmanager")
    }

    /// The parts of a reference.
    fn of(value_from: &'a str) -> Result<Self, String> {
        let parts: Vec<&str> = value_from.split(':').collect();
        let (json_key, stage, version) = match parts[..] {
            [_, _, _, _, _, "secret", _] => ("", "", ""),
            [_, _, _, _, _, "secret", _, json_key, stage, version] => (json_key, stage, version),
            _ => {
                return Err(format!(
                    "{RETRIEVAL_FAILED} secret from asm: trying to retrieve secret with value {value_from} resulted in \
                     error: an invalid ARN format for the AWS Secrets Manager secret was specified. Specify a valid ARN \
                     and try again."
                ));
            }
        };
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let wanted =
            Wanted { secret_id: parts[..7].join(":"), version_id: given(version), version_stage: given(stage) };
        Ok(Reference { region: parts[3], json_key, wanted })
    }

    /// Reads the secret in the role of the task.
    fn read(&self, executor: &Executor<'_>, call: &mut Call<'_>) -> Result<(), String> {
        let mut there = call.in_region(self.region);
        let fetched = self.fetch(executor, &mut there).map_err(|cause| {
            let id = &self.wanted.secret_id;
            retried(&format!("failed to fetch secret {id} from secrets manager: {cause}"))
        })?;
        match self.json_key {
            "" => Ok(()),
            key => has_key(&fetched, key).map_err(|cause| retried(&cause)),
        }
    }

    /// The text of the secret: the role must be allowed to read it, and to use its key.
    fn fetch(&self, executor: &Executor<'_>, call: &mut Call<'_>) -> Result<String, String> {
        let need = authorization::reading_secret(call, &self.wanted);
        executor.require(call, &need.action, &need.resource, &need.context)?;
        let read = secretsmanager::read(call, &self.wanted, |_, version| Read {
            text: match &version.value {
                SecretValue::String(text) => text.clone(),
                // "SecretBinary" is not injected.
                SecretValue::Binary(_) => String::new(),
            },
            key_id: version.key_id.clone(),
        });
        let read = read.map_err(|error| error.to_string())?;
        if let Some(key_id) = read.key_id {
            let need = authorization::decrypting(call, &key_id);
            let allowed = executor.require(call, &need.action, &need.resource, &need.context);
            allowed.map_err(|_| "AccessDeniedException: Access to KMS is not allowed".to_owned())?;
        }
        Ok(read.text)
    }
}

/// Reads the secrets that these references name, one by one.
pub(super) fn read_all<'a>(
    references: impl Iterator<Item = &'a str>,
    executor: &Executor<'_>,
    call: &mut Call<'_>,
) -> Result<(), String> {
    for value_from in references.filter(|value_from| Reference::is_one(value_from)) {
        Reference::of(value_from)?.read(executor, call)?;
    }
    Ok(())
}

/// What a task says that waits in vain for Secrets Manager.
pub(super) fn timeout(value_from: &str) -> String {
    let id = value_from.split(':').take(7).collect::<Vec<_>>().join(":");
    format!(
        "{RETRIEVAL_FAILED} secret from asm: service call has been retried 5 time(s): failed to fetch secret {id} from \
         secrets manager: RequestCanceled: request context canceled caused by: context deadline exceeded. Please check \
         your task network configuration."
    )
}

fn retried(cause: &str) -> String {
    format!("{RETRIEVAL_FAILED} secret from asm: service call has been retried 1 time(s): {cause}")
}

/// Whether a text is a JSON object with this key; if not, what the agent says.
fn has_key(text: &str, key: &str) -> Result<(), String> {
    match serde_json::from_str(text) {
        Ok(Value::Object(members)) if members.contains_key(key) => Ok(()),
        Ok(Value::Object(_)) => Err(format!("retrieved secret from Secrets Manager did not contain json key {key}")),
        Ok(_) => Err("json: cannot unmarshal the secret into Go value of type map[string]interface {}".to_owned()),
        Err(error) if error.is_eof() => Err("unexpected end of JSON input".to_owned()),
        // The agent names the character. Here it is left out: it belongs to a secret.
        Err(_) => Err("invalid character looking for beginning of value".to_owned()),
    }
}
