//! The stage: roles of the configuration become desired ones, and what IAM would refuse is refused here.

mod limits;
mod policies;

use std::collections::BTreeMap;

use deploy_kinds::iam::{PolicyDocument, Role, Texts};
use deploy_plugin::model::{Finding, Input, KeyPath, Problem};
use deploy_plugin::{Graph, Outlook, Stage, StageContext};

use crate::template::{KNOWN, UnknownPlaceholder, fill, text};
use crate::trust::{self, Binding};
use crate::{IamSection, RoleSection, wide};

/// The stage `iam`.
pub struct Iam;

impl Stage for Iam {
    const NAME: &'static str = "iam";
    type Config = IamSection;

    fn desired(&self, config: &IamSection, cx: &StageContext, graph: &mut Graph) {
        let path = cx.expand(&config.path);
        limits::path(&path).into_iter().for_each(|problem| graph.problem(problem));
        let mut names: BTreeMap<String, &str> = BTreeMap::new();
        for (key, section) in &config.roles {
            let source = KeyPath::of(["iam", "roles", key]);
            let mut problems = Vec::new();
            let inputs = role(key, section, &source, &path, config, cx, &mut problems);
            problems.extend(limits::role(&inputs, section, &source));
            // IAM compares names without regard to case.
            if let Some(other) = names.insert(inputs.name.to_lowercase(), key) {
                let message = format!("`{other}` and `{key}` are both named `{}`", inputs.name);
                problems.push(Problem::new(source.clone(), message).help("give one of them another `name`"));
            }
            problems.into_iter().for_each(|problem| graph.problem(problem));
            let _ = graph.add(key, source, &inputs).field("path", KeyPath::of(["iam", "path"]));
        }
    }

    fn check(&self, _config: &IamSection, outlook: &Outlook<'_>) -> Vec<Finding> {
        outlook.plan.steps.iter().flat_map(wide::findings).collect()
    }
}

fn role(
    key: &str,
    section: &RoleSection,
    source: &KeyPath,
    path: &str,
    config: &IamSection,
    cx: &StageContext,
    problems: &mut Vec<Problem>,
) -> Role {
    let binding = if config.source_conditions { Binding::Account } else { Binding::Unbound };
    Role {
        name: section.name.as_ref().map_or_else(|| cx.name(key), |name| cx.expand(name)),
        path: path.to_owned(),
        description: section.description.clone(),
        trust: named(trust::document(&section.trust, binding, cx), config),
        max_session_duration: section.max_session_duration,
        permissions_boundary: section.permissions_boundary.as_ref().map(|arn| {
            let source = source.child("permissions_boundary");
            if !arn.starts_with("arn:") {
                let help = "write its ARN: `arn:{partition}:iam::{account}:policy/NAME`";
                problems.push(Problem::new(source.clone(), format!("`{arn}` is not an ARN")).help(help));
            }
            filled(arn, source, cx, problems)
        }),
        managed_policies: managed_policies(section, source, cx, problems),
        policies: policies::documents(section, source, config, cx, problems),
        tags: cx.tags.clone(),
    }
}

/// The document with or without the names of its statements.
fn named(document: PolicyDocument, config: &IamSection) -> PolicyDocument {
    if config.sids { document } else { document.without_sids() }
}

fn managed_policies(section: &RoleSection, source: &KeyPath, cx: &StageContext, problems: &mut Vec<Problem>) -> Texts {
    let source = source.child("managed_policies");
    let arn = |(index, policy): (usize, &String)| {
        if policy.starts_with("arn:") {
            return filled(policy, source.child(index.to_string()), cx, problems);
        }
        text(["arn:".into(), cx.partition(), format!(":iam::aws:policy/{policy}").into()])
    };
    section.managed_policies.iter().enumerate().map(arn).collect()
}

/// `template` filled in; what it asks for and nobody knows is a problem.
fn filled(template: &str, source: KeyPath, cx: &StageContext, problems: &mut Vec<Problem>) -> Input<String> {
    fill(template, cx).unwrap_or_else(|UnknownPlaceholder(name)| {
        problems.push(Problem::new(source, format!("nothing is known as `{{{name}}}`")).help(KNOWN));
        template.into()
    })
}

#[cfg(test)]
mod tests;
