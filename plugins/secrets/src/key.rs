//! `secrets.key`: a KMS key. It belongs to others: here it is only asked whether it can be used.

use deploy_aws::{Clients, absent, fault};
use deploy_plugin::model::{Address, Fault, FieldChange};
use deploy_plugin::{Answer, ByQuestion, Context, Found, Kind, Made, Resource, Scope};
use futures::future::try_join_all;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a key is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KeyInputs {
    /// `Enabled`, `Disabled`, `PendingDeletion` and what else KMS calls the state of a key.
    #[schemars(extend("x-computed" = true))]
    pub state: String,
    /// What it is for: `ENCRYPT_DECRYPT`, or signatures.
    #[schemars(extend("x-computed" = true))]
    pub usage: String,
}

/// What others may refer to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct KeyOutputs {
    /// The ARN.
    pub arn: String,
}

impl Resource for KeyInputs {
    const KIND: &'static str = "secrets.key";
    type Outputs = KeyOutputs;
}

impl KeyInputs {
    /// What keeps the key from encrypting a value, in KMS's words.
    ///
    /// Source: <https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html>
    pub(crate) fn obstacle(&self) -> Option<String> {
        match (self.state.as_str(), self.usage.as_str()) {
            ("Enabled" | "Updating", "ENCRYPT_DECRYPT") => None,
            ("Enabled" | "Updating", usage) => Some(format!("is for {usage}, and encrypts nothing")),
            (state, _) => Some(format!("is {state}, and decrypts nothing")),
        }
    }
}

/// Looks at keys.
pub struct KeyKind {
    clients: Clients,
}

impl KeyKind {
    /// The kind, on these clients.
    pub fn new(clients: &Clients) -> Self {
        Self { clients: clients.clone() }
    }

    async fn key(&self, id: &str) -> Result<Option<Answer<KeyInputs>>, Fault> {
        let request = self.clients.kms().reads.describe_key().key_id(id);
        let reply = absent(request.send().await.map_err(fault("DescribeKey")))?;
        Ok(reply.and_then(|reply| reply.key_metadata).map(|key| Answer {
            inputs: KeyInputs {
                state: key.key_state().map(|state| state.as_str().to_owned()).unwrap_or_default(),
                usage: key.key_usage().map(|usage| usage.as_str().to_owned()).unwrap_or_default(),
            },
            outputs: KeyOutputs { arn: key.arn.clone().unwrap_or_default() },
            id: key.key_id,
        }))
    }
}

/// A key is nobody's to make here.
fn not_ours<T>() -> Result<T, Fault> {
    Err(Fault::internal("keys belong to others"))
}

impl Kind for KeyKind {
    type Inputs = KeyInputs;
    const CAN_RETIRE: bool = false;

    async fn discover(&self, _cx: &Context, _scope: &Scope) -> Result<Vec<Found<KeyInputs>>, Fault> {
        Ok(Vec::new())
    }

    /// A question is an id, an ARN or an alias.
    async fn query(&self, _cx: &Context, ids: &[String]) -> Result<ByQuestion<Answer<KeyInputs>>, Fault> {
        let keys = ids.iter().map(async |id| Ok((id.clone(), self.key(id).await?.into_iter().collect())));
        Ok(try_join_all(keys).await?.into_iter().collect())
    }

    async fn create(&self, _cx: &Context, _address: &Address, _inputs: KeyInputs) -> Result<Made<KeyOutputs>, Fault> {
        not_ours()
    }

    async fn update(
        &self,
        _cx: &Context,
        _live: Found<KeyInputs>,
        _inputs: KeyInputs,
        _changes: &[FieldChange],
    ) -> Result<Made<KeyOutputs>, Fault> {
        not_ours()
    }

    async fn delete(&self, _cx: &Context, _live: Found<KeyInputs>) -> Result<(), Fault> {
        not_ours()
    }
}
