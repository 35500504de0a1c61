//! Who owns a resource, and in which account and region.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Address;

/// The tag that names the application.
pub const APPLICATION_TAG: &str = "application";
/// The tag that names the environment.
pub const ENVIRONMENT_TAG: &str = "environment";
/// The tag that holds the resource's address.
pub const ADDRESS_TAG: &str = "deploy:address";

/// The tag of a resource that must not be lost, with the value [`PROTECTED`]. It is set as one of the user's own, and so it stays
/// until a run takes it away whose files protect nothing any more.
pub const PROTECTION_TAG: &str = "deploy:protect";
/// Its value.
pub const PROTECTED: &str = "true";

/// The pair that owns every resource of one environment.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Owner {
    /// The application's name, the value of the tag `application`.
    pub application: String,
    /// The environment's name, the value of the tag `environment`.
    pub environment: String,
}

impl Owner {
    /// The tags by which a resource at `address` is found again.
    pub fn tags(&self, address: &Address) -> BTreeMap<String, String> {
        BTreeMap::from([
            (APPLICATION_TAG.to_owned(), self.application.clone()),
            (ENVIRONMENT_TAG.to_owned(), self.environment.clone()),
            (ADDRESS_TAG.to_owned(), address.to_string()),
        ])
    }

    /// The address that `tags` give to a resource, if they say that it is ours.
    ///
    /// Every kind asks this of each thing a listing returned, whatever the listing was filtered by:
    /// a server that ignores a filter must not make us delete what belongs to others.
    pub fn address_in(&self, tags: &BTreeMap<String, String>) -> Option<Address> {
        let ours = tags.get(APPLICATION_TAG) == Some(&self.application)
            && tags.get(ENVIRONMENT_TAG) == Some(&self.environment);
        if ours { tags.get(ADDRESS_TAG)?.parse().ok() } else { None }
    }
}

/// Whether a tag says who owns the resource, rather than something the user chose.
pub fn is_ownership_tag(key: &str) -> bool {
    let is_own = key == APPLICATION_TAG || key == ENVIRONMENT_TAG || key.starts_with("deploy:");
    is_own && key != PROTECTION_TAG
}

/// The address under which the account itself is known: its outputs are `id`, `region`, `partition`.
///
/// It is given, never desired: no kind makes accounts.
pub fn account_address() -> Address {
    "deploy.account.current".parse().expect("a fixed, valid address")
}

/// Where a plan acts: shown in every header and prompt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The twelve digits of the account.
    pub account: String,
    /// The region, such as `ap-northeast-1`.
    pub region: String,
    /// The partition, such as `aws` or `aws-cn`: the second part of an ARN.
    pub partition: String,
    /// Whether this is the AWS that is embedded in the program.
    pub local: bool,
}

impl Place {
    /// What resources may refer to at [`account_address`].
    pub fn outputs(&self) -> serde_json::Value {
        serde_json::json!({ "id": self.account, "region": self.region, "partition": self.partition })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner() -> Owner {
        Owner { application: "shop".into(), environment: "dev".into() }
    }

    #[test]
    fn what_an_owner_tags_it_recognises() {
        let address: Address = "network.vpc.main".parse().expect("an address");
        assert_eq!(owner().address_in(&owner().tags(&address)), Some(address));
    }

    #[test]
    fn another_environment_is_not_ours() {
        let address: Address = "network.vpc.main".parse().expect("an address");
        let prod = Owner { environment: "prod".into(), ..owner() };
        assert_eq!(owner().address_in(&prod.tags(&address)), None);
    }
}
