//! What a parameter may be called.
//!
//! Sources: <https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html> and
//! <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html>

use deploy_kinds::secrets::Store;

/// Characters of a name, slashes included.
const MAX_CHARACTERS: usize = 1011;
/// Levels of a hierarchy: `/a/b/c` has three.
const MAX_LEVELS: usize = 15;
/// Characters of a name in Secrets Manager.
const MAX_SECRET_CHARACTERS: usize = 512;
/// Where the tool keeps its own records: the lock, the releases.
pub(crate) const RECORDS: &str = "/deploy/";

/// A rule that a name breaks, and the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BrokenRule {
    pub(crate) message: String,
    pub(crate) help: String,
}

/// The first rule that the full name of a parameter breaks, if any.
pub(crate) fn broken_rule(store: Store, name: &str) -> Option<BrokenRule> {
    match store {
        Store::ParameterStore => broken_in_parameter_store(name),
        Store::SecretsManager => broken_in_secrets_manager(name),
    }
}

fn rule(message: String, help: &str) -> Option<BrokenRule> {
    Some(BrokenRule { message, help: help.to_owned() })
}

fn broken_in_secrets_manager(name: &str) -> Option<BrokenRule> {
    let is_strange = |character: &char| !(character.is_ascii_alphanumeric() || "/_+=.@-".contains(*character));
    if let Some(wrong) = name.chars().find(is_strange) {
        rule(format!("`{name}` contains `{wrong}`"), "use letters, digits and `/_+=.@-`")
    } else if name.is_empty() || name.contains("//") || name.ends_with('/') {
        rule(format!("`{name}` has an empty level"), "put a name between any two slashes, and none at the end")
    } else if name.len() > MAX_SECRET_CHARACTERS {
        let message = format!("the name has {} characters; {MAX_SECRET_CHARACTERS} are allowed", name.len());
        rule(message, "shorten `secrets.path` or the name")
    } else {
        None
    }
}

fn broken_in_parameter_store(name: &str) -> Option<BrokenRule> {
    let first = name.trim_start_matches('/').to_ascii_lowercase();
    let levels = name.trim_start_matches('/').split('/').count();
    if let Some(wrong) = name.chars().find(|character| !is_allowed(*character)) {
        rule(format!("`{name}` contains `{wrong}`"), "use letters, digits, `.`, `-`, `_`, and `/` between the levels")
    } else if name.contains('/') && !name.starts_with('/') {
        rule(format!("`{name}` has levels but does not begin with `/`"), "begin it with `/`")
    } else if name.is_empty() || name.contains("//") || name.ends_with('/') {
        rule(format!("`{name}` has an empty level"), "put a name between any two slashes, and none at the end")
    } else if first.starts_with("aws") || first.starts_with("ssm") {
        rule(format!("`{name}` begins with a word that AWS keeps for itself"), "begin with neither `aws` nor `ssm`")
    } else if name.starts_with(RECORDS) {
        rule(format!("`{name}` lies where deploy keeps its own records"), "choose a path outside of `/deploy/`")
    } else if levels > MAX_LEVELS {
        rule(format!("`{name}` has {levels} levels; {MAX_LEVELS} are allowed"), "shorten `secrets.path`")
    } else if name.len() > MAX_CHARACTERS {
        let message = format!("the name has {} characters; {MAX_CHARACTERS} are allowed", name.len());
        rule(message, "shorten `secrets.path` or the name")
    } else {
        None
    }
}

fn is_allowed(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | '_' | '/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_and_without_levels_are_fine() {
        for name in ["MY_PARAM_1", "/shop/dev/DB_URL", "/a.b/c-d", &format!("/{}", ["l"; 15].join("/"))] {
            assert_eq!(broken_rule(Store::ParameterStore, name), None, "{name}");
        }
    }

    #[test]
    fn every_rule_is_held() {
        let long = "n".repeat(1012);
        let deep = format!("/{}", ["l"; 16].join("/"));
        let cases = [
            ("", "empty level"),
            ("/a//b", "empty level"),
            ("/a/", "empty level"),
            ("a/b", "does not begin"),
            ("/a b", "contains ` `"),
            ("/{region}/x", "contains `{`"),
            ("awsome", "keeps for itself"),
            ("/SSM/x", "keeps for itself"),
            ("/deploy/shop/x", "records"),
            (&deep, "16 levels"),
            (&long, "1012 characters"),
        ];
        for (name, words) in cases {
            let rule = broken_rule(Store::ParameterStore, name).unwrap_or_else(|| panic!("`{name}` was accepted"));
            assert!(rule.message.contains(words), "{name}: {}", rule.message);
        }
    }

    #[test]
    fn secrets_manager_has_rules_of_its_own() {
        let broken = |name: &str| broken_rule(Store::SecretsManager, name).map(|rule| rule.message).unwrap_or_default();
        for name in ["/shop/dev/DB", "a+b=c.d@e-f", "aws", &"n".repeat(512)] {
            assert_eq!(broken(name), "", "{name}");
        }
        for (name, words) in [("a b", "contains ` `"), ("/a/", "empty level"), ("", "empty level")] {
            assert!(broken(name).contains(words), "{name}: {}", broken(name));
        }
        assert!(broken(&"n".repeat(513)).contains("513 characters"));
    }
}
