//! Credentials that can be sent. They go into a header as they are, and the SDK panics where a header cannot hold them.

use std::ffi::OsStr;
use std::time::UNIX_EPOCH;

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};

use deploy_model::{Fault, FaultKind};

use crate::ConnectError;

/// The key that requests are signed with. It has no `Debug`, and is never shown.
pub struct Key {
    /// The id of the access key.
    pub access_key_id: String,
    /// The secret of the access key.
    pub secret_access_key: String,
    /// The token of a session, where the key belongs to one.
    pub session_token: Option<String>,
    /// When it ends, in seconds since 1970, where it does.
    pub expires: Option<u64>,
}

/// The key that a provider has now.
pub(crate) async fn key(provider: Option<&SharedCredentialsProvider>) -> Result<Key, Fault> {
    let none = || Fault::new(FaultKind::Denied, "there are no credentials for AWS");
    let credentials = provider.ok_or_else(none)?.provide_credentials().await.map_err(|_| none())?;
    let seconds = |time: std::time::SystemTime| Some(time.duration_since(UNIX_EPOCH).ok()?.as_secs());
    Ok(Key {
        access_key_id: credentials.access_key_id().to_owned(),
        secret_access_key: credentials.secret_access_key().to_owned(),
        session_token: credentials.session_token().map(str::to_owned),
        expires: credentials.expiry().and_then(seconds),
    })
}

/// The variables that hold a key or a part of one.
const VARIABLES: [&str; 3] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

/// Checks the variables of the process. One that is no text would be passed over for other credentials, which may
/// belong to another account.
pub(crate) fn variables_must_hold_keys() -> Result<(), ConnectError> {
    let is_wrong = |name: &&str| std::env::var_os(name).is_some_and(|value| !can_be_sent(&value));
    VARIABLES.into_iter().find(is_wrong).map_or(Ok(()), |name| Err(ConnectError::NoKey(name)))
}

/// The same credentials, or none where they cannot be sent: from a profile, a process or a server.
#[derive(Debug)]
pub(crate) struct Sendable(pub(crate) SharedCredentialsProvider);

impl ProvideCredentials for Sendable {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async { self.0.provide_credentials().await.and_then(sendable) })
    }
}

fn sendable(credentials: Credentials) -> Result<Credentials, CredentialsError> {
    let parts = [Some(credentials.access_key_id()), credentials.session_token()];
    if parts.into_iter().flatten().all(|part| can_be_sent(part.as_ref())) {
        Ok(credentials)
    } else {
        Err(CredentialsError::invalid_configuration("a key holds a character that no key has"))
    }
}

fn can_be_sent(part: &OsStr) -> bool {
    part.as_encoded_bytes().iter().all(u8::is_ascii_graphic)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(id: &str, token: Option<&str>) -> Credentials {
        Credentials::from_keys(id, "secret", token.map(str::to_owned))
    }

    #[test]
    fn what_no_header_can_hold_is_no_credential() {
        assert!(sendable(key("AKIDEXAMPLE", None)).is_ok());
        assert!(sendable(key("ASIAEXAMPLE", Some("IQoJb3JpZ2luX2VjE/+=="))).is_ok());
        for (id, token) in [("AKID\n", None), ("AKID EXAMPLE", None), ("clé", None), ("AKID", Some("token\r\n"))] {
            assert!(sendable(key(id, token)).is_err(), "{id:?} {token:?}");
        }
    }
}
