//! Credentials that can be sent. They go into a header as they are, and the SDK panics where a header cannot hold them.

use std::ffi::OsStr;

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};

use crate::ConnectError;

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
