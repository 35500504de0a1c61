//! A role's own policies: grants and statements.

use std::collections::BTreeMap;

use deploy_kinds::iam::{PolicyDocument, Statement, Texts};
use deploy_plugin::StageContext;
use deploy_plugin::model::{KeyPath, Problem};

use super::{filled, named};
use crate::grant::{self, UnknownTag};
use crate::{Grant, IamSection, PolicySection, RoleSection, StatementSection};

/// The documents of a role's policies, by name.
pub(super) fn documents(
    section: &RoleSection,
    source: &KeyPath,
    config: &IamSection,
    cx: &StageContext,
    problems: &mut Vec<Problem>,
) -> BTreeMap<String, PolicyDocument> {
    let document = |(name, policy): (&String, &PolicySection)| {
        let source = source.child("policies").child(name);
        problems.extend(shape_problems(policy, &source));
        let statements = match policy.grant {
            Some(grant) => granted(grant, policy, &source, config, cx, problems),
            None => written(policy, &source, cx, problems),
        };
        (name.clone(), named(PolicyDocument::of(statements), config))
    };
    section.policies.iter().map(document).collect()
}

/// What is wrong with which keys a policy has.
fn shape_problems(policy: &PolicySection, source: &KeyPath) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut problem = |path: KeyPath, message: &str, help: &str| problems.push(Problem::new(path, message).help(help));
    match (policy.grant, policy.statements.is_empty()) {
        (Some(_), false) => problem(
            source.child("statements"),
            "the policy has both a grant and statements",
            "put the statements into a policy of their own",
        ),
        (None, true) => problem(
            source.clone(),
            "the policy allows nothing",
            "set `grant` to `read_parameters`, `read_secrets`, `write_logs` or `execute_command`, or write `statements`",
        ),
        (Some(_), true) | (None, false) => {}
    }
    let options = [
        ("by_path", policy.by_path.is_some()),
        ("by_tags", policy.by_tags.is_some()),
        ("kms_key", policy.kms_key.is_some()),
    ];
    for (option, _) in options.into_iter().filter(|(_, set)| *set && !policy.grant.is_some_and(Grant::is_about_values))
    {
        let message = format!("`{option}` belongs to the grants `read_parameters` and `read_secrets`");
        problem(source.child(option), &message, "remove it");
    }
    problems
}

fn granted(
    grant: Grant,
    policy: &PolicySection,
    source: &KeyPath,
    config: &IamSection,
    cx: &StageContext,
    problems: &mut Vec<Problem>,
) -> BTreeMap<String, Statement> {
    grant::statements(grant, policy, &config.parameter_path, cx).unwrap_or_else(|UnknownTag { position, key }| {
        let source = source.child("by_tags").child(position.to_string());
        let help = "name `application`, `environment`, or a key of `tags`";
        problems.push(Problem::new(source, format!("no parameter carries a tag `{key}`")).help(help));
        BTreeMap::new()
    })
}

fn written(
    policy: &PolicySection,
    source: &KeyPath,
    cx: &StageContext,
    problems: &mut Vec<Problem>,
) -> BTreeMap<String, Statement> {
    let statement = |(sid, section): (&String, &StatementSection)| {
        let source = source.child("statements").child(sid);
        problems.extend(statement_problems(sid, section, &source));
        (sid.clone(), statement(section, &source, cx, problems))
    };
    policy.statements.iter().map(statement).collect()
}

/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html>
fn statement_problems(sid: &str, section: &StatementSection, source: &KeyPath) -> Vec<Problem> {
    let mut problems = Vec::new();
    let is_sid = sid.starts_with(|first: char| first.is_ascii_alphabetic())
        && sid.chars().all(|character| character.is_ascii_alphanumeric());
    if !is_sid {
        let help = "use letters and digits, beginning with a letter";
        problems.push(Problem::new(source.clone(), format!("`{sid}` cannot name a statement")).help(help));
    }
    for (field, is_empty) in [("actions", section.actions.is_empty()), ("resources", section.resources.is_empty())] {
        if is_empty {
            let message = format!("the statement names no {field}");
            problems.push(Problem::new(source.clone(), message).help(format!("add `{field} = [..]`")));
        }
    }
    problems
}

fn statement(
    section: &StatementSection,
    source: &KeyPath,
    cx: &StageContext,
    problems: &mut Vec<Problem>,
) -> Statement {
    let mut texts = |texts: &[String], source: KeyPath| -> Texts {
        let texts = texts.iter().enumerate();
        texts.map(|(index, text)| filled(text, source.child(index.to_string()), cx, problems)).collect()
    };
    let mut conditions: BTreeMap<String, BTreeMap<String, Texts>> = BTreeMap::new();
    for (operator, keys) in &section.conditions {
        for (key, values) in keys {
            let source = source.child("conditions").child(operator).child(key);
            let values = texts(values.values(), source);
            conditions.entry(operator.clone()).or_default().insert(key.clone(), values);
        }
    }
    Statement {
        effect: section.effect,
        actions: texts(&section.actions, source.child("actions")),
        resources: texts(&section.resources, source.child("resources")),
        conditions,
        ..Statement::default()
    }
}
