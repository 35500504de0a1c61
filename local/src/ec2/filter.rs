//! Filters of the Describe actions.
//!
//! Source: <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html>: filters are joined with AND, the
//! values of one with OR; `*` stands for any text, `?` for one character, `\` takes their meaning away; case matters.

use super::tag::Tags;
use crate::codec::query::Params;
use crate::error::ApiError;
use deploy_policy::wildcard::Pattern;

/// "The maximum number of filters in a request is 50. The maximum number of filter values is 200."
///
/// Source: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html>, `FilterLimitExceeded`.
const MAX_FILTERS: usize = 50;
const MAX_VALUES: usize = 200;

/// One filter: a name and the values that it lets through.
#[derive(Debug)]
pub(super) struct Filter {
    /// `vpc-id`, `tag:application`, …
    pub(super) name: String,
    patterns: Vec<Pattern>,
}

impl Filter {
    /// Reads the filters of a request; `known` are the names that this action has besides those of tags.
    pub(super) fn read(params: &Params, known: &[&str]) -> Result<Vec<Filter>, ApiError> {
        let mut filters = Vec::new();
        for structure in params.structures("Filter") {
            let patterns = structure.list("Value").iter().map(|value| Pattern::with_escapes(value)).collect();
            let filter = Filter { name: structure.required("Name")?, patterns };
            let is_known = filter.name.starts_with("tag:") || known.contains(&filter.name.as_str());
            if !is_known {
                return Err(invalid(format!("The filter '{}' is invalid", filter.name)));
            }
            if filter.patterns.is_empty() {
                return Err(invalid(format!("The filter '{}' must have at least one value", filter.name)));
            }
            filters.push(filter);
        }
        let values: usize = filters.iter().map(|filter| filter.patterns.len()).sum();
        for (what, count, max) in [("filters", filters.len(), MAX_FILTERS), ("filter values", values, MAX_VALUES)] {
            if count > max {
                let message = format!("The maximum number of {what} specified on a single call is {max}");
                return Err(ApiError::client("FilterLimitExceeded", message));
            }
        }
        Ok(filters)
    }

    /// Whether one of `actual` is let through.
    pub(super) fn accepts(&self, actual: &[String]) -> bool {
        self.patterns.iter().any(|pattern| actual.iter().any(|actual| pattern.matches(actual)))
    }

    /// Whether tags are let through; `None` if this filter does not look at tags.
    pub(super) fn accepts_tags(&self, tags: &Tags) -> Option<bool> {
        match self.name.as_str() {
            "tag-key" => Some(self.accepts(&tags.keys().cloned().collect::<Vec<_>>())),
            "tag-value" => Some(self.accepts(&tags.values().cloned().collect::<Vec<_>>())),
            name => {
                let value = tags.get(name.strip_prefix("tag:")?);
                Some(value.is_some_and(|value| self.accepts(std::slice::from_ref(value))))
            }
        }
    }
}

fn invalid(message: String) -> ApiError {
    ApiError::client("InvalidParameterValue", message)
}

#[cfg(test)]
mod tests {
    use super::Filter;
    use crate::codec::query::Params;

    #[test]
    fn a_filter_that_nobody_knows_is_refused() {
        let code = |pairs: &[(&str, &str)]| {
            let params: Params = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            Filter::read(&params, &["vpc-id"]).map(|_| ()).map_err(|error| error.to_string())
        };
        assert_eq!(
            code(&[("Filter.1.Name", "vpcid"), ("Filter.1.Value.1", "x")]),
            Err("InvalidParameterValue: The filter 'vpcid' is invalid".to_owned())
        );
        assert!(code(&[("Filter.1.Name", "vpc-id")]).is_err());
        assert!(code(&[("Filter.1.Name", "tag:a"), ("Filter.1.Value.1", "x")]).is_ok());
    }

    #[test]
    fn fifty_filters_and_two_hundred_values() {
        let code = |filters: usize, values: usize| {
            let pairs = (1..=filters).flat_map(|filter| {
                let name = (format!("Filter.{filter}.Name"), "vpc-id".to_owned());
                let values = (1..=values).map(move |value| (format!("Filter.{filter}.Value.{value}"), "x".to_owned()));
                [name].into_iter().chain(values)
            });
            Filter::read(&pairs.collect(), &["vpc-id"]).err().map(|error| error.code)
        };
        assert_eq!(code(50, 4), None);
        assert_eq!(code(51, 1).as_deref(), Some("FilterLimitExceeded"));
        assert_eq!(code(1, 200), None);
        assert_eq!(code(1, 201).as_deref(), Some("FilterLimitExceeded"));
    }
}
