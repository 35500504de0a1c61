//! What all Describe actions share: ids, filters, pages.
//!
//! Source: <https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-pagination.html>

use super::State;
use super::filter::Filter;
use super::kind::Kind;
use crate::call::Call;
use crate::codec::query::Params;
use crate::codec::xml::Element;
use crate::error::ApiError;
use crate::pagination::page;
use std::collections::BTreeMap;

/// Where resources are looked at from: what a reply says besides the resource itself.
pub(super) struct View<'a> {
    pub(super) account_id: &'a str,
    pub(super) region: &'a str,
    pub(super) state: &'a State,
}

impl<'a> View<'a> {
    /// The view of one call.
    pub(super) fn of(call: &'a mut Call<'_>) -> View<'a> {
        View { account_id: &call.account_id, region: &call.region, state: &call.account.region(&call.region).ec2 }
    }

    /// The ARN of a resource.
    pub(super) fn arn(&self, kind: Kind, id: &str) -> String {
        format!("arn:aws:ec2:{}:{}:{}/{id}", self.region, self.account_id, kind.resource_type())
    }

    /// The items of a resource's `tagSet`.
    pub(super) fn tags(&self, id: &str) -> Vec<Element> {
        let tags = self.state.tags_of(id);
        tags.iter().map(|(key, value)| Element::new("item").field("key", key).field("value", value)).collect()
    }
}

/// Items on the largest page of most listings.
const MAX_RESULTS: usize = 1000;

/// A resource that a Describe action lists.
pub(super) trait Listed: Sized {
    /// Its kind.
    const KIND: Kind;
    /// The list parameter that names ids: `VpcId`.
    const ID_PARAMETER: &'static str;
    /// The reply's list: `vpcSet`.
    const SET: &'static str;
    /// The filters besides those of tags. One that is about a feature that is not in here matches nothing.
    const FILTERS: &'static [&'static str];
    /// Items on the largest page.
    const MAX_RESULTS: usize = MAX_RESULTS;

    /// All resources of this kind.
    fn all(state: &State) -> &BTreeMap<String, Self>;
    /// What the resource has where a filter looks.
    fn values(&self, filter: &str, view: &View<'_>) -> Vec<String>;
    /// The resource as a reply shows it.
    fn element(&self, view: &View<'_>) -> Element;
}

/// Lists the resources that a request asks for.
pub(super) fn describe<T: Listed>(call: &mut Call<'_>, params: &Params) -> Result<Element, ApiError> {
    let ids = params.list(T::ID_PARAMETER);
    let filters = Filter::read(params, &[T::FILTERS, &["tag-key"]].concat())?;
    let pages = Pages::up_to(T::MAX_RESULTS, params)?;
    let view = View::of(call);
    let all = T::all(view.state);
    if let Some(missing) = ids.iter().find(|id| !all.contains_key(*id)) {
        return Err(T::KIND.not_found(missing));
    }
    let found: Vec<(&String, &T)> = all
        .iter()
        .filter(|(id, _)| ids.is_empty() || ids.contains(id))
        .filter(|(id, resource)| {
            let tags = view.state.tags_of(id);
            filters.iter().all(|filter| {
                filter.accepts_tags(&tags).unwrap_or_else(|| filter.accepts(&resource.values(&filter.name, &view)))
            })
        })
        .collect();
    pages.reply(T::SET, found, |(id, _)| (*id).clone(), |(_, resource)| resource.element(&view))
}

/// Which page of a listing a request asks for.
pub(super) struct Pages {
    max_results: Option<usize>,
    next_token: Option<String>,
}

impl Pages {
    /// Reads `MaxResults`, which must lie between 5 and 1000, and `NextToken`.
    pub(super) fn read(params: &Params) -> Result<Pages, ApiError> {
        Self::up_to(MAX_RESULTS, params)
    }

    /// The same with another number in the place of 1000.
    fn up_to(most: usize, params: &Params) -> Result<Pages, ApiError> {
        let max_results: Option<usize> = params.parsed("MaxResults")?;
        if let Some(max) = max_results.filter(|max| !(5..=most).contains(max)) {
            let bound = if max < 5 { "greater than 5".to_owned() } else { format!("less than {most}") };
            let message = format!("Value ( {max} ) for parameter maxResults is invalid. Expecting a value {bound}.");
            return Err(ApiError::client("InvalidParameterValue", message));
        }
        Ok(Pages { max_results, next_token: params.optional("NextToken").filter(|token| !token.is_empty()) })
    }

    /// The page out of `items`, written as the list `set`.
    pub(super) fn reply<T>(
        &self,
        set: &str,
        items: Vec<T>,
        key: impl Fn(&T) -> String,
        element: impl Fn(&T) -> Element,
    ) -> Result<Element, ApiError> {
        let page = page(items, key, self.max_results, self.next_token.as_deref())
            .map_err(|_| ApiError::client("InvalidNextToken", "The specified nextToken is invalid"))?;
        let reply = Element::reply().set(set, page.items.iter().map(element));
        Ok(reply.optional("nextToken", page.next_token))
    }
}

#[cfg(test)]
mod tests {
    use crate::ec2::testing::Cloud;

    #[test]
    fn pages_hold_what_was_asked_for() {
        let mut cloud = Cloud::new();
        for number in 0..7 {
            cloud.vpc(&format!("10.{number}.0.0/16"));
        }
        let first = cloud.done("DescribeVpcs", &[("MaxResults", "5")]);
        let token = first.text_of("nextToken").to_owned();
        let second = cloud.done("DescribeVpcs", &[("MaxResults", "5"), ("NextToken", &token)]);
        assert_eq!(first.get("vpcSet").map(|set| set.children.len()), Some(5));
        assert_eq!(second.get("vpcSet").map(|set| set.children.len()), Some(2));
        assert!(second.get("nextToken").is_none());
    }

    #[test]
    fn page_sizes_and_tokens_are_checked() {
        let mut cloud = Cloud::new();
        assert_eq!(cloud.code("DescribeVpcs", &[("MaxResults", "4")]), "InvalidParameterValue");
        assert_eq!(cloud.code("DescribeVpcs", &[("MaxResults", "1001")]), "InvalidParameterValue");
        cloud.done("DescribeRouteTables", &[("MaxResults", "100")]);
        assert_eq!(cloud.code("DescribeRouteTables", &[("MaxResults", "101")]), "InvalidParameterValue");
        assert_eq!(cloud.code("DescribeVpcs", &[("NextToken", "made-up")]), "InvalidNextToken");
    }

    #[test]
    fn filters_join_with_and() {
        let mut cloud = Cloud::new();
        let vpc = cloud.vpc("10.0.0.0/16");
        cloud.vpc("10.1.0.0/16");
        cloud.done("CreateTags", &[("ResourceId.1", &vpc), ("Tag.1.Key", "application"), ("Tag.1.Value", "shop")]);
        let by_tag = [("Filter.1.Name", "tag:application"), ("Filter.1.Value.1", "sh*")];
        assert_eq!(cloud.list("DescribeVpcs", "vpcSet", &by_tag).len(), 1);
        let both = [by_tag.as_slice(), &[("Filter.2.Name", "cidr"), ("Filter.2.Value.1", "10.1.0.0/16")]].concat();
        assert_eq!(cloud.list("DescribeVpcs", "vpcSet", &both).len(), 0);
        let key = [("Filter.1.Name", "tag-key"), ("Filter.1.Value.1", "application")];
        assert_eq!(cloud.list("DescribeVpcs", "vpcSet", &key).len(), 1);
        assert_eq!(cloud.code("DescribeVpcs", &[("VpcId.1", "vpc-0123")]), "InvalidVpcID.NotFound");
    }
}
