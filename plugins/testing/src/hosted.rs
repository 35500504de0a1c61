//! The clients of a stage that is no part of the program: what they need comes from the host.

use std::sync::Arc;

use deploy_aws::{Clients, Hosted, Key};
use deploy_plugin::Host;
use deploy_plugin::wire::Credentials;

/// Clients that act where the host says. They reach nothing as long as it has not said so.
///
/// # Panics
/// Where the host names a region that is none, which it has checked.
pub fn hosted(host: &Host) -> Clients {
    let Some(aws) = host.aws().cloned() else { return Clients::detached() };
    let host = host.clone();
    let keys = Arc::new(move || {
        let host = host.clone();
        Box::pin(async move { host.credentials().await.map(key) }) as _
    });
    let hosted = Hosted { region: aws.region, endpoint_url: aws.endpoint_url, keys };
    Clients::hosted(hosted).expect("the host has checked the region")
}

fn key(credentials: Credentials) -> Key {
    let Credentials { access_key_id, secret_access_key, session_token, expires } = credentials;
    Key { access_key_id, secret_access_key, session_token, expires }
}
