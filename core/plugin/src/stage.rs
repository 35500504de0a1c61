//! Stages: how a section of the configuration becomes desired resources.

use std::collections::BTreeMap;

use deploy_model::{Address, Fault, Finding, KeyPath, Owner, Part, Plan, Problem, Reference};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::graph::{all_of, unread_of};
use crate::{Answers, Blueprint, Graph, Resource};

/// What a stage knows of the environment besides its own section.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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

    /// Those of `transform`, `answered` and `check` that are called. A stage that keeps the default of one can leave it out
    /// here, and spare every plan a question to its process.
    const METHODS: Methods = Methods::ALL;

    /// The section. Its `Default` is what holds where no file says otherwise.
    type Config: DeserializeOwned + Serialize + JsonSchema + Default;

    /// Puts the resources that the section asks for into the graph. Pure: no input, no output.
    ///
    /// What is wrong goes to [`Graph::problem`], all of it, by configuration key.
    fn desired(&self, config: &Self::Config, cx: &StageContext, graph: &mut Graph);

    /// Changes what all stages together desire: a sidecar for every task definition, a tag for every resource. Pure, as
    /// `desired` is, and run after every stage's; one stage after the other, in the order of their names.
    ///
    /// # Errors
    /// What stands in the way, by configuration key.
    fn transform(
        &self,
        _config: &Self::Config,
        _cx: &StageContext,
        _blueprint: &mut Blueprint,
    ) -> Result<(), Vec<Problem>> {
        Ok(())
    }

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

    /// Looks at a plan and says what it finds: warnings, or what stands in its way.
    fn check(&self, _config: &Self::Config, _outlook: &Outlook<'_>) -> Vec<Finding> {
        Vec::new()
    }
}

/// Which methods of a stage are called besides [`Stage::desired`]. What is left out on the wire is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Methods {
    /// [`Stage::transform`].
    pub transform: bool,
    /// [`Stage::answered`].
    pub answered: bool,
    /// [`Stage::check`].
    pub check: bool,
}

impl Methods {
    /// All of them.
    pub const ALL: Self = Self { transform: true, answered: true, check: true };
    /// None of them.
    pub const NONE: Self = Self { transform: false, answered: false, check: false };
}

impl Default for Methods {
    fn default() -> Self {
        Self::ALL
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

impl<'a> Outlook<'a> {
    /// What is desired of one kind, in the kind's own type. What does not have its form is passed over: see
    /// [`Outlook::unread`].
    pub fn all<R: Resource>(&self) -> impl Iterator<Item = (&'a Address, R)> + use<'a, R> {
        all_of(self.desired.iter())
    }

    /// What is desired of one kind in a form that [`Outlook::all`] cannot read: a plugin that was built for an earlier version
    /// of the kind has such. A check that must see everything says that it does not.
    pub fn unread<R: Resource>(&self) -> impl Iterator<Item = &'a Address> + use<'a, R> {
        unread_of::<R>(self.desired.iter())
    }
}

/// A stage's section of the configuration: its name, its schema and what holds by default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StageSection {
    /// The section's name.
    pub name: String,
    /// Its JSON Schema.
    pub schema: Value,
    /// Its defaults.
    pub defaults: Value,
}

/// Why a stage has no answer.
#[derive(Clone, Debug, PartialEq)]
pub enum StageError {
    /// The configuration is wrong, or what was found out about others.
    Problems(Vec<Problem>),
    /// The stage itself is broken.
    Fault(Fault),
}

impl From<Vec<Problem>> for StageError {
    fn from(problems: Vec<Problem>) -> Self {
        Self::Problems(problems)
    }
}

impl From<Fault> for StageError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// A stage as the engine sees it: the same on plain data.
pub trait AnyStage: Send + Sync {
    /// See [`Stage::NAME`].
    fn name(&self) -> &str;
    /// The section that the stage owns. Made anew at every call.
    fn section(&self) -> StageSection;
    /// See [`Stage::METHODS`].
    fn methods(&self) -> Methods;
    /// See [`Stage::desired`]. What is wrong with the section goes to the graph.
    ///
    /// # Errors
    /// Where the stage is broken.
    fn desired(&self, config: &Value, cx: &StageContext, graph: &mut Graph) -> Result<(), Fault>;
    /// See [`Stage::transform`].
    ///
    /// # Errors
    /// What stands in the way, or where the stage is broken.
    fn transform(&self, config: &Value, cx: &StageContext, blueprint: &mut Blueprint) -> Result<(), StageError>;
    /// See [`Stage::answered`].
    ///
    /// # Errors
    /// What is wrong with the answers, or with the section, or where the stage is broken.
    fn answered(&self, config: &Value, answers: &Answers, blueprint: &mut Blueprint) -> Result<(), StageError>;
    /// See [`Stage::check`].
    ///
    /// # Errors
    /// Where the stage is broken.
    fn check(&self, config: &Value, outlook: &Outlook<'_>) -> Result<Vec<Finding>, Fault>;
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

    fn methods(&self) -> Methods {
        S::METHODS
    }

    fn desired(&self, config: &Value, cx: &StageContext, graph: &mut Graph) -> Result<(), Fault> {
        match typed::<S>(config) {
            Ok(config) => Stage::desired(self, &config, cx, graph),
            Err(problem) => graph.problem(problem),
        }
        Ok(())
    }

    fn transform(&self, config: &Value, cx: &StageContext, blueprint: &mut Blueprint) -> Result<(), StageError> {
        if !S::METHODS.transform {
            return Ok(());
        }
        let config = typed::<S>(config).map_err(|problem| vec![problem])?;
        Ok(Stage::transform(self, &config, cx, blueprint)?)
    }

    fn answered(&self, config: &Value, answers: &Answers, blueprint: &mut Blueprint) -> Result<(), StageError> {
        if !S::METHODS.answered {
            return Ok(());
        }
        let config = typed::<S>(config).map_err(|problem| vec![problem])?;
        Ok(Stage::answered(self, &config, answers, blueprint)?)
    }

    fn check(&self, config: &Value, outlook: &Outlook<'_>) -> Result<Vec<Finding>, Fault> {
        if !S::METHODS.check {
            return Ok(Vec::new());
        }
        let config = typed::<S>(config).map_err(|problem| Fault::internal(problem.to_string()))?;
        Ok(Stage::check(self, &config, outlook))
    }
}

fn typed<S: Stage>(config: &Value) -> Result<S::Config, Problem> {
    serde_path_to_error::deserialize::<_, S::Config>(config).map_err(|error| {
        let inner = error.path().iter().filter_map(key_of);
        let path = KeyPath::of([S::NAME.to_owned()].into_iter().chain(inner));
        Problem::new(path, error.into_inner().to_string())
    })
}

/// The key or index that one segment of an error's path names.
pub(crate) fn key_of(segment: &serde_path_to_error::Segment) -> Option<String> {
    use serde_path_to_error::Segment;
    match segment {
        Segment::Map { key } => Some(key.clone()),
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Enum { .. } | Segment::Unknown => None,
    }
}
