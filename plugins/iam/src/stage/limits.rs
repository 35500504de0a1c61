//! What IAM limits.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>

use std::collections::BTreeSet;

use deploy_kinds::iam::{PolicyDocument, Role};
use deploy_plugin::model::{KeyPath, Problem};

use crate::{RoleSection, trust};

const NAME_CHARACTERS: usize = 64;
const POLICY_NAME_CHARACTERS: usize = 128;
const DESCRIPTION_CHARACTERS: usize = 1000;
const PATH_CHARACTERS: usize = 512;
const MANAGED_POLICIES: usize = 10;
/// Characters of all policies of a role together, white space not counted.
const POLICY_CHARACTERS: usize = 10_240;

/// What is wrong with the path of all roles.
pub(super) fn path(path: &str) -> Option<Problem> {
    let source = KeyPath::of(["iam", "path"]);
    let is_path = path.starts_with('/') && path.ends_with('/') && path.chars().all(|c| ('!'..='~').contains(&c));
    if path.contains('{') {
        Some(Problem::new(source, format!("`{path}` holds a placeholder that is not known here")).help(PLACEHOLDERS))
    } else if !is_path {
        Some(Problem::new(source, format!("`{path}` is not a path")).help("begin and end it with `/`"))
    } else if path.len() > PATH_CHARACTERS {
        let message = format!("the path has {} characters; {PATH_CHARACTERS} are allowed", path.len());
        Some(Problem::new(source, message))
    } else {
        None
    }
}

const PLACEHOLDERS: &str = "`{app}`, `{env}` and `{prefix}` are known here";

/// What IAM would refuse of a role.
pub(super) fn role(role: &Role, section: &RoleSection, source: &KeyPath) -> Vec<Problem> {
    let mut problems = Vec::new();
    let name_source = if section.name.is_some() { source.child("name") } else { source.clone() };
    problems.extend(name("the role's name", &role.name, NAME_CHARACTERS, name_source));
    for policy in role.policies.keys() {
        let source = source.child("policies").child(policy);
        problems.extend(name("the policy's name", policy, POLICY_NAME_CHARACTERS, source));
    }
    problems.extend(services(section, &source.child("trust")));
    problems.extend(counts(role, source));
    problems
}

fn name(what: &str, name: &str, characters: usize, source: KeyPath) -> Option<Problem> {
    let is_allowed = |character: &char| character.is_ascii_alphanumeric() || "+=,.@_-".contains(*character);
    if name.is_empty() {
        Some(Problem::new(source, format!("{what} is empty")))
    } else if let Some(wrong) = name.chars().find(|character| !is_allowed(character)) {
        let help = if matches!(wrong, '{' | '}') { PLACEHOLDERS } else { "use letters, digits and `+=,.@_-`" };
        Some(Problem::new(source, format!("{what}, `{name}`, contains `{wrong}`")).help(help))
    } else if name.len() > characters {
        let message = format!("{what}, `{name}`, has {} characters; {characters} are allowed", name.len());
        Some(Problem::new(source, message).help("set a shorter `name`, or a shorter `prefix`"))
    } else {
        None
    }
}

/// What is wrong with the services that a role trusts.
fn services(section: &RoleSection, source: &KeyPath) -> Vec<Problem> {
    let help = "name a service, such as `ecs-tasks.amazonaws.com`";
    if section.trust.is_empty() {
        return vec![Problem::new(source.clone(), "nobody may assume the role").help(help)];
    }
    let mut sids = BTreeSet::new();
    let problem = |(index, service): (usize, &String)| {
        let is_service = service.contains(".amazonaws.")
            && service.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-'));
        let problem = |message: String| Some(Problem::new(source.child(index.to_string()), message).help(help));
        match (is_service, sids.insert(trust::sid(service))) {
            (false, _) => problem(format!("`{service}` is not a service")),
            (true, false) => problem(format!("`{service}` is named twice")),
            (true, true) => None,
        }
    };
    section.trust.iter().enumerate().filter_map(problem).collect()
}

fn counts(role: &Role, source: &KeyPath) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut at_most = |count: usize, limit: usize, field: &str, what: &str, help: &str| {
        if count > limit {
            let message = format!("{what} {count}; {limit} are allowed");
            problems.push(Problem::new(source.child(field), message).help(help));
        }
    };
    let description = role.description.as_ref().map_or(0, |description| description.chars().count());
    at_most(description, DESCRIPTION_CHARACTERS, "description", "characters in the description:", "shorten it");
    let managed = role.managed_policies.0.len();
    let help = "join some of them in one policy of the role's own";
    at_most(managed, MANAGED_POLICIES, "managed_policies", "managed policies of the role:", help);
    let characters = role.policies.values().map(PolicyDocument::length).sum();
    let help = "join statements, or move some to a managed policy";
    at_most(characters, POLICY_CHARACTERS, "policies", "characters in the role's policies:", help);
    problems
}
