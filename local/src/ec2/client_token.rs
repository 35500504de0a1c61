//! Idempotency: a second request with the same client token gets the first one's resource.
//!
//! Source: <https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html>

use super::State;
use crate::codec::query::Params;
use crate::error::ApiError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A request with a client token, and what was made in answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Answered {
    request: BTreeMap<String, String>,
    resource_id: String,
}

/// A client token, read from a request.
pub(super) struct ClientToken {
    /// The caller's text.
    pub(super) token: Option<String>,
    request: BTreeMap<String, String>,
}

impl ClientToken {
    /// Reads the token: up to 64 ASCII characters.
    pub(super) fn read(params: &Params) -> Result<ClientToken, ApiError> {
        let token = params.optional("ClientToken").filter(|token| !token.is_empty());
        if token.as_ref().is_some_and(|token| token.len() > 64 || !token.is_ascii()) {
            return Err(ApiError::client("InvalidParameterValue", "Invalid client token: at most 64 ASCII characters"));
        }
        Ok(ClientToken { token, request: params.without(&["ClientToken", "DryRun", "Version", "Action"]) })
    }

    /// The resource that an earlier request with this token made.
    pub(super) fn earlier(&self, state: &State) -> Result<Option<String>, ApiError> {
        let Some(answered) = self.token.as_ref().and_then(|token| state.client_tokens.get(token)) else {
            return Ok(None);
        };
        if answered.request == self.request {
            return Ok(Some(answered.resource_id.clone()));
        }
        let message = "The client token was used before with other parameters in the request.";
        Err(ApiError::client("IdempotentParameterMismatch", message))
    }

    /// Remembers what this request made.
    pub(super) fn remember(self, state: &mut State, resource_id: &str) {
        if let Some(token) = self.token {
            let answered = Answered { request: self.request, resource_id: resource_id.to_owned() };
            state.client_tokens.insert(token, answered);
        }
    }
}
