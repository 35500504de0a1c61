//! Parameter filters.
//!
//! Source: <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterStringFilter.html>. A filter
//! that is not known is refused, never ignored: what is listed may be about to be deleted.

use super::invalid;
use super::parameter::Parameter;
use crate::error::ApiError;
use serde::Deserialize;

/// One filter: a key, how to compare, and the values of which one must match.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ParameterFilter {
    key: String,
    option: Option<String>,
    #[serde(default)]
    values: Vec<String>,
}

/// Which operation the filters stand in; the two know different keys.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Listing {
    /// DescribeParameters.
    Describe,
    /// GetParametersByPath.
    ByPath,
}

/// How far below a path.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// The next level only.
    OneLevel,
    /// All levels.
    Recursive,
}

/// Every key that there is besides those of tags.
const KEYS: [&str; 7] = ["Name", "Type", "KeyId", "Path", "Label", "Tier", "DataType"];
/// Values in one filter.
const MAX_VALUES: usize = 50;

/// Checks the keys, options and values of the filters.
pub(super) fn check(filters: &[ParameterFilter], listing: Listing) -> Result<(), ApiError> {
    for (index, filter) in filters.iter().enumerate() {
        if filters[..index].iter().any(|earlier| earlier.key == filter.key) {
            return Err(invalid(format!(
                "The following filters are duplicated in the request: [{}]. The request can contain only one filter \
                 of the same type.",
                filter.key
            )));
        }
        check_key(filter, listing)?;
        check_option(filter)?;
        check_values(filter)?;
    }
    Ok(())
}

/// What is no key at all breaks the pattern of the member, `tag:.+|Name|Type|KeyId|Path|Label|Tier|DataType`, which is
/// checked before the operation looks at it; a key of another operation is refused by the operation.
fn check_key(filter: &ParameterFilter, listing: Listing) -> Result<(), ApiError> {
    let is_tag = filter.tag_key().is_some_and(|key| !key.is_empty());
    if !is_tag && !KEYS.contains(&filter.key.as_str()) {
        return Err(invalid(format!(
            "1 validation error detected: Value '{}' at 'parameterFilters.1.member.key' failed to satisfy constraint: \
             Member must satisfy regular expression pattern: tag:.+|{}",
            filter.key,
            KEYS.join("|")
        )));
    }
    let keys: &[&str] = match listing {
        Listing::Describe => &["Name", "Type", "KeyId", "Path", "Tier", "DataType"],
        Listing::ByPath => &["Type", "KeyId", "Label", "DataType"],
    };
    match is_tag && listing == Listing::Describe || keys.contains(&filter.key.as_str()) {
        true => Ok(()),
        false => Err(ApiError::client(
            "InvalidFilterKey",
            format!(
                "The following filter key is not valid: {}. Valid filter keys include: [{}].",
                filter.key,
                keys.join(", ")
            ),
        )),
    }
}

fn check_option(filter: &ParameterFilter) -> Result<(), ApiError> {
    let options: &[&str] = match filter.key.as_str() {
        "Path" => &["Recursive", "OneLevel"],
        "Name" => &["BeginsWith", "Equals", "Contains"],
        _ if filter.tag_key().is_some() => &["Equals"],
        _ => &["BeginsWith", "Equals"],
    };
    match &filter.option {
        Some(option) if !options.contains(&option.as_str()) => Err(ApiError::client(
            "InvalidFilterOption",
            format!(
                "The following filter option is not valid: {option}. Valid options include: [{}].",
                options.join(", ")
            ),
        )),
        _ => Ok(()),
    }
}

fn check_values(filter: &ParameterFilter) -> Result<(), ApiError> {
    // A tag filter without values asks for the key alone.
    if filter.values.is_empty() && filter.tag_key().is_none() || filter.values.len() > MAX_VALUES {
        return Err(ApiError::client(
            "InvalidFilterValue",
            "The filter value is not valid. Verify the value and try again.",
        ));
    }
    let is_path = filter.key == "Path";
    match filter.values.iter().find(|value| is_path && !value.starts_with('/')) {
        Some(_) => Err(invalid(
            "The parameter doesn't meet the parameter name requirements. The parameter name must begin with a forward \
             slash \"/\".",
        )),
        None => Ok(()),
    }
}

/// Whether the parameter passes every filter.
pub(super) fn matches_all(filters: &[ParameterFilter], parameter: &Parameter) -> bool {
    filters.iter().all(|filter| filter.matches(parameter))
}

/// The labels asked for.
pub(super) fn labels(filters: &[ParameterFilter]) -> Vec<&str> {
    let labels = filters.iter().filter(|filter| filter.key == "Label");
    labels.flat_map(|filter| filter.values.iter().map(String::as_str)).collect()
}

/// Whether a name lies below a path. Names without a slash lie on the first level below `/`.
pub(super) fn is_below(name: &str, path: &str, depth: Depth) -> bool {
    let path = path.trim_end_matches('/');
    let name = if name.starts_with('/') { name.to_owned() } else { format!("/{name}") };
    let Some(rest) = name.strip_prefix(path).and_then(|rest| rest.strip_prefix('/')) else { return false };
    !rest.is_empty() && (depth == Depth::Recursive || !rest.contains('/'))
}

impl ParameterFilter {
    fn tag_key(&self) -> Option<&str> {
        self.key.strip_prefix("tag:")
    }

    fn matches(&self, parameter: &Parameter) -> bool {
        let latest = parameter.latest();
        if let Some(key) = self.tag_key() {
            let value = parameter.tags.get(key);
            return value.is_some_and(|value| self.values.is_empty() || self.values.contains(value));
        }
        match self.key.as_str() {
            "Path" => {
                let recursive = self.option.as_deref() == Some("Recursive");
                let depth = if recursive { Depth::Recursive } else { Depth::OneLevel };
                self.values.iter().any(|path| is_below(&parameter.name, path, depth))
            }
            "Name" => self.matches_text(&parameter.name),
            "Type" => self.matches_text(&format!("{:?}", latest.kind)),
            "KeyId" => latest.key_id.as_ref().is_some_and(|key| self.matches_text(key)),
            "Tier" => self.matches_text(&format!("{:?}", latest.tier)),
            "DataType" => self.matches_text(&latest.data_type),
            // Labels choose a version, not a parameter.
            _ => true,
        }
    }

    fn matches_text(&self, text: &str) -> bool {
        self.values.iter().any(|value| match self.option.as_deref() {
            Some("BeginsWith") => text.starts_with(value.as_str()),
            Some("Contains") => text.contains(value.as_str()),
            _ => text == value,
        })
    }
}
