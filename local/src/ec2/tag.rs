//! Tags: in create calls, and on their own.
//!
//! Sources: <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html> (50 a resource, keys of 1 to 128 and
//! values of up to 256 characters, `aws:` reserved) and the API pages of CreateTags, DeleteTags, DescribeTags.

use super::State;
use super::describe::{Pages, View};
use super::dispatch::Operation;
use super::filter::Filter;
use super::kind::Kind;
use crate::call::Call;
use crate::codec::query::Params;
use crate::codec::xml::Element;
use crate::error::ApiError;
use std::collections::BTreeMap;

/// The tags of one resource.
pub type Tags = BTreeMap<String, String>;

const MAX_TAGS: usize = 50;
const MAX_KEY: usize = 128;
const MAX_VALUE: usize = 256;

pub(super) fn operation(action: &str) -> Option<Operation> {
    Some(match action {
        "CreateTags" => create,
        "DeleteTags" => delete,
        "DescribeTags" => describe,
        _ => return None,
    })
}

/// Reads the tags that a create call gives to what it makes.
pub(super) fn read_specification(params: &Params, kind: Kind) -> Result<Tags, ApiError> {
    let mut tags = Tags::new();
    for specification in params.structures("TagSpecification") {
        let resource_type = specification.required("ResourceType")?;
        if resource_type != kind.resource_type() {
            return Err(invalid(format!(
                "'{resource_type}' is not a valid taggable resource type for this operation."
            )));
        }
        tags.extend(read(&specification)?);
    }
    Ok(tags)
}

/// Gives a new resource its tags.
pub(super) fn attach(state: &mut State, id: &str, tags: Tags) {
    if !tags.is_empty() {
        state.tags.insert(id.to_owned(), tags);
    }
}

fn create(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let ids = resource_ids(params)?;
    let tags = read(params)?;
    if tags.is_empty() {
        return Err(ApiError::client("MissingParameter", "The request must contain the parameter tagSet"));
    }
    let state = &mut call.region().ec2;
    for id in &ids {
        check_exists(state, id)?;
        let held = state.tags.entry(id.clone()).or_default();
        held.extend(tags.clone());
        if held.len() > MAX_TAGS {
            return Err(too_many());
        }
    }
    Ok(Element::done())
}

/// "If you specify a tag key without a tag value, we delete any tag with this key regardless of its value"; without any
/// tag, all of them go.
fn delete(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let ids = resource_ids(params)?;
    let mut doomed = Vec::new();
    for tag in params.structures("Tag") {
        doomed.push((tag.required("Key")?, tag.optional("Value")));
    }
    let state = &mut call.region().ec2;
    for id in &ids {
        check_exists(state, id)?;
        let Some(held) = state.tags.get_mut(id) else { continue };
        held.retain(|key, value| {
            !doomed.is_empty()
                && !doomed
                    .iter()
                    .any(|(name, wanted)| name == key && wanted.as_ref().is_none_or(|wanted| wanted == value))
        });
        if held.is_empty() {
            state.tags.remove(id);
        }
    }
    Ok(Element::done())
}

/// One line of `DescribeTags`.
struct Tag<'a> {
    resource_id: &'a str,
    resource_type: &'static str,
    key: &'a str,
    value: &'a str,
}

fn describe(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let filters = Filter::read(params, &["key", "resource-id", "resource-type", "value"])?;
    let pages = Pages::read(params)?;
    let view = View::of(call);
    let mut found = Vec::new();
    for (id, tags) in &view.state.tags {
        let resource_type = Kind::of(id).map_or("", Kind::resource_type);
        let tags = tags.iter().map(|(key, value)| Tag { resource_id: id, resource_type, key, value });
        found.extend(tags.filter(|tag| filters.iter().all(|filter| accepts(filter, tag))));
    }
    pages.reply(
        "tagSet",
        found,
        |tag| format!("{} {}", tag.resource_id, tag.key),
        |tag| {
            Element::new("item")
                .field("resourceId", tag.resource_id)
                .field("resourceType", tag.resource_type)
                .field("key", tag.key)
                .field("value", tag.value)
        },
    )
}

fn accepts(filter: &Filter, tag: &Tag<'_>) -> bool {
    let actual = match filter.name.as_str() {
        "key" => tag.key,
        "resource-id" => tag.resource_id,
        "resource-type" => tag.resource_type,
        "value" => tag.value,
        name => match name.strip_prefix("tag:") {
            Some(key) if key == tag.key => tag.value,
            _ => return false,
        },
    };
    filter.accepts(&[actual.to_owned()])
}

fn resource_ids(params: &Params) -> Result<Vec<String>, ApiError> {
    let ids = params.list("ResourceId");
    if ids.is_empty() {
        return Err(ApiError::client("MissingParameter", "The request must contain the parameter resourceIdSet"));
    }
    Ok(ids)
}

fn check_exists(state: &State, id: &str) -> Result<(), ApiError> {
    let Some(kind) = Kind::of(id) else {
        return Err(ApiError::client("InvalidID", format!("The ID '{id}' is not valid")));
    };
    if kind.has(state, id) { Ok(()) } else { Err(kind.not_found(id)) }
}

/// Reads `Tag.1.Key`, `Tag.1.Value`, … and checks them.
fn read(params: &Params) -> Result<Tags, ApiError> {
    let mut tags = Tags::new();
    for tag in params.structures("Tag") {
        let (key, value) = (tag.required("Key")?, tag.optional("Value").unwrap_or_default());
        if key.starts_with("aws:") {
            return Err(invalid("Tag keys starting with 'aws:' are reserved for internal use".to_owned()));
        }
        if key.chars().count() > MAX_KEY {
            return Err(invalid(format!("Tag key exceeds the maximum length of {MAX_KEY} characters")));
        }
        if value.chars().count() > MAX_VALUE {
            return Err(invalid(format!("Tag value exceeds the maximum length of {MAX_VALUE} characters")));
        }
        if tags.insert(key.clone(), value).is_some() {
            return Err(invalid(format!("Duplicate tag key '{key}' specified.")));
        }
    }
    if tags.len() > MAX_TAGS { Err(too_many()) } else { Ok(tags) }
}

fn invalid(message: String) -> ApiError {
    ApiError::client("InvalidParameterValue", message)
}

fn too_many() -> ApiError {
    ApiError::client("TagLimitExceeded", format!("The maximum number of tags for a resource is {MAX_TAGS}"))
}

#[cfg(test)]
mod tests {
    use crate::ec2::testing::Cloud;

    const KEY: &str = "TagSpecification.1.Tag.1.Key";
    const VALUE: &str = "TagSpecification.1.Tag.1.Value";
    const TYPE: &str = "TagSpecification.1.ResourceType";

    #[test]
    fn a_create_call_tags_what_it_makes() {
        let mut cloud = Cloud::new();
        let params = [("CidrBlock", "10.0.0.0/16"), (TYPE, "vpc"), (KEY, "a"), (VALUE, "1")];
        let reply = cloud.done("CreateVpc", &params);
        let tags = reply.get("vpc").and_then(|vpc| vpc.get("tagSet")).expect("tags").children.clone();
        assert_eq!((tags[0].text_of("key"), tags[0].text_of("value")), ("a", "1"));
        assert_eq!(cloud.list("DescribeTags", "tagSet", &[])[0].text_of("resourceType"), "vpc");
    }

    #[test]
    fn wrong_tags_are_refused() {
        let mut cloud = Cloud::new();
        let long = "k".repeat(129);
        for (resource_type, key) in [("subnet", "a"), ("vpc", "aws:a"), ("vpc", &long)] {
            let params = [("CidrBlock", "10.0.0.0/16"), (TYPE, resource_type), (KEY, key), (VALUE, "1")];
            assert_eq!(cloud.code("CreateVpc", &params), "InvalidParameterValue", "{resource_type} {key}");
        }
        let wide = "v".repeat(257);
        let params = [("CidrBlock", "10.0.0.0/16"), (TYPE, "vpc"), (KEY, "a"), (VALUE, wide.as_str())];
        assert_eq!(cloud.code("CreateVpc", &params), "InvalidParameterValue");
        let twice = [("CidrBlock", "10.0.0.0/16"), (TYPE, "vpc"), (KEY, "a"), ("TagSpecification.1.Tag.2.Key", "a")];
        assert_eq!(cloud.code("CreateVpc", &twice), "InvalidParameterValue");
    }

    #[test]
    fn fifty_tags_and_no_more() {
        let mut cloud = Cloud::new();
        let vpc = cloud.vpc("10.0.0.0/16");
        for number in 0..50 {
            cloud.done("CreateTags", &[("ResourceId.1", &vpc), ("Tag.1.Key", &format!("key-{number}"))]);
        }
        assert_eq!(cloud.code("CreateTags", &[("ResourceId.1", &vpc), ("Tag.1.Key", "one-more")]), "TagLimitExceeded");
    }

    #[test]
    fn tags_go_by_key_by_value_or_all() {
        let mut cloud = Cloud::new();
        let vpc = cloud.vpc("10.0.0.0/16");
        let tag = ["a", "b", "c"].map(|key| (key, "1"));
        for (key, value) in tag {
            cloud.done("CreateTags", &[("ResourceId.1", &vpc), ("Tag.1.Key", key), ("Tag.1.Value", value)]);
        }
        cloud.done("DeleteTags", &[("ResourceId.1", &vpc), ("Tag.1.Key", "a"), ("Tag.1.Value", "other")]);
        assert_eq!(cloud.list("DescribeTags", "tagSet", &[]).len(), 3);
        cloud.done("DeleteTags", &[("ResourceId.1", &vpc), ("Tag.1.Key", "a")]);
        assert_eq!(cloud.list("DescribeTags", "tagSet", &[]).len(), 2);
        cloud.done("DeleteTags", &[("ResourceId.1", &vpc)]);
        assert_eq!(cloud.list("DescribeTags", "tagSet", &[]).len(), 0);
    }

    #[test]
    fn only_what_exists_can_be_tagged() {
        let mut cloud = Cloud::new();
        assert_eq!(cloud.code("CreateTags", &[("ResourceId.1", "i-0123"), ("Tag.1.Key", "a")]), "InvalidID");
        let missing = [("ResourceId.1", "subnet-0123"), ("Tag.1.Key", "a")];
        assert_eq!(cloud.code("CreateTags", &missing), "InvalidSubnetID.NotFound");
    }
}
