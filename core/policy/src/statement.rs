//! One statement, and whether it fits a request.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html>, for the wildcards of
//! resources <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>

use super::condition::{self, Values};
use super::document::OneOrMany;
use crate::wildcard::Pattern;
use serde::Deserialize;
use std::collections::BTreeMap;

/// One statement of a document.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Statement {
    pub(crate) sid: Option<String>,
    /// Whether it allows or denies.
    pub effect: Effect,
    pub(crate) principal: Option<Principal>,
    pub(crate) not_principal: Option<Principal>,
    pub(crate) action: Option<OneOrMany<String>>,
    pub(crate) not_action: Option<OneOrMany<String>>,
    pub(crate) resource: Option<OneOrMany<String>>,
    pub(crate) not_resource: Option<OneOrMany<String>>,
    /// Values by context key by operator; all of them must hold.
    #[serde(default)]
    pub(crate) condition: BTreeMap<String, BTreeMap<String, Values>>,
}

/// What a statement does with a request that it fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Effect {
    /// It lets it happen, unless another one denies it.
    Allow,
    /// It stops it, whatever others allow.
    Deny,
}

/// Who a statement is about.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Principal {
    /// `"*"`
    Everyone(String),
    /// `{ "Service": "ecs-tasks.amazonaws.com" }`
    ByType(BTreeMap<String, OneOrMany<String>>),
}

/// What somebody wants to do.
pub struct Request<'a> {
    /// `ssm:GetParameters`
    pub action: &'a str,
    /// An ARN, or `*` for an action that knows no resources.
    pub resource: &'a str,
    /// Context keys in lower case and what they hold.
    pub context: &'a BTreeMap<String, Vec<String>>,
}

impl Statement {
    /// Whether this statement of a permissions policy is about the request.
    pub fn fits(&self, request: &Request<'_>) -> bool {
        self.is_about(request) && self.fits_condition(request)
    }

    /// Whether it names the action and the resource, whatever its conditions say.
    pub fn is_about(&self, request: &Request<'_>) -> bool {
        self.fits_action(request.action) && self.fits_resource(request)
    }

    /// The context keys that its conditions look at, in lower case.
    pub fn condition_keys(&self) -> impl Iterator<Item = String> {
        self.condition.values().flat_map(|keys| keys.keys()).map(|key| key.to_lowercase())
    }

    /// Whether this statement of a trust policy is about a service that makes the request.
    pub fn fits_service(&self, service: &str, request: &Request<'_>) -> bool {
        self.is_about_service(service, request) && self.fits_condition(request)
    }

    /// Whether this statement of a trust policy names the service and the action, whatever its conditions say.
    pub fn is_about_service(&self, service: &str, request: &Request<'_>) -> bool {
        let is_meant = match (&self.principal, &self.not_principal) {
            (Some(principal), _) => principal.includes(service),
            (None, Some(principal)) => !principal.includes(service),
            (None, None) => false,
        };
        is_meant && self.fits_action(request.action)
    }

    /// Whether this statement of a trust policy is about somebody who goes by one of these names.
    pub fn fits_caller(&self, names: &[&str], request: &Request<'_>) -> bool {
        let is_meant = match (&self.principal, &self.not_principal) {
            (Some(principal), _) => principal.includes_caller(names),
            (None, Some(principal)) => !principal.includes_caller(names),
            (None, None) => false,
        };
        is_meant && self.fits_action(request.action) && self.fits_condition(request)
    }

    fn fits_action(&self, action: &str) -> bool {
        let action = action.to_lowercase();
        let any = |patterns: &OneOrMany<String>| {
            patterns.as_slice().iter().any(|pattern| Pattern::plain(&pattern.to_lowercase()).matches(&action))
        };
        match (&self.action, &self.not_action) {
            (Some(actions), _) => any(actions),
            (None, Some(actions)) => !any(actions),
            (None, None) => false,
        }
    }

    fn fits_resource(&self, request: &Request<'_>) -> bool {
        let any = |patterns: &OneOrMany<String>| {
            let mut patterns = patterns.as_slice().iter().filter_map(|text| condition::resolved(text, request.context));
            patterns.any(|pattern| Pattern::of_resource(&pattern).matches(request.resource))
        };
        match (&self.resource, &self.not_resource) {
            (Some(resources), _) => any(resources),
            (None, Some(resources)) => !any(resources),
            (None, None) => false,
        }
    }

    fn fits_condition(&self, request: &Request<'_>) -> bool {
        self.condition.iter().all(|(operator, keys)| {
            keys.iter().all(|(key, values)| condition::holds(operator, key, values, request.context))
        })
    }
}

impl Principal {
    fn includes_caller(&self, names: &[&str]) -> bool {
        match self {
            Principal::Everyone(_) => true,
            Principal::ByType(by_type) => by_type
                .get("AWS")
                .is_some_and(|known| known.as_slice().iter().any(|known| names.contains(&known.as_str()))),
        }
    }

    fn includes(&self, service: &str) -> bool {
        match self {
            Principal::Everyone(_) => true,
            Principal::ByType(by_type) => {
                by_type.get("Service").is_some_and(|names| names.as_slice().iter().any(|name| name == service))
            }
        }
    }
}
