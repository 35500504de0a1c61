//! What a parameter may be called.
//!
//! Sources: <https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html> and
//! <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html>

use super::invalid;
use crate::call::Call;
use crate::error::ApiError;

/// Levels of a hierarchy; `/a/b/c` has three.
const MAX_LEVELS: usize = 15;
/// Characters of a name, and of a path.
const MAX_CHARACTERS: usize = 2048;
/// Characters of the name when it is written as an ARN without its first part, which AWS reserves room for.
const MAX_USER_CHARACTERS: usize = 1011;

/// Checks the name of a parameter that is to be created or changed.
///
/// # Errors
/// `ValidationException`, `AccessDeniedException` for a name that AWS keeps for itself, or
/// `HierarchyLevelLimitExceededException`.
pub(super) fn check(call: &Call<'_>, name: &str) -> Result<(), ApiError> {
    check_length(call, name)?;
    check_reserved(name)?;
    if name.contains('/') && !name.starts_with('/') {
        return Err(invalid("Parameter name must be a fully qualified name."));
    }
    if !name.chars().all(is_allowed) || name.contains("//") || name.ends_with('/') {
        return Err(invalid(format!(
            "Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive). If formed as a path, it can \
             consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers \
             and the following 3 symbols .-_ (got {name})"
        )));
    }
    if levels(name) > MAX_LEVELS {
        return Err(ApiError::client(
            "HierarchyLevelLimitExceededException",
            "A hierarchy can have a maximum of 15 levels. For more information, see Requirements and constraints for \
             parameter names in the AWS Systems Manager User Guide.",
        ));
    }
    Ok(())
}

/// Checks a path that parameters are listed under.
///
/// # Errors
/// `ValidationException`.
pub(super) fn check_path(path: &str) -> Result<(), ApiError> {
    if path.starts_with('/') && path.len() <= MAX_CHARACTERS && path.chars().all(is_allowed) && !path.contains("//") {
        return Ok(());
    }
    Err(invalid(
        "The parameter doesn't meet the parameter name requirements. The parameter name must begin with a forward \
         slash \"/\". It can't be prefixed with \"aws\" or \"ssm\" (case-insensitive). It must use only letters, \
         numbers, or the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not \
         allowed. All sub-paths, if specified, must use the forward slash symbol \"/\". Valid example: \
         /get/parameters2-/by1./path0_.",
    ))
}

fn check_length(call: &Call<'_>, name: &str) -> Result<(), ApiError> {
    if name.is_empty() || name.len() > MAX_CHARACTERS {
        return Err(invalid(format!(
            "1 validation error detected: Value at 'name' failed to satisfy constraint: Member must have length \
             between 1 and {MAX_CHARACTERS}"
        )));
    }
    if name.len() > MAX_USER_CHARACTERS {
        let arn = super::arn(&call.region, &call.account_id, name);
        return Err(invalid(format!(
            "Parameter name too long: the name may have {MAX_USER_CHARACTERS} characters besides what its ARN adds \
             (the ARN has {})",
            arn.len()
        )));
    }
    Ok(())
}

fn check_reserved(name: &str) -> Result<(), ApiError> {
    let first = name.trim_start_matches('/').to_ascii_lowercase();
    if first.starts_with("aws") {
        return Err(ApiError::client(
            "AccessDeniedException",
            format!("No access to reserved parameter name: {name}."),
        ));
    }
    if first.starts_with("ssm") {
        return Err(invalid("Parameter name: can't be prefixed with \"ssm\" (case-insensitive)."));
    }
    Ok(())
}

fn is_allowed(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | '_' | '/')
}

fn levels(name: &str) -> usize {
    name.trim_start_matches('/').split('/').count()
}
