//! What a kind is asked.

use std::collections::BTreeMap;

use deploy_model::{Address, FieldChange, KindName, Live, Owner};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::calls;
use super::handshake::Nothing;
use crate::kind::Misfit;
use crate::{AnyAnswer, ByQuestion, Purpose, Wanted};

/// What every operation on a kind carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    /// The same for every attempt: a client token where the service has one. At most 64 characters of `[0-9a-z-]`.
    pub id: String,
    /// Counts from 1.
    pub attempt: u32,
    /// Milliseconds until the host stops waiting.
    pub deadline_ms: u64,
    /// Whose resources.
    pub owner: Owner,
}

calls! {
    /// Asks whether inputs, references still open, have the kind's form.
    CheckInputs "kind/check" -> Vec<Option<Misfit>> {
        /// The kind.
        kind: KindName,
        /// The inputs.
        inputs: Vec<Value>,
    }

    /// Asks for all resources of a kind.
    Discover "kind/discover" -> Vec<Live> {
        /// The kind.
        kind: KindName,
        /// The operation.
        operation: Operation,
        /// How the environment's names begin.
        prefix: String,
        /// What the configuration desires of this kind.
        wanted: Vec<Wanted>,
        /// What the findings are for.
        #[serde(default)]
        purpose: Purpose,
    }

    /// Looks at resources that belong to others: the outputs of those that exist, by id.
    LookUp "kind/look_up" -> BTreeMap<String, Value> {
        /// The kind.
        kind: KindName,
        /// The operation.
        operation: Operation,
        /// Their ids.
        ids: Vec<String>,
    }

    /// Asks about resources that belong to others: those that answer, by question.
    QueryOthers "kind/query" -> ByQuestion<AnyAnswer> {
        /// The kind.
        kind: KindName,
        /// The operation.
        operation: Operation,
        /// The questions.
        queries: Vec<String>,
    }

    /// Makes a resource.
    Create "kind/create" -> Live {
        /// The operation.
        operation: Operation,
        /// Its address.
        address: Address,
        /// What it shall be.
        inputs: Value,
    }

    /// Brings what was just made to its inputs.
    Complete "kind/complete" -> Live {
        /// The operation.
        operation: Operation,
        /// What was made, with the inputs that it shall have.
        made: Live,
    }

    /// Changes a resource.
    Update "kind/update" -> Live {
        /// The operation.
        operation: Operation,
        /// What is there.
        live: Live,
        /// What it shall be.
        inputs: Value,
        /// What differs.
        changes: Vec<FieldChange>,
    }

    /// Gives a resource another address.
    Retire "kind/retire" -> Nothing {
        /// The operation.
        operation: Operation,
        /// What is there.
        live: Live,
        /// The address it gets.
        to: Address,
    }

    /// Deletes a resource.
    Delete "kind/delete" -> Nothing {
        /// The operation.
        operation: Operation,
        /// What is there.
        live: Live,
    }
}
