//! Whose a parameter is, as a part of its inputs.
//!
//! Everything else is ours because this program made it with its tags. A parameter may have been made
//! by hand, before: then the tags that are missing must show in the plan.

use std::collections::BTreeMap;

use deploy_model::owner::{ADDRESS_TAG, APPLICATION_TAG, ENVIRONMENT_TAG};
use deploy_model::{Address, Owner};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The tags by which a parameter is found again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Ownership {
    /// The tag `application`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application: Option<String>,
    /// The tag `environment`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment: Option<String>,
    /// The tag `deploy:address`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

impl Ownership {
    /// What the owner's own parameter at `address` carries.
    pub fn of(owner: &Owner, address: &Address) -> Self {
        Self::in_tags(&owner.tags(address))
    }

    /// What these tags say.
    pub fn in_tags(tags: &BTreeMap<String, String>) -> Self {
        let tag = |key: &str| tags.get(key).cloned();
        Self { application: tag(APPLICATION_TAG), environment: tag(ENVIRONMENT_TAG), address: tag(ADDRESS_TAG) }
    }

    /// The tags themselves.
    pub fn tags(&self) -> BTreeMap<String, String> {
        let tags =
            [(APPLICATION_TAG, &self.application), (ENVIRONMENT_TAG, &self.environment), (ADDRESS_TAG, &self.address)];
        tags.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value.clone()?))).collect()
    }

    /// Whether the owner has claimed it, fully.
    pub fn is_of(&self, owner: &Owner) -> bool {
        self.application.as_ref() == Some(&owner.application) && self.environment.as_ref() == Some(&owner.environment)
    }

    /// Whether another application or environment has claimed it. What nobody has claimed is not foreign.
    pub fn is_foreign_to(&self, owner: &Owner) -> bool {
        let claimed = |tag: &Option<String>, ours: &str| tag.as_ref().is_some_and(|tag| tag != ours);
        claimed(&self.application, &owner.application) || claimed(&self.environment, &owner.environment)
    }

    /// The application and the environment, for a message.
    pub fn claimant(&self) -> String {
        match (&self.application, &self.environment) {
            (Some(application), Some(environment)) => format!("{application} in {environment}"),
            (Some(application), None) => format!("the application {application}"),
            (None, Some(environment)) => format!("the environment {environment}"),
            (None, None) => "nobody".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner() -> Owner {
        Owner { application: "shop".into(), environment: "dev".into() }
    }

    #[test]
    fn only_what_another_claimed_is_foreign() {
        let claim = |application: Option<&str>, environment: Option<&str>| Ownership {
            application: application.map(str::to_owned),
            environment: environment.map(str::to_owned),
            address: None,
        };
        assert!(!claim(None, None).is_foreign_to(&owner()));
        assert!(!claim(Some("shop"), None).is_foreign_to(&owner()));
        assert!(claim(Some("shop"), Some("prod")).is_foreign_to(&owner()));
        assert!(claim(Some("other"), None).is_foreign_to(&owner()));
        assert!(claim(Some("shop"), Some("dev")).is_of(&owner()));
        assert!(!claim(Some("shop"), None).is_of(&owner()));
    }
}
