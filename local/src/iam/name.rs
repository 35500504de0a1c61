//! Names, paths and texts, and what IAM says about wrong ones.

use crate::codec::query::Params;
use crate::error::ApiError;

/// The error for a value that breaks a rule of its parameter.
pub(super) fn invalid(message: String) -> ApiError {
    ApiError::client("ValidationError", message)
}

/// The error for a value that breaks one named constraint, as the service model words it.
pub(super) fn constraint(value: &str, member: &str, constraint: &str) -> ApiError {
    invalid(format!("1 validation error detected: {value} at '{member}' failed to satisfy constraint: {constraint}"))
}

/// A parameter that must be there; `parameter` is `RoleName`, as requests spell it.
pub(super) fn required(params: &Params, parameter: &str) -> Result<String, ApiError> {
    params.optional(parameter).ok_or_else(|| constraint("Value null", &member(parameter), "Member must not be null"))
}

/// A name that must be there: 1 to `max` letters, digits and `+=,.@_-`.
pub(super) fn read(params: &Params, parameter: &str, max: usize) -> Result<String, ApiError> {
    let name = required(params, parameter)?;
    check_length(parameter, &name, 1, max)?;
    if name.chars().all(|character| character.is_ascii_alphanumeric() || "+=,.@_-".contains(character)) {
        return Ok(name);
    }
    let member = member(parameter);
    Err(invalid(format!(
        "The specified value for {member} is invalid. It must contain only alphanumeric characters and/or the \
         following: +=,.@_-"
    )))
}

/// The name of a role: 1 to 64 characters.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html>
pub(super) fn read_role(params: &Params) -> Result<String, ApiError> {
    read(params, "RoleName", 64)
}

/// A path: `/`, or up to 512 characters that begin and end with `/`.
pub(super) fn read_path(params: &Params) -> Result<String, ApiError> {
    let Some(path) = params.optional("Path") else { return Ok("/".to_owned()) };
    check_length("Path", &path, 1, 512)?;
    let printable = path.bytes().all(|byte| (0x21..=0x7e).contains(&byte));
    if printable && path.starts_with('/') && path.ends_with('/') {
        return Ok(path);
    }
    let message = "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric \
                   characters and/or / characters.";
    Err(invalid(message.to_owned()))
}

/// A description: up to 1,000 characters.
pub(super) fn read_description(params: &Params) -> Result<Option<String>, ApiError> {
    let description = params.optional("Description");
    if let Some(text) = &description {
        check_length("Description", text, 0, 1_000)?;
    }
    Ok(description)
}

/// Where the paths of a listing begin: `/` if the request does not say.
pub(super) fn read_path_prefix(params: &Params) -> Result<String, ApiError> {
    let prefix = params.optional("PathPrefix").unwrap_or_else(|| "/".to_owned());
    check_length("PathPrefix", &prefix, 1, 512)?;
    match prefix.starts_with('/') {
        true => Ok(prefix),
        false => Err(invalid("The specified value for pathPrefix is invalid. It must begin with /".to_owned())),
    }
}

/// Checks the number of characters of a value.
pub(super) fn check_length(parameter: &str, text: &str, min: usize, max: usize) -> Result<(), ApiError> {
    let length = text.chars().count();
    let rule = if length < min {
        format!("Member must have length greater than or equal to {min}")
    } else if length > max {
        format!("Member must have length less than or equal to {max}")
    } else {
        return Ok(());
    };
    Err(constraint(&format!("Value '{text}'"), &member(parameter), &rule))
}

/// A number between two bounds.
pub(super) fn read_number(params: &Params, parameter: &str, min: u64, max: u64) -> Result<Option<u64>, ApiError> {
    let Some(text) = params.optional(parameter) else { return Ok(None) };
    let rule = match text.parse::<u64>() {
        Ok(number) if (min..=max).contains(&number) => return Ok(Some(number)),
        Ok(number) if number > max => format!("Member must have value less than or equal to {max}"),
        _ => format!("Member must have value greater than or equal to {min}"),
    };
    Err(constraint(&format!("Value '{text}'"), &member(parameter), &rule))
}

/// `RoleName` as messages spell it: `roleName`.
fn member(parameter: &str) -> String {
    let mut characters = parameter.chars();
    characters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(characters).collect()
}

#[cfg(test)]
mod tests {
    use super::{read_number, read_path, read_role};
    use crate::codec::query::Params;

    #[test]
    fn names_have_64_characters_of_a_set() {
        let name = |name: &str| read_role(&Params::from([("RoleName", name)])).map_err(|error| error.message);
        assert_eq!(name("app_prod+=,.@-"), Ok("app_prod+=,.@-".to_owned()));
        let long = "n".repeat(65);
        let too_long = format!(
            "1 validation error detected: Value '{long}' at 'roleName' failed to satisfy constraint: Member must have \
             length less than or equal to 64"
        );
        assert_eq!(name(&long), Err(too_long));
        assert!(name("a b").is_err() && name("a/b").is_err() && name("").is_err());
        assert!(read_role(&Params::from([])).is_err());
    }

    #[test]
    fn paths_stand_between_slashes() {
        let path = |path: &str| read_path(&Params::from([("Path", path)])).is_ok();
        assert!(path("/") && path("/shop/prod/"));
        assert!(!path("shop/") && !path("/shop") && !path("/sh op/") && !path(""));
    }

    #[test]
    fn numbers_have_bounds() {
        let number = |text: &str| read_number(&Params::from([("MaxItems", text)]), "MaxItems", 1, 1000).ok();
        assert_eq!(number("1000"), Some(Some(1000)));
        assert!(number("0").is_none() && number("1001").is_none() && number("x").is_none());
    }
}
