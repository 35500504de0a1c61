//! Planted values: what the plugin is given instead of a key and of secrets, and where it must not be found again.

use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use deploy_host::{LogSink, Services};
use deploy_model::Fault;
use deploy_plugin::BoxFuture;
use deploy_plugin::wire::Credentials;

/// What the host puts in the place of a value that it has found.
const BLACK: &str = "[redacted]";
const KEY: &str = "canaryKEYf3a9c51d2e84b607";
const TOKEN: &str = "canaryTOKEN0b61f8a7c3d94e25";
const VALUE: &str = "canaryVALUE9d2b77418ce05f36";

/// Says the truth of where AWS is, and gives canaries for everything that is secret.
pub struct Canaries(pub Arc<dyn Services>);

impl Services for Canaries {
    fn region(&self) -> String {
        self.0.region()
    }

    fn endpoint_url(&self) -> BoxFuture<'_, Result<Option<String>, Fault>> {
        self.0.endpoint_url()
    }

    fn credentials(&self) -> BoxFuture<'_, Result<Credentials, Fault>> {
        Box::pin(async { Ok(planted(self.0.credentials().await?.access_key_id)) })
    }

    fn secret<'a>(&'a self, _name: &'a str) -> BoxFuture<'a, Result<String, Fault>> {
        Box::pin(async { Ok(VALUE.to_owned()) })
    }
}

/// Credentials that are canaries but for the id, which says whose account it is.
pub(crate) fn planted(access_key_id: String) -> Credentials {
    Credentials {
        access_key_id,
        secret_access_key: KEY.to_owned(),
        session_token: Some(TOKEN.to_owned()),
        expires: None,
    }
}

/// Everything that came back from the plugin in the course of a run.
#[derive(Clone, Default)]
pub struct Heard(Arc<Mutex<Vec<String>>>);

impl Heard {
    /// Where the host puts what the plugin says.
    pub fn sink(&self) -> LogSink {
        let heard = self.clone();
        Arc::new(move |line| heard.note("its log", &line.message))
    }

    /// Looks at a text that came from the plugin, and remembers where something planted stands in it.
    pub(crate) fn note(&self, place: &str, text: &str) {
        if holds_a_canary(text) {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(place.to_owned());
        }
    }

    /// Where something planted was found.
    pub(crate) fn places(&self) -> Vec<String> {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        places.sort();
        places.dedup();
        places
    }
}

fn holds_a_canary(text: &str) -> bool {
    // The host blacks out what it recognises before it passes anything on, and ends a plugin for an answer with it.
    let recognised = text.contains(BLACK) || text.contains("put a value that must not be shown");
    recognised || [KEY, TOKEN, VALUE].into_iter().any(|value| disguises(value).iter().any(|shape| text.contains(shape)))
}

/// A value as it is, and as a careless program writes it.
fn disguises(value: &str) -> [String; 6] {
    [
        value.to_owned(),
        value.chars().rev().collect(),
        STANDARD_NO_PAD.encode(value),
        URL_SAFE_NO_PAD.encode(value),
        hex::encode(value),
        hex::encode_upper(value),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_canary_is_known_in_every_disguise() {
        let heard = Heard::default();
        heard.note("nowhere", "an ordinary line about a key");
        assert!(heard.places().is_empty());
        for text in disguises(TOKEN).iter().map(String::as_str).chain(["with [redacted] in it"]) {
            let heard = Heard::default();
            heard.note("its log", text);
            assert_eq!(heard.places(), ["its log"], "{text}");
        }
    }
}
