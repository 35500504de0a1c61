//! Form-encoded requests, as EC2, IAM and STS read them.
//!
//! Source: <https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html>. A list is `Name.1`, `Name.2`, … in EC2 and
//! `Name.member.1`, … elsewhere; a structure is `Name.Member`. [`Params`] remembers what was read, so that a parameter
//! that nobody asked for can be refused instead of ignored.

use crate::error::ApiError;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The parameters of one call, or those below one prefix of it.
#[derive(Clone, Debug)]
pub struct Params {
    prefix: String,
    values: Rc<BTreeMap<String, String>>,
    read: Rc<RefCell<BTreeSet<String>>>,
}

impl Params {
    /// Parses a form-encoded body or query string. It cannot fail: what is malformed is text.
    #[must_use]
    pub fn parse(form: &[u8]) -> Self {
        form_urlencoded::parse(form).into_owned().collect()
    }

    /// The value of a parameter. One that is present but empty counts as present.
    #[must_use]
    pub fn optional(&self, name: &str) -> Option<String> {
        let name = self.full_name(name);
        let value = self.values.get(&name).cloned();
        self.read.borrow_mut().insert(name);
        value
    }

    /// The value of a parameter that must be there.
    ///
    /// # Errors
    /// `MissingParameter`.
    pub fn required(&self, name: &str) -> Result<String, ApiError> {
        self.optional(name).filter(|value| !value.is_empty()).ok_or_else(|| missing(&self.full_name(name)))
    }

    /// A parameter of another type.
    ///
    /// # Errors
    /// `InvalidParameterValue` if the text does not parse.
    pub fn parsed<T: std::str::FromStr>(&self, name: &str) -> Result<Option<T>, ApiError> {
        self.optional(name).map(|text| text.parse().map_err(|_| invalid(&self.full_name(name), &text))).transpose()
    }

    /// A parameter that is `true` or `false`.
    ///
    /// # Errors
    /// `InvalidParameterValue` for anything else.
    pub fn boolean(&self, name: &str) -> Result<Option<bool>, ApiError> {
        match self.optional(name).as_deref() {
            None => Ok(None),
            Some("true" | "True") => Ok(Some(true)),
            Some("false" | "False") => Ok(Some(false)),
            Some(text) => Err(invalid(&self.full_name(name), text)),
        }
    }

    /// The texts of a list, in the order of their numbers.
    #[must_use]
    pub fn list(&self, name: &str) -> Vec<String> {
        self.numbered(name).into_iter().filter_map(|item| self.optional(&item)).collect()
    }

    /// The structures of a list, in the order of their numbers.
    #[must_use]
    pub fn structures(&self, name: &str) -> Vec<Params> {
        self.numbered(name).iter().map(|item| self.below(item)).collect()
    }

    /// The members of a structure; `None` if none of them is present.
    #[must_use]
    pub fn structure(&self, name: &str) -> Option<Params> {
        let below = self.below(name);
        self.values.keys().any(|key| key.starts_with(&below.prefix)).then_some(below)
    }

    /// The first parameter that nobody read.
    #[must_use]
    pub fn unread(&self) -> Option<String> {
        let read = self.read.borrow();
        self.values.keys().find(|name| !read.contains(*name)).cloned()
    }

    /// Everything that was sent, except the parameters named; it tells two requests apart.
    #[must_use]
    pub fn without(&self, names: &[&str]) -> BTreeMap<String, String> {
        self.values
            .iter()
            .filter(|(name, _)| !names.contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    fn below(&self, name: &str) -> Params {
        Params { prefix: format!("{}.", self.full_name(name)), values: self.values.clone(), read: self.read.clone() }
    }

    fn full_name(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// The names of the items of a list, each once, ordered by number: `Filter.1`, `Filter.2`, `Filter.10`.
    fn numbered(&self, name: &str) -> Vec<String> {
        let mut items = BTreeMap::new();
        for member in [format!("{name}."), format!("{name}.member.")] {
            let prefix = self.full_name(&member);
            for key in self.values.keys().filter_map(|key| key.strip_prefix(&prefix)) {
                let number = key.split('.').next().unwrap_or_default();
                if let Ok(order) = number.parse::<u32>() {
                    items.insert(order, format!("{member}{number}"));
                }
            }
        }
        items.into_values().collect()
    }
}

impl FromIterator<(String, String)> for Params {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        let values = pairs.into_iter().collect();
        Self { prefix: String::new(), values: Rc::new(values), read: Rc::default() }
    }
}

impl<const N: usize> From<[(&str, &str); N]> for Params {
    fn from(pairs: [(&str, &str); N]) -> Self {
        pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }
}

fn missing(name: &str) -> ApiError {
    ApiError::client("MissingParameter", format!("The request must contain the parameter {name}"))
}

fn invalid(name: &str, text: &str) -> ApiError {
    ApiError::client("InvalidParameterValue", format!("Value ({text}) for parameter {name} is invalid."))
}

#[cfg(test)]
mod tests {
    use super::Params;

    #[test]
    fn lists_are_ordered_by_number() {
        let params = Params::from([("VpcId.10", "c"), ("VpcId.1", "a"), ("VpcId.2", "b"), ("VpcId.x", "no")]);
        assert_eq!(params.list("VpcId"), ["a", "b", "c"]);
        assert_eq!(Params::from([("Tags.member.1", "a")]).list("Tags"), ["a"]);
    }

    #[test]
    fn structures_nest() {
        let params = Params::parse(b"Filter.1.Name=vpc-id&Filter.1.Value.1=a%20b&Filter.1.Value.2=%3C");
        let filters = params.structures("Filter");
        assert_eq!(filters.len(), 1);
        assert_eq!(filters[0].required("Name").expect("present"), "vpc-id");
        assert_eq!(filters[0].list("Value"), ["a b", "<"]);
        assert_eq!(params.unread(), None);
    }

    #[test]
    fn what_nobody_read_is_named() {
        let params = Params::from([("A", "1"), ("B.C", "2")]);
        assert_eq!(params.optional("A").as_deref(), Some("1"));
        assert_eq!(params.unread().as_deref(), Some("B.C"));
        assert!(params.structure("D").is_none());
    }

    #[test]
    fn wrong_types_are_refused() {
        let params = Params::from([("Flag", "yes"), ("Number", "1x"), ("Empty", "")]);
        assert_eq!(params.boolean("Flag").expect_err("yes").code, "InvalidParameterValue");
        assert_eq!(params.parsed::<u16>("Number").expect_err("1x").code, "InvalidParameterValue");
        assert_eq!(params.required("Empty").expect_err("empty").code, "MissingParameter");
    }
}
