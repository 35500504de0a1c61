//! Tags: the user's own, and those by which a resource is found again.

use std::collections::BTreeMap;

use deploy_model::owner::is_ownership_tag;
use deploy_model::{Address, Owner};

/// What changes between two sets of tags.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TagChange {
    /// Tags to set, new or with another value.
    pub set: BTreeMap<String, String>,
    /// Keys to remove.
    pub remove: Vec<String>,
}

/// The tags that go into the call that creates the resource at `address`.
pub fn owned(owner: &Owner, address: &Address, user: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut tags = user.clone();
    tags.extend(owner.tags(address));
    tags
}

/// The tags without those that say who owns the resource, and without AWS's own.
pub fn user(all: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let chosen = |key: &str| !is_ownership_tag(key) && !key.starts_with("aws:");
    all.iter().filter(|(key, _)| chosen(key)).map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// What must be set and removed to get from `live` to `desired`.
pub fn difference(live: &BTreeMap<String, String>, desired: &BTreeMap<String, String>) -> TagChange {
    let differs = |(key, value): &(&String, &String)| live.get(*key) != Some(value);
    TagChange {
        set: desired.iter().filter(differs).map(|(key, value)| (key.clone(), value.clone())).collect(),
        remove: live.keys().filter(|key| !desired.contains_key(*key)).cloned().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn only_what_differs_is_set_and_removed() {
        let change =
            difference(&tags(&[("a", "1"), ("b", "2"), ("c", "3")]), &tags(&[("a", "1"), ("b", "9"), ("d", "4")]));
        assert_eq!(change, TagChange { set: tags(&[("b", "9"), ("d", "4")]), remove: vec!["c".into()] });
    }

    #[test]
    fn ownership_is_no_choice_of_the_user() {
        let owner = Owner { application: "shop".into(), environment: "dev".into() };
        let address = "network.vpc.main".parse().expect("an address");
        let mine = tags(&[("Name", "shop")]);
        assert_eq!(user(&owned(&owner, &address, &mine)), mine);
    }
}
