//! A whole document, parsed and checked.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>

use super::condition;
use super::statement::{Principal, Statement};
use serde::Deserialize;

/// A policy document.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Document {
    version: Option<String>,
    #[serde(rename = "Id")]
    _id: Option<String>,
    #[serde(rename = "Statement")]
    statements: OneOrMany<Statement>,
}

/// What is wrong with a document, in IAM's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(pub String);

/// What a document is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// It says what its holder may do.
    Permissions,
    /// It says who may assume the role.
    Trust,
}

/// A list with one member may stand without its brackets.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    pub(crate) fn as_slice(&self) -> &[T] {
        match self {
            OneOrMany::One(item) => std::slice::from_ref(item),
            OneOrMany::Many(items) => items,
        }
    }
}

impl Document {
    /// Parses a document and checks it for what it is to be used for.
    ///
    /// # Errors
    /// What IAM calls a `MalformedPolicyDocument`.
    pub fn parse(text: &str, purpose: Use) -> Result<Document, Malformed> {
        let value: serde_json::Value =
            serde_json::from_str(text).map_err(|_| malformed("This policy contains invalid Json"))?;
        let document: Document = serde_json::from_value(value).map_err(|_| malformed("Syntax errors in policy."))?;
        document.check(purpose)?;
        Ok(document)
    }

    /// Its statements.
    pub fn statements(&self) -> &[Statement] {
        self.statements.as_slice()
    }

    fn check(&self, purpose: Use) -> Result<(), Malformed> {
        if !matches!(self.version.as_deref(), None | Some("2008-10-17" | "2012-10-17")) {
            return Err(malformed("Policy document must be version 2012-10-17 or greater."));
        }
        if self.statements().is_empty() {
            return Err(malformed("Syntax errors in policy."));
        }
        let mut sids: Vec<&str> = Vec::new();
        for statement in self.statements() {
            check_statement(statement, purpose)?;
            let Some(sid) = statement.sid.as_deref().filter(|sid| !sid.is_empty()) else { continue };
            if !sid.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                return Err(malformed(
                    "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression \
                     [0-9A-Za-z]*",
                ));
            }
            if sids.contains(&sid) {
                return Err(malformed("Statement IDs (SID) in a single policy must be unique."));
            }
            sids.push(sid);
        }
        Ok(())
    }
}

fn check_statement(statement: &Statement, purpose: Use) -> Result<(), Malformed> {
    let actions = match (&statement.action, &statement.not_action) {
        (Some(actions), None) | (None, Some(actions)) => actions.as_slice(),
        (None, None) => return Err(malformed("Policy statement must contain actions.")),
        (Some(_), Some(_)) => return Err(malformed("Syntax errors in policy.")),
    };
    if actions.is_empty() {
        return Err(malformed("Policy statement must contain actions."));
    }
    if actions.iter().any(|action| action != "*" && !is_action(action)) {
        return Err(malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."));
    }
    if let Some(operator) = statement.condition.keys().find(|operator| !condition::is_known(operator)) {
        return Err(malformed(&format!("Invalid Condition type : {operator}.")));
    }
    match purpose {
        Use::Permissions => check_permissions(statement),
        Use::Trust => check_trust(statement, actions),
    }
}

fn check_permissions(statement: &Statement) -> Result<(), Malformed> {
    if statement.principal.is_some() || statement.not_principal.is_some() {
        return Err(malformed("Policy document should not specify a principal."));
    }
    let resources = match (&statement.resource, &statement.not_resource) {
        (Some(resources), None) | (None, Some(resources)) => resources.as_slice(),
        (None, None) => return Err(malformed("Policy statement must contain resources.")),
        (Some(_), Some(_)) => return Err(malformed("Syntax errors in policy.")),
    };
    if resources.is_empty() {
        return Err(malformed("Policy statement must contain resources."));
    }
    resources.iter().filter(|resource| *resource != "*").try_for_each(|resource| check_resource(resource))
}

/// A resource is an ARN that names its service; what follows may be cut short by a wildcard: `arn:aws:ssm:*`.
fn check_resource(resource: &str) -> Result<(), Malformed> {
    let Some(rest) = resource.strip_prefix("arn:") else {
        return Err(malformed(&format!("Resource {resource} must be in ARN format or \"*\".")));
    };
    let service = rest.split(':').nth(1).unwrap_or_default();
    if service.is_empty() || service.contains(['*', '?']) {
        return Err(malformed("Resource vendor must be fully qualified and cannot contain regexes."));
    }
    Ok(())
}

fn check_trust(statement: &Statement, actions: &[String]) -> Result<(), Malformed> {
    if statement.resource.is_some() || statement.not_resource.is_some() {
        return Err(malformed("Has prohibited field Resource"));
    }
    let principal = match (&statement.principal, &statement.not_principal) {
        (Some(principal), None) | (None, Some(principal)) => principal,
        _ => return Err(malformed("Missing required field Principal")),
    };
    check_principal(principal)?;
    let is_sts = |action: &String| action.to_ascii_lowercase().starts_with("sts:");
    if statement.action.is_some() && !actions.iter().all(is_sts) {
        return Err(malformed("AssumeRole policy may only specify STS AssumeRole actions."));
    }
    Ok(())
}

/// A principal is `*`, or services, accounts or providers by their type.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
fn check_principal(principal: &Principal) -> Result<(), Malformed> {
    let by_type = match principal {
        Principal::Everyone(text) if text == "*" => return Ok(()),
        Principal::Everyone(_) => return Err(malformed("Syntax errors in policy.")),
        Principal::ByType(by_type) => by_type,
    };
    for (kind, names) in by_type {
        for name in names.as_slice() {
            let is_valid = match kind.as_str() {
                "Service" => name.ends_with(".amazonaws.com") && !name.contains(['*', ':', '/']),
                "AWS" => name == "*" || is_arn(name) || (name.len() == 12 && name.bytes().all(|b| b.is_ascii_digit())),
                "Federated" | "CanonicalUser" => !name.is_empty(),
                _ => return Err(malformed("Syntax errors in policy.")),
            };
            if !is_valid {
                let message = format!("Invalid principal in policy: \"{}\":\"{name}\"", kind.to_uppercase());
                return Err(malformed(&message));
            }
        }
    }
    Ok(())
}

/// `vendor:Action`, where the vendor has no wildcard.
fn is_action(text: &str) -> bool {
    let Some((vendor, action)) = text.split_once(':') else { return false };
    let is_vendor = vendor.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let is_name = action.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"*?".contains(&byte));
    !vendor.is_empty() && is_vendor && !action.is_empty() && is_name
}

fn is_arn(text: &str) -> bool {
    text.starts_with("arn:") && text.splitn(6, ':').count() == 6
}

fn malformed(message: &str) -> Malformed {
    Malformed(message.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Document, Use};

    fn check(purpose: Use, statement: &str) -> Result<(), String> {
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
        Document::parse(&text, purpose).map(|_| ()).map_err(|error| error.0)
    }

    #[test]
    fn permissions_name_actions_and_resources() {
        let check = |statement: &str| check(Use::Permissions, statement);
        assert_eq!(check(r#"{"Sid":"A","Effect":"Allow","Action":"ssm:Get*","Resource":"*"}"#), Ok(()));
        for (statement, message) in [
            (r#"{"Effect":"Allow","Resource":"*"}"#, "Policy statement must contain actions."),
            (r#"{"Effect":"Allow","Action":"ssm:Get*"}"#, "Policy statement must contain resources."),
            (r#"{"Effect":"allow","Action":"ssm:Get*","Resource":"*"}"#, "Syntax errors in policy."),
            (r#"{"Effect":"Allow","Actions":"ssm:Get*","Resource":"*"}"#, "Syntax errors in policy."),
            (
                r#"{"Effect":"Allow","Action":"GetParameters","Resource":"*"}"#,
                "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
            ),
            (
                r#"{"Effect":"Allow","Action":"ssm:Get*","Resource":"MY_PARAM_1"}"#,
                "Resource MY_PARAM_1 must be in ARN format or \"*\".",
            ),
            (
                r#"{"Effect":"Allow","Action":"ssm:Get*","Resource":"arn:aws:*:*:*:parameter/*"}"#,
                "Resource vendor must be fully qualified and cannot contain regexes.",
            ),
            (
                r#"{"Effect":"Allow","Action":"ssm:Get*","Resource":"*","Condition":{"StringEqual":{"a:b":"c"}}}"#,
                "Invalid Condition type : StringEqual.",
            ),
            (
                r#"{"Effect":"Allow","Principal":"*","Action":"ssm:Get*","Resource":"*"}"#,
                "Policy document should not specify a principal.",
            ),
        ] {
            assert_eq!(check(statement), Err(message.to_owned()), "{statement}");
        }
    }

    #[test]
    fn trust_names_principals_and_no_resources() {
        let check = |statement: &str| check(Use::Trust, statement);
        let service = r#""Principal":{"Service":"ecs-tasks.amazonaws.com"}"#;
        assert_eq!(check(&format!(r#"{{"Effect":"Allow",{service},"Action":"sts:AssumeRole"}}"#)), Ok(()));
        for (statement, message) in [
            (r#"{"Effect":"Allow","Action":"sts:AssumeRole"}"#.to_owned(), "Missing required field Principal"),
            (
                format!(r#"{{"Effect":"Allow",{service},"Action":"sts:AssumeRole","Resource":"*"}}"#),
                "Has prohibited field Resource",
            ),
            (
                format!(r#"{{"Effect":"Allow",{service},"Action":"ssm:Get*"}}"#),
                "AssumeRole policy may only specify STS AssumeRole actions.",
            ),
            (
                r#"{"Effect":"Allow","Principal":{"Service":"ecs-tasks"},"Action":"sts:AssumeRole"}"#.to_owned(),
                "Invalid principal in policy: \"SERVICE\":\"ecs-tasks\"",
            ),
        ] {
            assert_eq!(check(&statement), Err(message.to_owned()), "{statement}");
        }
    }

    #[test]
    fn documents_have_a_frame() {
        let parse = |text: &str| Document::parse(text, Use::Permissions).map(|_| ()).map_err(|error| error.0);
        assert_eq!(parse("{"), Err("This policy contains invalid Json".to_owned()));
        assert_eq!(parse("[]"), Err("Syntax errors in policy.".to_owned()));
        assert_eq!(parse(r#"{"Statement":[]}"#), Err("Syntax errors in policy.".to_owned()));
        let twice = r#"{"Effect":"Allow","Sid":"A","Action":"a:B","Resource":"*"}"#;
        let message = "Statement IDs (SID) in a single policy must be unique.".to_owned();
        assert_eq!(parse(&format!(r#"{{"Statement":[{twice},{twice}]}}"#)), Err(message));
        let version = format!(r#"{{"Version":"2012-10-18","Statement":[{twice}]}}"#);
        assert_eq!(parse(&version), Err("Policy document must be version 2012-10-17 or greater.".to_owned()));
    }
}
