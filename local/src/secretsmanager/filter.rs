//! Which secrets a listing is about.
//!
//! Source: <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Filter.html>. A filter that is not known
//! is refused, never ignored: what is listed may be about to be deleted.

use super::bounds::{broken, check_length};
use super::invalid_parameter;
use super::model::Secret;
use crate::error::ApiError;
use serde::Deserialize;
use std::ops::RangeInclusive;

/// One filter: a key, and the values of which one must match.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct Filter {
    key: Option<String>,
    values: Option<Vec<String>>,
}

/// Every key that there is.
const KEYS: [&str; 7] = ["description", "name", "tag-key", "tag-value", "primary-region", "owning-service", "all"];
/// Filters in one request.
const FILTERS: RangeInclusive<usize> = 0..=10;
/// Values in one filter.
const VALUES: RangeInclusive<usize> = 1..=10;
/// Characters of a value.
const VALUE: RangeInclusive<usize> = 0..=512;

/// Checks the keys and the values of the filters.
pub(super) fn check(filters: &[Filter]) -> Result<(), ApiError> {
    check_length("filters", filters.len(), &FILTERS)?;
    for filter in filters {
        let Some(key) = filter.key.as_deref() else { return Err(invalid_parameter("Invalid filter key")) };
        if !KEYS.contains(&key) {
            return Err(broken("filters.1.member.key", &format!("satisfy enum value set: [{}]", KEYS.join(", "))));
        }
        let Some(values) = &filter.values else {
            return Err(invalid_parameter(format!("Invalid filter values for key: {key}")));
        };
        check_length("filters.1.member.values", values.len(), &VALUES)?;
        for value in values {
            check_length("filters.1.member.values", value.chars().count(), &VALUE)?;
        }
    }
    Ok(())
}

/// Whether a secret passes every filter.
pub(super) fn matches_all(filters: &[Filter], secret: &Secret) -> bool {
    filters.iter().all(|filter| filter.matches(secret))
}

impl Filter {
    fn matches(&self, secret: &Secret) -> bool {
        self.values.iter().flatten().any(|value| match value.strip_prefix('!') {
            Some(unwanted) => !self.fits(unwanted, secret),
            None => self.fits(value, secret),
        })
    }

    fn fits(&self, value: &str, secret: &Secret) -> bool {
        let description = || secret.description.iter();
        match self.key.as_deref() {
            Some("name") => secret.name.starts_with(value),
            Some("tag-key") => secret.tags.keys().any(|key| key.starts_with(value)),
            Some("tag-value") => secret.tags.values().any(|held| held.starts_with(value)),
            Some("description") => description().any(|text| has_words(text, value)),
            Some("all") => {
                let tags = || secret.tags.iter().flat_map(|(key, value)| [key, value]);
                let texts: Vec<String> = [&secret.name]
                    .into_iter()
                    .chain(description())
                    .chain(tags())
                    .map(|text| text.to_lowercase())
                    .collect();
                words(value).all(|word| texts.iter().any(|text| text.contains(&word)))
            }
            // No secret in here is replicated, and none is owned by another service.
            _ => false,
        }
    }
}

/// Whether every word of a value is the beginning of a word of a text, whatever the case.
fn has_words(text: &str, value: &str) -> bool {
    let held: Vec<String> = words(text).collect();
    words(value).all(|word| held.iter().any(|held| held.starts_with(&word)))
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split_whitespace().map(str::to_lowercase)
}
