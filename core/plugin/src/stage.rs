//! Stages: how a section of the configuration becomes desired resources.

use std::collections::BTreeMap;

use deploy_model::{Address, Finding, KeyPath, Owner, Part, Plan, Problem, Reference};
use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{Answers, Blueprint, Graph};

/// What a stage knows of the environment besides its own section.
#[derive(Clone, Debug, PartialEq)]
pub struct StageContext {
    /// Whose resources these will be.
    pub owner: Owner,
    /// How the environment's names begin: `shop-dev`.
    pub prefix: String,
    /// The user's own tags for everything that can carry tags.
    pub tags: BTreeMap<String, String>,
}

impl StageContext {
    /// The environment's name for a thing: `shop-dev-web`; the prefix alone where `suffix` is empty.
    pub fn name(&self, suffix: &str) -> String {
        if suffix.is_empty() { self.prefix.clone() } else { format!("{}-{suffix}", self.prefix) }
    }

    /// `template` with `{app}`, `{env}` and `{prefix}` filled in.
    pub fn expand(&self, template: &str) -> String {
        template
            .replace("{prefix}", &self.prefix)
            .replace("{app}", &self.owner.application)
            .replace("{env}", &self.owner.environment)
    }

    /// The user's tags and a `Name`.
    pub fn tags_named(&self, name: &str) -> BTreeMap<String, String> {
        let mut tags = self.tags.clone();
        tags.insert("Name".to_owned(), name.to_owned());
        tags
    }

    /// The account's twelve digits, known when the plan is made.
    pub fn account_id(&self) -> Part {
        account_output("id")
    }

    /// The region, known when the plan is made.
    pub fn region(&self) -> Part {
        account_output("region")
    }

    /// The partition, known when the plan is made.
    pub fn partition(&self) -> Part {
        account_output("partition")
    }
}

fn account_output(output: &str) -> Part {
    let account = deploy_model::account_address();
    Part::Reference(Reference::new(account, output))
}

/// A stage: the owner of one section of the configuration.
pub trait Stage: Send + Sync + 'static {
    /// The name of the section, and the first part of the addresses of its kinds.
    const NAME: &'static str;

    /// The section. Its `Default` is what holds where no file says otherwise.
    type Config: DeserializeOwned + Serialize + JsonSchema + Default;

    /// Puts the resources that the section asks for into the graph. Pure: no input, no output.
    ///
    /// What is wrong goes to [`Graph::problem`], all of it, by configuration key.
    fn desired(&self, config: &Self::Config, cx: &StageContext, graph: &mut Graph);

    /// Adds to what is desired what the answers to the stage's questions say ([`Graph::query`]). Pure, as `desired` is.
    ///
    /// # Errors
    /// What is wrong with the answers, by configuration key.
    fn answered(
        &self,
        _config: &Self::Config,
        _answers: &Answers,
        _blueprint: &mut Blueprint,
    ) -> Result<(), Vec<Problem>> {
        Ok(())
    }

    /// Looks at a plan and says what it finds.
    fn check(&self, _outlook: &Outlook<'_>) -> Vec<Finding> {
        Vec::new()
    }
}

/// A plan, and what there is once it is carried out.
#[derive(Clone, Copy, Debug)]
pub struct Outlook<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The inputs of everything that is desired, changed by this plan or not; nothing where it takes everything
    /// down. What is known of the account is filled in, references to other resources stand.
    pub desired: &'a BTreeMap<Address, Value>,
    /// The answers to all questions about what belongs to others.
    pub answers: &'a Answers,
}

/// A stage's section of the configuration: its name, its schema and what holds by default.
#[derive(Clone, Debug, PartialEq)]
pub struct StageSection {
    /// The section's name.
    pub name: String,
    /// Its JSON Schema.
    pub schema: Value,
    /// Its defaults.
    pub defaults: Value,
}

/// A stage as the host sees it: the same on plain data.
pub trait AnyStage: Send + Sync {
    /// See [`Stage::NAME`].
    fn name(&self) -> &str;
    /// The section that the stage owns. Made anew at every call.
    fn section(&self) -> StageSection;
    /// See [`Stage::desired`].
    fn desired(&self, config: &Value, cx: &StageContext, graph: &mut Graph);
    /// See [`Stage::answered`].
    ///
    /// # Errors
    /// What is wrong with the answers, or with the section.
    fn answered(&self, config: &Value, answers: &Answers, blueprint: &mut Blueprint) -> Result<(), Vec<Problem>>;
    /// See [`Stage::check`].
    fn check(&self, outlook: &Outlook<'_>) -> Vec<Finding>;
}

impl<S: Stage> AnyStage for S {
    fn name(&self) -> &str {
        S::NAME
    }

    fn section(&self) -> StageSection {
        StageSection {
            name: S::NAME.to_owned(),
            schema: schemars::schema_for!(S::Config).to_value(),
            defaults: serde_json::to_value(S::Config::default()).expect("a section is plain data"),
        }
    }

    fn desired(&self, config: &Value, cx: &StageContext, graph: &mut Graph) {
        match typed::<S>(config) {
            Ok(config) => Stage::desired(self, &config, cx, graph),
            Err(problem) => graph.problem(problem),
        }
    }

    fn answered(&self, config: &Value, answers: &Answers, blueprint: &mut Blueprint) -> Result<(), Vec<Problem>> {
        let config = typed::<S>(config).map_err(|problem| vec![problem])?;
        Stage::answered(self, &config, answers, blueprint)
    }

    fn check(&self, outlook: &Outlook<'_>) -> Vec<Finding> {
        Stage::check(self, outlook)
    }
}

fn typed<S: Stage>(config: &Value) -> Result<S::Config, Problem> {
    serde_path_to_error::deserialize::<_, S::Config>(config).map_err(|error| {
        let inner = error.path().iter().filter_map(segment);
        let path = KeyPath::of([S::NAME.to_owned()].into_iter().chain(inner));
        Problem::new(path, error.into_inner().to_string())
    })
}

fn segment(segment: &serde_path_to_error::Segment) -> Option<String> {
    use serde_path_to_error::Segment;
    match segment {
        Segment::Map { key } => Some(key.clone()),
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Enum { .. } | Segment::Unknown => None,
    }
}
