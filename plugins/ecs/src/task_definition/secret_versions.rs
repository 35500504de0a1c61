//! The versions of the secrets that a revision was registered for, in its tags: `DB_URL=v3 TOKEN=v1`.
//!
//! ECS injects a secret when a task starts and never again, and says nowhere which version that was. The
//! numbers, which give nothing away, are what makes a changed value a change of the task definition.

use std::collections::BTreeMap;

use deploy_model::{Fault, Input};

/// How the tags are named that hold the versions. The second and later ones have a number behind it.
const TAG: &str = "deploy:secrets";

/// Characters of a tag's value.
///
/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-using-tags.html>
const MOST_CHARACTERS: usize = 256;

/// The tags that say `versions`.
///
/// # Errors
/// Where one of them is still open.
pub(super) fn to_tags(versions: &BTreeMap<String, Input<String>>) -> Result<BTreeMap<String, String>, Fault> {
    let mut texts: Vec<String> = Vec::new();
    for (secret, version) in versions {
        let pair = format!("{secret}={}", version.known()?);
        match texts.last_mut() {
            Some(text) if text.len() + 1 + pair.len() <= MOST_CHARACTERS => {
                text.push(' ');
                text.push_str(&pair);
            }
            _ => texts.push(pair),
        }
    }
    let name = |number: usize| if number == 1 { TAG.to_owned() } else { format!("{TAG}-{number}") };
    Ok((1..).map(name).zip(texts).collect())
}

/// The versions that `tags` say.
pub(super) fn from_tags(tags: &BTreeMap<String, String>) -> BTreeMap<String, Input<String>> {
    let texts = tags.iter().filter(|(key, _)| key.starts_with(TAG)).map(|(_, text)| text);
    let pairs = texts.flat_map(|text| text.split_whitespace()).filter_map(|pair| pair.split_once('='));
    pairs.map(|(secret, version)| (secret.to_owned(), Input::from(version))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_tags_say_is_what_was_meant(
            versions in prop::collection::btree_map("[A-Za-z0-9_-]{1,238}", 1..1_000_000_u64, 0..40)
        ) {
            let versions: BTreeMap<String, Input<String>> =
                versions.into_iter().map(|(secret, version)| (secret, Input::Value(format!("v{version}")))).collect();
            let tags = to_tags(&versions).expect("known versions");
            prop_assert!(tags.values().all(|text| text.len() <= MOST_CHARACTERS));
            prop_assert_eq!(from_tags(&tags), versions);
        }
    }

    #[test]
    fn few_secrets_need_one_tag() {
        let versions = [("A", "v3"), ("B", "v1")].map(|(secret, version)| (secret.to_owned(), Input::from(version)));
        let tags = to_tags(&BTreeMap::from(versions)).expect("known versions");
        assert_eq!(tags, BTreeMap::from([(TAG.to_owned(), "A=v3 B=v1".to_owned())]));
    }
}
