//! The constraints that members of requests have in the models of the JSON services, in the words in which AWS's framework
//! refuses what breaks them. What was sent is not repeated: it may be secret.

use crate::error::ApiError;
use std::ops::RangeInclusive;

/// The refusal of a member that breaks a constraint.
pub(crate) fn broken(member: &str, rule: &str) -> ApiError {
    let message =
        format!("1 validation error detected: Value at '{member}' failed to satisfy constraint: Member must {rule}");
    ApiError::client("ValidationException", message)
}

/// Checks the number of characters, or of items.
pub(crate) fn check_length(member: &str, length: usize, allowed: &RangeInclusive<usize>) -> Result<(), ApiError> {
    match allowed.contains(&length) {
        true => Ok(()),
        false if length < *allowed.start() => {
            Err(broken(member, &format!("have length greater than or equal to {}", allowed.start())))
        }
        false => Err(broken(member, &format!("have length less than or equal to {}", allowed.end()))),
    }
}

/// Checks the characters of a text, if there is one.
pub(crate) fn check_text(member: &str, text: Option<&str>, allowed: &RangeInclusive<usize>) -> Result<(), ApiError> {
    text.map_or(Ok(()), |text| check_length(member, text.chars().count(), allowed))
}

/// Checks a number.
pub(crate) fn check_number(member: &str, number: i64, allowed: &RangeInclusive<i64>) -> Result<(), ApiError> {
    match allowed.contains(&number) {
        true => Ok(()),
        false if number < *allowed.start() => {
            Err(broken(member, &format!("have value greater than or equal to {}", allowed.start())))
        }
        false => Err(broken(member, &format!("have value less than or equal to {}", allowed.end()))),
    }
}

/// The size of a page: what was asked for, within 1 and `max`, or else what is usual.
pub(crate) fn page_size(member: &str, asked: Option<i64>, max: u32, usual: usize) -> Result<usize, ApiError> {
    let Some(asked) = asked else { return Ok(usual) };
    check_number(member, asked, &(1..=i64::from(max)))?;
    Ok(usize::try_from(asked).unwrap_or(usual))
}

#[cfg(test)]
mod tests {
    use super::{check_length, check_number, page_size};

    #[test]
    fn a_constraint_is_named_by_the_end_that_is_broken() {
        let words = |result: Result<(), crate::error::ApiError>| result.map_err(|error| error.message);
        let begin = "1 validation error detected: Value at 'a' failed to satisfy constraint: Member must have";
        assert_eq!(words(check_length("a", 1, &(2..=3))), Err(format!("{begin} length greater than or equal to 2")));
        assert_eq!(words(check_length("a", 4, &(2..=3))), Err(format!("{begin} length less than or equal to 3")));
        assert_eq!(words(check_number("a", -1, &(0..=3))), Err(format!("{begin} value greater than or equal to 0")));
        assert_eq!(words(check_number("a", 4, &(0..=3))), Err(format!("{begin} value less than or equal to 3")));
        assert_eq!((words(check_length("a", 2, &(2..=3))), words(check_number("a", 3, &(0..=3)))), (Ok(()), Ok(())));
    }

    #[test]
    fn a_page_has_the_size_that_was_asked_for_or_the_usual_one() {
        assert_eq!(page_size("limit", None, 100, 50).ok(), Some(50));
        assert_eq!(page_size("limit", Some(100), 100, 50).ok(), Some(100));
        assert!(page_size("limit", Some(0), 100, 50).is_err() && page_size("limit", Some(101), 100, 50).is_err());
    }
}
