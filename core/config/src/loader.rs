//! From files, variables and options to one checked configuration.

use std::ffi::OsString;
use std::sync::Arc;

use deploy_model::{KeyPath, Problem};
use serde_json::{Map, Value};

use crate::configuration::{Configuration, diagnose, read};
use crate::diagnostic::{Diagnostic, shortened};
use crate::document::parse_file;
use crate::layer::Layer;
use crate::mark::Mark;
use crate::nearest::nearest;
use crate::project::{Project, environment_file, shared_file};
use crate::schema::{Issue, Schema, Section, for_one_file, whole};
use crate::settings::Settings;
use crate::source::Source;
use crate::veil::without_value;
use crate::{assignment, guard, unset, variable};

/// The origin of what nobody wrote.
const BUILT_IN: &str = "built-in default";

/// Everything a configuration is made from.
#[derive(Clone, Debug)]
pub struct Loader {
    /// The project whose files are read.
    pub project: Project,
    /// The sections of all stages.
    pub sections: Vec<Section>,
    /// The process environment; what does not begin with `DEPLOY_` is ignored.
    pub variables: Vec<(OsString, OsString)>,
    /// The arguments of `--set`, in their order.
    pub sets: Vec<String>,
}

/// What can be said before an environment is chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Defaults {
    /// The name of the application, if default.toml gives it.
    pub app: Option<String>,
    /// The environment to use where a command is given none.
    pub default_environment: Option<String>,
    /// The region, if default.toml gives it.
    pub region: Option<String>,
}

impl Loader {
    /// Loads and checks the configuration of `environment`.
    ///
    /// # Errors
    /// Everything that is wrong: first with the files as TOML, then with variables and options, then
    /// with the merged values, in the order of the files.
    pub fn load(&self, environment: &str) -> Result<Configuration, Vec<Diagnostic>> {
        self.project.require(environment).map_err(|error| vec![error])?;
        let schema = self.schema()?;
        let schema = Schema::new(&schema);
        let merged = self.merge(&schema, &[shared_file(), environment_file(environment)])?;
        let mut errors: Vec<Diagnostic> =
            schema.check(merged.table()).into_iter().map(|issue| locate(&merged, issue)).collect();
        match self.settings(&merged) {
            Ok(settings) if errors.is_empty() && self.problems(&settings).is_empty() => {
                return Ok(Configuration { environment: environment.to_owned(), settings, merged });
            }
            Ok(settings) => {
                errors.extend(self.problems(&settings).into_iter().map(|problem| diagnose(&merged, problem)));
            }
            // Serde repeats what the schema has said, and says it worse.
            Err(error) if errors.is_empty() => errors.push(error),
            Err(_) => {}
        }
        errors.sort_by(|one, other| one.origin.cmp(&other.origin));
        Err(errors)
    }

    /// Reads what all environments share, without choosing one and without checking the rest.
    ///
    /// # Errors
    /// default.toml, a variable or an option cannot be read.
    pub fn load_defaults_only(&self) -> Result<Defaults, Vec<Diagnostic>> {
        let schema = self.schema()?;
        let schema = Schema::new(&schema);
        let merged = self.merge(&schema, &[shared_file()])?;
        let text = |key: &str| merged.table().get(key).and_then(Value::as_str).map(str::to_owned);
        let region = merged.value(&KeyPath::of(["aws", "region"])).and_then(Value::as_str).map(str::to_owned);
        Ok(Defaults { app: text("app"), default_environment: text("default_environment"), region })
    }

    /// JSON Schema of an environment file, for editors.
    ///
    /// Nothing is required in it: what one file leaves out, another may hold.
    ///
    /// # Errors
    /// Two sections, or a section and a setting, have the same name.
    pub fn json_schema(&self) -> Result<Value, Diagnostic> {
        whole(&self.sections).map(for_one_file).map_err(|clash| Diagnostic::new(clash.to_string()))
    }

    fn schema(&self) -> Result<Value, Vec<Diagnostic>> {
        whole(&self.sections).map_err(|clash| vec![Diagnostic::new(clash.to_string())])
    }

    fn merge(&self, schema: &Schema<'_>, files: &[String]) -> Result<Layer, Vec<Diagnostic>> {
        let mut merged = self.built_in();
        let (layers, errors) = self.read_files(files);
        fail_if_any(errors)?;
        for layer in layers {
            merged = self.lay(merged, layer)?;
        }
        let variables = variable::layer(&self.variables, schema, &merged);
        let sets = assignment::layer(&self.sets, schema);
        let (variables, sets) = both(variables, sets)?;
        let file = files.last().map_or("", String::as_str);
        self.lay_over_files(self.lay_over_files(merged, variables, file)?, sets, file)
    }

    fn read_files(&self, files: &[String]) -> (Vec<Layer>, Vec<Diagnostic>) {
        let (mut layers, mut errors) = (Vec::new(), Vec::new());
        for file in files {
            match Source::read(self.project.root(), file) {
                Ok(None) => {}
                Ok(Some(source)) => match parse_file(&Arc::new(source)) {
                    Ok(layer) => layers.push(layer),
                    Err(faults) => errors.extend(faults),
                },
                Err(error) => errors.push(error),
            }
        }
        (layers, errors)
    }

    /// The lowest layer: the settings' defaults and those of every section.
    fn built_in(&self) -> Layer {
        let mut layer = Layer::default();
        let mark = Mark::named(BUILT_IN);
        for (key, value) in Settings::built_in().as_object().into_iter().flatten() {
            layer.set(&KeyPath::of([key]), value.clone(), &mark);
        }
        self.with_sections(layer)
    }

    /// Lays `upper` over `lower`, after removing what `upper` unsets. A section that is unset as a whole has its defaults
    /// again: a stage cannot be without its section.
    fn lay(&self, mut lower: Layer, mut upper: Layer) -> Result<Layer, Vec<Diagnostic>> {
        unset::apply(&mut lower, &mut upper)?;
        Ok(self.with_sections(lower).overlaid(&upper))
    }

    /// The same of an `upper` that is no file, and may not loosen what guards the environment of `file`.
    fn lay_over_files(&self, lower: Layer, upper: Layer, file: &str) -> Result<Layer, Vec<Diagnostic>> {
        let merged = self.lay(lower.clone(), upper.clone())?;
        guard::hold(&lower, &upper, &merged, file)?;
        Ok(merged)
    }

    /// A layer, with the defaults of every section that it lacks.
    fn with_sections(&self, mut layer: Layer) -> Layer {
        let mark = Mark::named(BUILT_IN);
        for section in self.sections.iter().filter(|section| section.defaults.is_object()) {
            let path = KeyPath::of([&section.name]);
            if layer.value(&path).is_none() {
                layer.set(&path, without_null(&section.defaults), &mark);
            }
        }
        layer
    }

    fn settings(&self, merged: &Layer) -> Result<Settings, Diagnostic> {
        let is_section = |key: &String| self.sections.iter().any(|section| section.name == *key);
        let own: Map<String, Value> = merged
            .table()
            .iter()
            .filter(|(key, _)| !is_section(key))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        read(merged, KeyPath::root(), own.into())
    }

    fn problems(&self, settings: &Settings) -> Vec<Problem> {
        let mut problems = settings.problems();
        let known = self.project.environments().unwrap_or_default();
        if let Some(name) = settings.default_environment.as_ref().filter(|name| !known.contains(name)) {
            let message = format!("`default_environment`: unknown environment `{}`", shortened(name));
            let mut problem = Problem::new(KeyPath::of(["default_environment"]), message).label("no such environment");
            if let Some(similar) = nearest(name, known.iter().map(String::as_str)) {
                problem = problem.help(format!("a similar environment exists: `{similar}`"));
            }
            problems.push(problem);
        }
        problems
    }
}

fn locate(layer: &Layer, issue: Issue) -> Diagnostic {
    let fit = |said: &str| without_value(said, &issue.path, layer.value(&issue.path));
    let mut diagnostic = match layer.nearest_mark(&issue.path) {
        Some(mark) => mark.diagnostic(issue.spot, fit(&issue.message)),
        None => Diagnostic::new(fit(&issue.message)),
    };
    if let Some(excerpt) = diagnostic.excerpt.as_mut() {
        excerpt.ends_with_span = issue.is_unknown_key;
    }
    diagnostic.label = issue.label.as_deref().map(fit);
    diagnostic.help = issue.help.iter().map(|help| fit(help)).collect();
    diagnostic.path(issue.path)
}

fn fail_if_any(errors: Vec<Diagnostic>) -> Result<(), Vec<Diagnostic>> {
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// Both, or the errors of both.
fn both<T>(one: Result<T, Vec<Diagnostic>>, other: Result<T, Vec<Diagnostic>>) -> Result<(T, T), Vec<Diagnostic>> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok((one, other)),
        (Err(one), Err(other)) => Err([one, other].concat()),
        (Err(errors), Ok(_)) | (Ok(_), Err(errors)) => Err(errors),
    }
}

/// An absent value is an absent key: TOML has no null.
fn without_null(value: &Value) -> Value {
    match value {
        Value::Object(table) => table
            .iter()
            .filter(|(_, inner)| !inner.is_null())
            .map(|(key, inner)| (key.clone(), without_null(inner)))
            .collect::<Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}
