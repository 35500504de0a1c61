//! Tags of roles: up to 50, keys of up to 128 and values of up to 256 characters. Keys that differ in case only are the
//! same key.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html>

use super::name::{self, constraint};
use super::pages::Pages;
use crate::call::Call;
use crate::codec::query::Params;
use crate::codec::xml::Element;
use crate::error::ApiError;
use std::collections::BTreeMap;

/// The tags of one role.
pub type Tags = BTreeMap<String, String>;

const MAX_TAGS: usize = 50;
const MAX_KEY: usize = 128;
const MAX_VALUE: usize = 256;

/// Reads the tags of a request and checks them.
pub(super) fn read(params: &Params) -> Result<Tags, ApiError> {
    let mut tags = Tags::new();
    let structures = params.structures("Tags");
    if structures.len() > MAX_TAGS {
        let rule = format!("Member must have length less than or equal to {MAX_TAGS}");
        return Err(constraint("Value", "tags", &rule));
    }
    for structure in structures {
        let (key, value) = (name::required(&structure, "Key")?, name::required(&structure, "Value")?);
        name::check_length("tags.member.key", &key, 1, MAX_KEY)?;
        name::check_length("tags.member.value", &value, 0, MAX_VALUE)?;
        for text in [&key, &value] {
            check_characters(text)?;
        }
        if key.to_lowercase().starts_with("aws:") {
            return Err(invalid_input("The tag keys that begin with 'aws:' are reserved for internal use."));
        }
        if tags.keys().any(|known| known.eq_ignore_ascii_case(&key)) {
            let message = "Duplicate tag keys found. Please note that Tag keys are case insensitive.";
            return Err(invalid_input(message));
        }
        tags.insert(key, value);
    }
    Ok(tags)
}

/// The members of a reply's `Tags`.
pub(super) fn elements(tags: &Tags) -> impl Iterator<Item = Element> {
    tags.iter().map(|(key, value)| Element::new("member").field("Key", key).field("Value", value))
}

pub(super) fn tag(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let (role_name, tags) = (name::read_role(params)?, read(params)?);
    let role = call.account.iam.role_mut(&role_name)?;
    for (key, value) in tags {
        // A key that differs in case only is the same key, and keeps the case of the newer request.
        role.tags.retain(|known, _| !known.eq_ignore_ascii_case(&key));
        role.tags.insert(key, value);
    }
    if role.tags.len() > MAX_TAGS {
        let message = format!("Cannot exceed quota for TagsPerRole: {MAX_TAGS}");
        return Err(ApiError::new(409, "LimitExceeded", message));
    }
    Ok(Element::nothing())
}

pub(super) fn untag(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let (role_name, keys) = (name::read_role(params)?, params.list("TagKeys"));
    if keys.len() > MAX_TAGS {
        let rule = format!("Member must have length less than or equal to {MAX_TAGS}");
        return Err(constraint("Value", "tagKeys", &rule));
    }
    let role = call.account.iam.role_mut(&role_name)?;
    role.tags.retain(|known, _| !keys.iter().any(|key| key.eq_ignore_ascii_case(known)));
    Ok(Element::nothing())
}

pub(super) fn list(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let role_name = name::read_role(params)?;
    let pages = Pages::read(params)?;
    let tags = call.account.iam.role(&role_name)?.tags.iter().collect();
    pages.reply(
        "Tags",
        tags,
        |(key, _): &(&String, &String)| (*key).clone(),
        |(key, value)| Element::new("member").field("Key", key).field("Value", value),
    )
}

/// Letters, numbers, spaces, and some symbols.
fn check_characters(text: &str) -> Result<(), ApiError> {
    let allowed = |character: char| character.is_alphanumeric() || character == ' ' || "_.:/=+-@".contains(character);
    if text.chars().all(allowed) {
        return Ok(());
    }
    let rule = r"Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]*";
    Err(constraint(&format!("Value '{text}'"), "tags", rule))
}

fn invalid_input(message: &str) -> ApiError {
    ApiError::client("InvalidInput", message)
}

#[cfg(test)]
mod tests {
    use crate::iam::testing::Cloud;

    #[test]
    fn keys_differ_in_more_than_case() {
        let mut cloud = Cloud::new();
        cloud.role("app");
        let tag = |key, value| [("RoleName", "app"), ("Tags.member.1.Key", key), ("Tags.member.1.Value", value)];
        cloud.done("TagRole", &tag("Stage", "1"));
        cloud.done("TagRole", &tag("stage", "2"));
        let reply = cloud.done("ListRoleTags", &[("RoleName", "app")]);
        let tags = &reply.get("Tags").expect("tags").children;
        assert_eq!((tags.len(), tags[0].text_of("Key"), tags[0].text_of("Value")), (1, "stage", "2"));
        let twice = [tag("a", "1").as_slice(), &[("Tags.member.2.Key", "A"), ("Tags.member.2.Value", "")]].concat();
        assert_eq!(cloud.code("TagRole", &twice), "InvalidInput");
        cloud.done("UntagRole", &[("RoleName", "app"), ("TagKeys.member.1", "STAGE")]);
        let names: Vec<String> = (1..=51).map(|number| format!("TagKeys.member.{number}")).collect();
        let many = names.iter().map(|name| (name.as_str(), "k")).chain([("RoleName", "app")]).collect::<Vec<_>>();
        assert_eq!(cloud.code("UntagRole", &many), "ValidationError");
        let reply = cloud.done("ListRoleTags", &[("RoleName", "app")]);
        assert_eq!(reply.get("Tags").map(|tags| tags.children.len()), Some(0));
    }

    #[test]
    fn wrong_tags_are_refused() {
        let mut cloud = Cloud::new();
        cloud.role("app");
        let code = |cloud: &mut Cloud, key: &str, value: &str| {
            cloud.code("TagRole", &[("RoleName", "app"), ("Tags.member.1.Key", key), ("Tags.member.1.Value", value)])
        };
        assert_eq!(code(&mut cloud, "aws:a", "1"), "InvalidInput");
        assert_eq!(code(&mut cloud, &"k".repeat(129), "1"), "ValidationError");
        assert_eq!(code(&mut cloud, "a", "<"), "ValidationError");
        for number in 0..50 {
            let key = format!("key-{number}");
            cloud.done("TagRole", &[("RoleName", "app"), ("Tags.member.1.Key", &key), ("Tags.member.1.Value", "")]);
        }
        assert_eq!(code(&mut cloud, "one-more", ""), "LimitExceeded");
    }
}
