//! A role as the stage `iam` desires it, as far as it decides whether a task can start.

use std::collections::BTreeMap;

use deploy_policy::{Decision, Document, Effect, ManagedPolicy, Request, Use};
use serde::Deserialize;
use serde_json::{Value, json};

use super::World;

/// Who takes on the roles of a task.
const PRINCIPAL: &str = "ecs-tasks.amazonaws.com";

/// What is read of a role's inputs.
#[derive(Debug, Deserialize)]
pub(super) struct Role {
    name: String,
    path: String,
    trust: Policy,
    #[serde(default)]
    managed_policies: Vec<Value>,
    #[serde(default)]
    policies: BTreeMap<String, Policy>,
    #[serde(default)]
    permissions_boundary: Option<Value>,
}

#[derive(Debug, Deserialize)]
struct Policy {
    statements: BTreeMap<String, Statement>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Statement {
    effect: String,
    principals: BTreeMap<String, Vec<Value>>,
    not_principals: BTreeMap<String, Vec<Value>>,
    actions: Vec<Value>,
    not_actions: Vec<Value>,
    resources: Vec<Value>,
    not_resources: Vec<Value>,
    conditions: BTreeMap<String, BTreeMap<String, Vec<Value>>>,
}

/// Context keys, in lower case, and what they hold.
pub(super) type Facts = BTreeMap<String, Vec<String>>;

impl Role {
    /// Whether ECS can take the role on for a task of this account.
    ///
    /// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html>
    pub(super) fn trusts_ecs(&self, world: &World<'_>) -> bool {
        let Some(trust) = self.trust.document(Use::Trust) else { return true };
        let facts = facts([
            ("aws:SourceAccount", world.place.account.clone()),
            ("aws:SourceArn", world.arn("ecs", "task/cluster/id")),
        ]);
        let resource = self.arn(world);
        let request = Request { action: "sts:AssumeRole", resource: &resource, context: &facts };
        let meant = || trust.statements().iter().filter(|statement| statement.is_about_service(PRINCIPAL, &request));
        let fitting = meant().filter(|statement| statement.fits_service(PRINCIPAL, &request));
        Decision::of(fitting.map(|statement| statement.effect)).is_allowed()
            || meant().any(|statement| !is_decided(statement, &facts))
    }

    /// Whether the role's policies refuse something for certain. They do not where one of them is not known here.
    pub(super) fn refuses(&self, world: &World<'_>, action: &str, resource: &str, about: &Facts) -> bool {
        let mut context = about.clone();
        context.insert("aws:principalarn".to_owned(), vec![self.arn(world)]);
        context.insert("aws:principalaccount".to_owned(), vec![world.place.account.clone()]);
        context.insert("aws:resourceaccount".to_owned(), vec![world.place.account.clone()]);
        context.insert("aws:requestedregion".to_owned(), vec![world.place.region.clone()]);
        context.insert("aws:securetransport".to_owned(), vec!["true".to_owned()]);
        let request = Request { action, resource, context: &context };
        let mut verdicts = Verdicts::default();
        let mut all_known = true;
        let managed = self.managed_policies.iter().map(managed);
        for document in managed.chain(self.policies.values().map(|policy| policy.document(Use::Permissions))) {
            match document {
                Some(document) => verdicts.read(&document, &request),
                None => all_known = false,
            }
        }
        match Decision::of(verdicts.certain.into_iter()) {
            Decision::ExplicitlyDenied => true,
            Decision::ImplicitlyDenied => all_known && !verdicts.may_allow,
            Decision::Allowed => self.bounds(&request),
        }
    }

    /// Whether the policies allow it on something that they name, if not on what is needed.
    pub(super) fn grants_elsewhere(&self, world: &World<'_>, action: &str, about: &Facts) -> bool {
        self.named_resources().any(|resource| !self.refuses(world, action, &resource.replace('*', "x"), about))
    }

    /// The resource that a policy names and that differs from an ARN in nothing but its last `unknown` characters.
    pub(super) fn resource_that_begins(&self, arn: &str, unknown: usize) -> Option<String> {
        let known = arn.get(..arn.len() - unknown).filter(|_| unknown > 0)?;
        let fits = |resource: &&str| resource.len() == arn.len() && resource.starts_with(known);
        self.named_resources().find(|resource| fits(resource) && !resource.contains(['*', '?'])).map(str::to_owned)
    }

    /// What its own policies name as resources, patterns among them.
    fn named_resources(&self) -> impl Iterator<Item = &str> {
        let statements = self.policies.values().flat_map(|policy| policy.statements.values());
        statements.flat_map(|statement| &statement.resources).filter_map(Value::as_str)
    }

    /// Whether the role's boundary takes away what its policies allow.
    fn bounds(&self, request: &Request<'_>) -> bool {
        let boundary = self.permissions_boundary.as_ref().and_then(managed);
        boundary.is_some_and(|document| !Decision::of(fitting(&document, request).into_iter()).is_allowed())
    }

    fn arn(&self, world: &World<'_>) -> String {
        let place = world.place;
        format!("arn:{}:iam::{}:role{}{}", place.partition, place.account, self.path, self.name)
    }
}

/// The document of a managed policy of AWS's own, by its ARN.
fn managed(arn: &Value) -> Option<Document> {
    let known = arn.as_str().and_then(ManagedPolicy::find)?;
    Document::parse(&known.document(), Use::Permissions).ok()
}

fn fitting(document: &Document, request: &Request<'_>) -> Vec<Effect> {
    let statements = document.statements().iter().filter(|statement| statement.fits(request));
    statements.map(|statement| statement.effect).collect()
}

/// What the statements about a request come to.
#[derive(Default)]
struct Verdicts {
    /// The effects of those that fit, whatever is not known here.
    certain: Vec<Effect>,
    /// Whether one might allow it by what is not known here.
    may_allow: bool,
}

impl Verdicts {
    fn read(&mut self, document: &Document, request: &Request<'_>) {
        for statement in document.statements().iter().filter(|statement| statement.is_about(request)) {
            match (is_decided(statement, request.context), statement.effect) {
                (false, Effect::Allow) => self.may_allow = true,
                (false, Effect::Deny) => {}
                (true, effect) => self.certain.extend(statement.fits(request).then_some(effect)),
            }
        }
    }
}

/// Whether everything that the conditions of a statement look at is known here. That a resource lacks a tag is known.
fn is_decided(statement: &deploy_policy::Statement, context: &Facts) -> bool {
    let is_of_tags = |key: &str| key.contains(":resourcetag/");
    statement.condition_keys().all(|key| context.contains_key(&key) || is_of_tags(&key))
}

/// Context keys as IAM compares them.
pub(super) fn facts<const N: usize>(pairs: [(&str, String); N]) -> Facts {
    pairs.into_iter().map(|(key, value)| (key.to_lowercase(), vec![value])).collect()
}

impl Policy {
    /// The document as IAM reads it; none where it would refuse it, which is another check's to say.
    fn document(&self, purpose: Use) -> Option<Document> {
        let statements: Vec<Value> = self.statements.values().map(Statement::json).collect();
        Document::parse(&json!({ "Version": "2012-10-17", "Statement": statements }).to_string(), purpose).ok()
    }
}

impl Statement {
    fn json(&self) -> Value {
        let mut statement = json!({ "Effect": self.effect });
        for (key, values) in [
            ("Action", &self.actions),
            ("NotAction", &self.not_actions),
            ("Resource", &self.resources),
            ("NotResource", &self.not_resources),
        ] {
            if !values.is_empty() {
                statement[key] = texts(values);
            }
        }
        for (key, principals) in [("Principal", &self.principals), ("NotPrincipal", &self.not_principals)] {
            if principals.contains_key("*") {
                statement[key] = "*".into();
            } else if !principals.is_empty() {
                statement[key] = principals.iter().map(|(sort, names)| (sort.clone(), texts(names))).collect();
            }
        }
        if !self.conditions.is_empty() {
            let keys = |keys: &BTreeMap<String, Vec<Value>>| -> Value {
                keys.iter().map(|(key, values)| (key.clone(), texts(values))).collect()
            };
            let conditions = self.conditions.iter().map(|(operator, map)| (operator.clone(), keys(map)));
            statement["Condition"] = conditions.collect();
        }
        statement
    }
}

/// The values as texts. What names something that does not exist yet may be anything.
fn texts(values: &[Value]) -> Value {
    values.iter().map(|value| Value::from(value.as_str().unwrap_or("*"))).collect()
}
