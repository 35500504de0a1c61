//! Conditions: operators, quantifiers, and what holds when a key is missing.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>.
//! Keys about dates, addresses and binary values never stand in the requests of this world: their operators are
//! accepted, and behave as they do when the key is missing.

use super::document::OneOrMany;
use crate::wildcard::Pattern;
use serde::Deserialize;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// The values of one key in a condition.
pub(crate) type Values = OneOrMany<Scalar>;

/// One value, which may be quoted or not: `"true"` is `true`.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Scalar {
    Text(String),
    Bool(bool),
    Number(serde_json::Number),
}

impl Scalar {
    fn text(&self) -> String {
        match self {
            Scalar::Text(text) => text.clone(),
            Scalar::Bool(value) => value.to_string(),
            Scalar::Number(number) => number.to_string(),
        }
    }
}

/// How several values of a key are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quantifier {
    Any,
    All,
}

/// An operator, taken apart: `ForAnyValue:StringNotLikeIfExists`.
struct Operator {
    quantifier: Quantifier,
    comparison: Comparison,
    /// A negated operator holds when no value fits, and when the key is missing.
    negated: bool,
    if_exists: bool,
}

/// What one value of the request is compared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    Equal,
    EqualIgnoreCase,
    Like,
    Arn,
    /// The orders of actual and wanted that fit.
    Number(&'static [Ordering]),
    Null,
    /// A comparison of what no request here carries.
    Absent,
}

/// The names of all operators.
const OPERATORS: [(&str, Comparison, bool); 27] = [
    ("StringEquals", Comparison::Equal, false),
    ("StringNotEquals", Comparison::Equal, true),
    ("StringEqualsIgnoreCase", Comparison::EqualIgnoreCase, false),
    ("StringNotEqualsIgnoreCase", Comparison::EqualIgnoreCase, true),
    ("StringLike", Comparison::Like, false),
    ("StringNotLike", Comparison::Like, true),
    ("ArnEquals", Comparison::Arn, false),
    ("ArnLike", Comparison::Arn, false),
    ("ArnNotEquals", Comparison::Arn, true),
    ("ArnNotLike", Comparison::Arn, true),
    ("Bool", Comparison::EqualIgnoreCase, false),
    ("NumericEquals", Comparison::Number(&[Ordering::Equal]), false),
    ("NumericNotEquals", Comparison::Number(&[Ordering::Equal]), true),
    ("NumericLessThan", Comparison::Number(&[Ordering::Less]), false),
    ("NumericLessThanEquals", Comparison::Number(&[Ordering::Less, Ordering::Equal]), false),
    ("NumericGreaterThan", Comparison::Number(&[Ordering::Greater]), false),
    ("NumericGreaterThanEquals", Comparison::Number(&[Ordering::Greater, Ordering::Equal]), false),
    ("Null", Comparison::Null, false),
    ("BinaryEquals", Comparison::Absent, false),
    ("DateEquals", Comparison::Absent, false),
    ("DateNotEquals", Comparison::Absent, true),
    ("DateLessThan", Comparison::Absent, false),
    ("DateLessThanEquals", Comparison::Absent, false),
    ("DateGreaterThan", Comparison::Absent, false),
    ("DateGreaterThanEquals", Comparison::Absent, false),
    ("IpAddress", Comparison::Absent, false),
    ("NotIpAddress", Comparison::Absent, true),
];

/// Whether an operator of this name exists.
pub(crate) fn is_known(name: &str) -> bool {
    Operator::parse(name).is_some()
}

/// Whether one line of a condition holds in a context, whose keys are in lower case: the case of a key does
/// not matter.
pub(crate) fn holds(name: &str, key: &str, values: &Values, context: &BTreeMap<String, Vec<String>>) -> bool {
    let Some(operator) = Operator::parse(name) else { return false };
    let actual = context.get(&key.to_lowercase()).filter(|values| !values.is_empty());
    let wanted: Vec<String> = values.as_slice().iter().map(Scalar::text).collect();
    if operator.comparison == Comparison::Null {
        return wanted.iter().any(|wanted| wanted.eq_ignore_ascii_case(&actual.is_none().to_string()));
    }
    let Some(actual) = actual.filter(|_| operator.comparison != Comparison::Absent) else {
        return operator.if_exists || operator.holds_without_key();
    };
    let wanted: Vec<String> = wanted.iter().filter_map(|text| resolved(text, context)).collect();
    let fits =
        |actual: &String| wanted.iter().any(|wanted| operator.comparison.fits(wanted, actual)) != operator.negated;
    match operator.quantifier {
        Quantifier::Any => actual.iter().any(fits),
        Quantifier::All => actual.iter().all(fits),
    }
}

/// A text with its policy variables filled in, `${aws:PrincipalTag/application}`; `None` if one of them has no value:
/// then the text matches nothing.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>
pub(crate) fn resolved(text: &str, context: &BTreeMap<String, Vec<String>>) -> Option<String> {
    let mut parts = text.split("${");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (key, rest) = part.split_once('}')?;
        let value = match key {
            "*" | "?" | "$" => key,
            _ => context.get(&key.to_lowercase())?.first()?,
        };
        out.push_str(value);
        out.push_str(rest);
    }
    Some(out)
}

impl Operator {
    fn parse(name: &str) -> Option<Operator> {
        let (quantifier, explicit, rest) = match name.split_once(':') {
            Some(("ForAnyValue", rest)) => (Quantifier::Any, true, rest),
            Some(("ForAllValues", rest)) => (Quantifier::All, true, rest),
            Some(_) => return None,
            None => (Quantifier::Any, false, name),
        };
        let (base, if_exists) = match rest.strip_suffix("IfExists") {
            Some(base) => (base, true),
            None => (rest, false),
        };
        let (_, comparison, negated) = *OPERATORS.iter().find(|(known, ..)| *known == base)?;
        if comparison == Comparison::Null && (if_exists || explicit) {
            return None;
        }
        // Without a quantifier a negated operator holds only if every value of the key differs.
        let quantifier = if negated && !explicit { Quantifier::All } else { quantifier };
        Some(Operator { quantifier, comparison, negated, if_exists })
    }

    /// A missing key fails a comparison and passes a negated one, except under a quantifier: `ForAllValues` holds of no
    /// value at all, whatever the comparison, and `ForAnyValue` of none.
    ///
    /// Source: "For no matching context key or if the key doesn't exist … the condition returns false",
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>
    fn holds_without_key(&self) -> bool {
        self.quantifier == Quantifier::All
    }
}

impl Comparison {
    fn fits(self, wanted: &str, actual: &str) -> bool {
        match self {
            Comparison::Equal => wanted == actual,
            Comparison::EqualIgnoreCase => wanted.eq_ignore_ascii_case(actual),
            Comparison::Like => Pattern::plain(wanted).matches(actual),
            Comparison::Arn => arn_matches(wanted, actual),
            Comparison::Number(orders) => {
                let number = |text: &str| text.parse::<f64>().ok();
                let order = number(actual).zip(number(wanted)).and_then(|(actual, wanted)| actual.partial_cmp(&wanted));
                order.is_some_and(|order| orders.contains(&order))
            }
            Comparison::Null | Comparison::Absent => false,
        }
    }
}

/// "Each of the six colon-delimited components of the ARN is checked separately."
fn arn_matches(wanted: &str, actual: &str) -> bool {
    let (wanted, actual): (Vec<_>, Vec<_>) = (wanted.splitn(6, ':').collect(), actual.splitn(6, ':').collect());
    wanted.len() == actual.len() && wanted.iter().zip(actual).all(|(wanted, part)| Pattern::plain(wanted).matches(part))
}

#[cfg(test)]
mod tests {
    use super::{OneOrMany, Scalar, holds, is_known, resolved};
    use std::collections::BTreeMap;

    fn context() -> BTreeMap<String, Vec<String>> {
        let text = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
        BTreeMap::from([
            ("aws:sourceaccount".to_owned(), text(&["123456789012"])),
            ("aws:tagkeys".to_owned(), text(&["stage", "owner"])),
            ("aws:sourcearn".to_owned(), text(&["arn:aws:ecs:eu-west-1:123456789012:task/app"])),
            ("aws:securetransport".to_owned(), text(&["true"])),
            ("s3:max-keys".to_owned(), text(&["10"])),
        ])
    }

    fn check(operator: &str, key: &str, values: &[&str]) -> bool {
        let values = values.iter().map(|value| Scalar::Text((*value).to_owned())).collect();
        holds(operator, key, &OneOrMany::Many(values), &context())
    }

    #[test]
    fn operators_compare() {
        assert!(check("StringEquals", "aws:SourceAccount", &["1", "123456789012"]));
        assert!(check("StringLike", "AWS:sourceaccount", &["1234*"]));
        assert!(check("ArnLike", "aws:SourceArn", &["arn:aws:ecs:*:123456789012:*"]));
        assert!(check("Bool", "aws:SecureTransport", &["TRUE"]));
        assert!(check("NumericLessThanEquals", "s3:max-keys", &["10"]));
        assert!(!check("ArnLike", "aws:SourceArn", &["arn:aws:ecs:*"]));
        assert!(!check("NumericLessThan", "s3:max-keys", &["10"]));
        assert!(!check("StringEquals", "aws:SourceAccount", &["1234*"]));
        assert!(!check("StringNotEquals", "aws:SourceAccount", &["1", "123456789012"]));
    }

    #[test]
    fn a_missing_key_fails_unless_the_operator_says_so() {
        for operator in ["StringEquals", "StringLike", "ArnEquals", "Bool", "ForAnyValue:StringEquals", "IpAddress"] {
            assert!(!check(operator, "aws:None", &["a"]), "{operator}");
        }
        assert!(!check("ForAnyValue:StringNotEquals", "aws:None", &["a"]), "no value differs where there is none");
        assert!(check("ForAnyValue:StringNotEqualsIfExists", "aws:None", &["a"]));
        for operator in ["StringNotEquals", "StringEqualsIfExists", "ForAllValues:StringEquals", "BoolIfExists"] {
            assert!(check(operator, "aws:None", &["a"]), "{operator}");
        }
        assert!(check("Null", "aws:None", &["true"]) && !check("Null", "aws:SourceAccount", &["true"]));
        assert!(check("Null", "aws:SourceAccount", &["false"]));
    }

    #[test]
    fn quantifiers_count_the_values_of_the_request() {
        assert!(check("ForAnyValue:StringEquals", "aws:TagKeys", &["owner"]));
        assert!(!check("ForAllValues:StringEquals", "aws:TagKeys", &["owner"]));
        assert!(check("ForAllValues:StringEquals", "aws:TagKeys", &["owner", "stage", "cost"]));
        assert!(check("ForAnyValue:StringNotEquals", "aws:TagKeys", &["owner"]));
    }

    #[test]
    fn operators_that_nobody_knows_are_known_as_such() {
        assert!(is_known("ForAnyValue:StringLikeIfExists") && is_known("DateLessThan"));
        assert!(!is_known("StringEqual") && !is_known("ForSomeValue:StringLike") && !is_known("NullIfExists"));
    }

    #[test]
    fn variables_are_filled_in() {
        let resolve = |text| resolved(text, &context());
        assert_eq!(resolve("a/${aws:SourceAccount}/b").as_deref(), Some("a/123456789012/b"));
        assert_eq!(resolve("${*}").as_deref(), Some("*"));
        assert_eq!(resolve("${aws:None}"), None);
        assert_eq!(resolve("${aws:SourceAccount"), None);
    }
}
