//! `secrets.key`: a KMS key. It belongs to others: here it is only asked whether it can be used.

use deploy_aws::{Clients, absent, fault};
use deploy_kinds::secrets::{Key, KeyOutputs};
use deploy_plugin::model::{Address, Fault, FieldChange};
use deploy_plugin::{Answer, ByQuestion, Context, Found, Kind, Made, Scope};
use futures::future::try_join_all;

/// Looks at keys.
pub struct KeyKind {
    clients: Clients,
}

impl KeyKind {
    /// The kind, on these clients.
    pub fn new(clients: &Clients) -> Self {
        Self { clients: clients.clone() }
    }

    async fn key(&self, id: &str) -> Result<Option<Answer<Key>>, Fault> {
        let request = self.clients.kms().reads.describe_key().key_id(id);
        let reply = absent(request.send().await.map_err(fault("DescribeKey")))?;
        Ok(reply.and_then(|reply| reply.key_metadata).map(|key| Answer {
            inputs: Key {
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
    type Inputs = Key;
    const CAN_RETIRE: bool = false;

    async fn discover(&self, _cx: &Context, _scope: &Scope) -> Result<Vec<Found<Key>>, Fault> {
        Ok(Vec::new())
    }

    /// A question is an id, an ARN or an alias.
    async fn query(&self, _cx: &Context, ids: &[String]) -> Result<ByQuestion<Answer<Key>>, Fault> {
        let keys = ids.iter().map(async |id| Ok((id.clone(), self.key(id).await?.into_iter().collect())));
        Ok(try_join_all(keys).await?.into_iter().collect())
    }

    async fn create(&self, _cx: &Context, _address: &Address, _inputs: Key) -> Result<Made<KeyOutputs>, Fault> {
        not_ours()
    }

    async fn update(
        &self,
        _cx: &Context,
        _live: Found<Key>,
        _inputs: Key,
        _changes: &[FieldChange],
    ) -> Result<Made<KeyOutputs>, Fault> {
        not_ours()
    }

    async fn delete(&self, _cx: &Context, _live: Found<Key>) -> Result<(), Fault> {
        not_ours()
    }
}
