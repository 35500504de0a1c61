//! The project that a command works in, and what it wants of one environment. Nothing here calls AWS.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use deploy_aws::Clients;
use deploy_config::{Configuration, Diagnostic, Loader, Project, Section, Target};
use deploy_engine::{Kinds, Unsound, blueprint, check_inputs, check_references, findings, with_answers};
use deploy_host::{Plugins, Registry};
use deploy_model::owner::{PROTECTED, PROTECTION_TAG};
use deploy_model::{Finding, Owner, Problem};
use deploy_plugin::{Answers, AnyStage, Blueprint, Outlook, StageContext, StageSection};
use serde_json::Value;

use crate::arguments::Global;
use crate::error::CommandError;
use crate::plugins::{self, BuiltIn};
use crate::terminal::Terminal;

/// The variable that names the environment where no argument does.
const ENVIRONMENT_VARIABLE: &str = "DEPLOY_ENV";

/// A project, and what was said on the command line for every command.
pub struct Workspace {
    loader: Loader,
    /// The plugins of the project that are not compiled in.
    dynamic: Plugins,
    /// Which of those that are compiled in take part.
    which: BuiltIn,
    /// What all plugins say of themselves, before anything is known of AWS.
    described: Registry,
    local: bool,
    chosen: Option<String>,
    terminal: Terminal,
}

/// What the files want of one environment.
pub struct Intended {
    /// The configuration.
    pub configuration: Configuration,
    /// What the stages were told.
    pub context: StageContext,
    /// Everything that the stages desire.
    pub blueprint: Blueprint,
    /// Whether this is for the embedded AWS.
    pub target: Target,
}

impl Workspace {
    /// The project around the current folder.
    ///
    /// # Errors
    /// Where there is none.
    pub fn open(global: &Global, terminal: Terminal) -> Result<Self, CommandError> {
        Self::at(Path::new("."), global, terminal)
    }

    /// The project around a folder.
    ///
    /// # Errors
    /// Where there is none, or one of its plugins cannot be used.
    pub fn at(folder: &Path, global: &Global, terminal: Terminal) -> Result<Self, CommandError> {
        let project = Project::find(folder)?;
        let which = BuiltIn::All;
        // Schemas take as long to make as plugins take to start.
        let (dynamic, own) = std::thread::scope(|scope| {
            let starting = scope.spawn(|| plugins::start(project.root(), terminal, global.verbose));
            let own = plugins::registry(&Clients::detached(), &Plugins::none(), which);
            let own = own.map(|registry| (sections(&registry.stages()), registry));
            (starting.join().expect("starting does not panic"), own)
        });
        let (dynamic, (mut all, own)) = (dynamic?, own?);
        let others = dynamic.plugins();
        all.extend(others.iter().flat_map(|plugin| sections(&plugin.stages)));
        all.sort_by(|one, other| one.name.cmp(&other.name));
        let described = own.with(others).map_err(plugins::clash)?;
        let loader =
            Loader { project, sections: all, variables: std::env::vars_os().collect(), sets: global.sets.clone() };
        Ok(Self {
            loader,
            dynamic,
            which,
            described,
            local: global.local,
            chosen: global.environment.clone(),
            terminal,
        })
    }

    /// The project around a folder on the embedded AWS, whatever the machine and the command line say, with these plugins
    /// in the place of what is compiled in where they claim the same.
    ///
    /// # Errors
    /// Where there is none.
    pub fn apart(folder: &Path, dynamic: Plugins, terminal: Terminal) -> Result<Self, CommandError> {
        let which = BuiltIn::WhereNotReplaced;
        let described = plugins::registry(&Clients::detached(), &dynamic, which)?;
        let (project, sections) = (Project::find(folder)?, sections(&described.stages()));
        let loader = Loader { project, sections, variables: Vec::new(), sets: Vec::new() };
        Ok(Self { loader, dynamic, which, described, local: true, chosen: None, terminal })
    }

    /// The project.
    pub fn project(&self) -> &Project {
        &self.loader.project
    }

    /// The plugins of the project that are not compiled in.
    pub fn dynamic(&self) -> &Plugins {
        &self.dynamic
    }

    /// All plugins, on these clients.
    ///
    /// # Errors
    /// Where two plugins claim one section or one kind.
    pub fn registry(&self, clients: &Clients) -> Result<Registry, CommandError> {
        plugins::registry(clients, &self.dynamic, self.which)
    }

    /// The region that all environments share, where the files say one that can be read.
    pub fn region(&self) -> Option<String> {
        self.loader.load_defaults_only().ok()?.region
    }

    /// The settings of this run that a saved plan must be applied with.
    pub fn sets(&self) -> &[String] {
        &self.loader.sets
    }

    /// The same project with the settings, the target and the environment of a saved plan.
    pub fn for_saved(mut self, sets: Vec<String>, environment: &str, local: bool) -> Self {
        self.loader.sets = sets;
        self.chosen = Some(environment.to_owned());
        self.local = local;
        self
    }

    /// The JSON Schema of an environment file, as `environments/schema.json` holds it.
    ///
    /// # Errors
    /// Where two plugins claim one section.
    pub fn schema(&self) -> Result<String, CommandError> {
        let schema = self.loader.json_schema()?;
        Ok(serde_json::to_string_pretty(&schema).expect("a schema is plain data") + "\n")
    }

    /// What the files want of the environment that was named, or else of the default one.
    ///
    /// # Errors
    /// Where no environment is named or its configuration is wrong.
    pub fn intended(&self, argument: Option<&str>) -> Result<Intended, CommandError> {
        if let Some(name) = self.named(argument)? {
            return self.load(&name);
        }
        let (name, source) = self.default_environment()?;
        let intended = self.load(&name)?;
        if intended.configuration.settings.production {
            let message = format!("`{name}` is production, which is never chosen by default");
            return Err(CommandError::bad_input(message, format!("name it: `--env {name}`")));
        }
        self.terminal.say(&format!("environment: {name} ({source})\n"));
        Ok(intended)
    }

    /// What the files want of an environment that must be named.
    ///
    /// # Errors
    /// As [`Workspace::intended`].
    pub fn intended_by_name(&self, argument: Option<&str>) -> Result<Intended, CommandError> {
        match self.named(argument)? {
            Some(name) => self.load(&name),
            None => Err(CommandError::bad_input("no environment is named", self.environments_help()?)),
        }
    }

    /// The environment of the argument or of `--env`.
    fn named(&self, argument: Option<&str>) -> Result<Option<String>, CommandError> {
        match (argument, &self.chosen) {
            (Some(one), Some(other)) if one != other => {
                let message = format!("two environments are named: `{one}` and `{other}`");
                Err(CommandError::bad_input(message, "leave out the argument or `--env`"))
            }
            (one, other) => Ok(one.map(str::to_owned).or_else(|| other.clone())),
        }
    }

    /// The environment where none is named, and who says so.
    fn default_environment(&self) -> Result<(String, &'static str), CommandError> {
        let variable =
            self.loader.variables.iter().find(|(name, value)| name == ENVIRONMENT_VARIABLE && !value.is_empty());
        if let Some((_, name)) = variable {
            return Ok((name.to_string_lossy().into_owned(), ENVIRONMENT_VARIABLE));
        }
        match self.loader.load_defaults_only()?.default_environment {
            Some(name) => Ok((name, "default_environment of environments/default.toml")),
            None => Err(CommandError::bad_input("no environment is named", self.environments_help()?)),
        }
    }

    fn environments_help(&self) -> Result<String, CommandError> {
        Ok(format!("environments of this project: {}", self.project().environments()?.join(", ")))
    }

    /// What the files want of one environment.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn load(&self, environment: &str) -> Result<Intended, CommandError> {
        let mut intended = self.told(environment)?;
        let desired = self.desired(&intended.configuration, &intended.context);
        intended.blueprint = desired.map_err(|unsound| intended.unsound(unsound))?;
        Ok(intended)
    }

    /// What the files say of one environment, before any stage is asked what it desires.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn told(&self, environment: &str) -> Result<Intended, CommandError> {
        let configuration = self.loader.load(environment)?;
        let settings = &configuration.settings;
        let mut tags = settings.tags.clone();
        tags.extend(settings.protect.then(|| (PROTECTION_TAG.to_owned(), PROTECTED.to_owned())));
        let context = StageContext {
            owner: Owner { application: settings.app.clone(), environment: environment.to_owned() },
            prefix: settings.prefix(environment),
            tags,
        };
        let target = if self.local { Target::Local } else { settings.target };
        Ok(Intended { context, blueprint: Blueprint::default(), target, configuration })
    }

    fn desired(&self, configuration: &Configuration, context: &StageContext) -> Result<Blueprint, Unsound> {
        let stages = self.described.stages();
        let kinds = Kinds::new(self.described.kinds());
        let blueprint = blueprint(&stages, &section_values(configuration, &stages), context)?;
        check_references(&blueprint, &kinds)?;
        check_inputs(&blueprint, &kinds)?;
        Ok(blueprint)
    }
}

impl Intended {
    /// What is desired, with what the answers to the stages' questions add to it.
    ///
    /// # Errors
    /// What is wrong with the answers, at the keys that raised the questions.
    pub fn with_answers(&self, registry: &Registry, answers: &Answers) -> Result<Blueprint, CommandError> {
        let (stages, kinds) = (registry.stages(), Kinds::new(registry.kinds()));
        let sections = section_values(&self.configuration, &stages);
        let answered = with_answers(&self.blueprint, &stages, &sections, answers, &kinds);
        answered.map_err(|unsound| self.unsound(unsound))
    }

    /// What the checks of the stages find in a plan.
    ///
    /// # Errors
    /// Where one of them is broken.
    pub fn findings(&self, stages: &[Arc<dyn AnyStage>], outlook: &Outlook<'_>) -> Result<Vec<Finding>, CommandError> {
        let sections = section_values(&self.configuration, stages);
        findings(stages, &sections, outlook).map_err(|unsound| self.unsound(unsound))
    }

    fn unsound(&self, unsound: Unsound) -> CommandError {
        CommandError::unsound(unsound, |problems| located(&self.configuration, problems))
    }

    /// The file that the environment is named after, as it is shown.
    pub fn source(&self) -> String {
        format!("environments/{}.toml", self.configuration.environment)
    }
}

/// The sections of these stages.
pub fn section_values(configuration: &Configuration, stages: &[Arc<dyn AnyStage>]) -> BTreeMap<String, Value> {
    let value = |name: &str| (name.to_owned(), configuration.section_value(name).clone());
    stages.iter().map(|stage| value(stage.name())).collect()
}

/// What these stages say of their sections.
pub fn sections(stages: &[Arc<dyn AnyStage>]) -> Vec<Section> {
    let section = |StageSection { name, schema, defaults }| Section { name, schema, defaults };
    stages.iter().map(|stage| section(stage.section())).collect()
}

/// Problems with the configuration, each with its place.
pub fn located(configuration: &Configuration, problems: Vec<Problem>) -> CommandError {
    let mut diagnostics: Vec<Diagnostic> =
        problems.into_iter().map(|problem| configuration.diagnose(problem)).collect();
    diagnostics.sort_by(|one, other| one.origin.cmp(&other.origin));
    CommandError::Configuration(diagnostics)
}
