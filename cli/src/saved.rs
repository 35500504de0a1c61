//! Saved plans: written by `plan -o`, handed in to `apply`, refused when they are stale.

use std::fs;
use std::path::Path;

use deploy_model::{PLAN_FORMAT, Plan};
use serde::{Deserialize, Serialize};

use crate::error::CommandError;
use crate::files::write_private;

/// The largest file that is read as a plan, in bytes.
const LARGEST: u64 = 64 << 20;

/// A plan on disk, with what else the same plan must be made with.
#[derive(Debug, Serialize, Deserialize)]
pub struct SavedPlan {
    /// The arguments of `--set`.
    pub sets: Vec<String>,
    /// The plan.
    pub plan: Plan,
}

impl SavedPlan {
    /// Writes it, readable for its owner alone, whole or not at all.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), CommandError> {
        let text = serde_json::to_vec_pretty(self).expect("a plan is plain data");
        write_private(path, &text).map_err(CommandError::io(format!("cannot write `{}`", path.display())))
    }

    /// Reads one.
    ///
    /// # Errors
    /// Where the file is no plan, or one of another version of the program.
    pub fn read(path: &Path) -> Result<Self, CommandError> {
        let name = path.display();
        let refuse = |what: &str| CommandError::bad_input(format!("`{name}` {what}"), next_step(path));
        let metadata = fs::metadata(path).map_err(|error| refuse(&format!("cannot be read: {error}")))?;
        if !metadata.is_file() || metadata.len() > LARGEST {
            return Err(refuse("is not a saved plan"));
        }
        let text = fs::read(path).map_err(|error| refuse(&format!("cannot be read: {error}")))?;
        let value: serde_json::Value = serde_json::from_slice(&text).map_err(|_| refuse("is not a saved plan"))?;
        let format = value.pointer("/plan/format").and_then(serde_json::Value::as_u64);
        if format.is_some_and(|format| format != u64::from(PLAN_FORMAT)) {
            return Err(refuse("was saved by another version of this program"));
        }
        serde_json::from_value(value).map_err(|_| refuse("is not a saved plan"))
    }
}

/// What to do about a file that is no saved plan.
fn next_step(path: &Path) -> String {
    match path.file_stem().filter(|_| path.extension().is_some_and(|ending| ending == "toml")) {
        Some(environment) => format!("name the environment, not its file: `deploy apply {}`", environment.display()),
        None => "make a new one: `deploy plan ENV -o FILE`".to_owned(),
    }
}

/// Whether an argument of `apply` is meant as a file: the name of an environment has neither dot nor slash.
pub fn is_plan_file(argument: &str) -> bool {
    argument.contains(['.', '/'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(configuration: &str) -> Plan {
        let owner = deploy_model::Owner { application: "shop".to_owned(), environment: "dev".to_owned() };
        let text = |text: &str| text.to_owned();
        let place = deploy_model::Place { account: text("1"), region: text("r"), partition: text("aws"), local: true };
        Plan {
            format: PLAN_FORMAT,
            owner,
            place,
            destroy: false,
            configuration: configuration.to_owned(),
            changes: Vec::new(),
            steps: Vec::new(),
            unchanged: Vec::new(),
            findings: Vec::new(),
        }
    }

    #[test]
    fn what_was_saved_is_read_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("dev.plan");
        let saved = SavedPlan { sets: vec!["a=1".to_owned()], plan: plan("x") };
        saved.write(&path).expect("written");
        let read = SavedPlan::read(&path).expect("read");
        assert_eq!((read.sets, read.plan), (saved.sets, saved.plan));
        std::fs::write(&path, "{}").expect("written");
        assert_eq!(SavedPlan::read(&path).expect_err("no plan").exit().code(), 3);
        assert!(next_step(Path::new("environments/dev.toml")).ends_with("`deploy apply dev`"));
    }

    #[test]
    fn files_are_told_from_environments() {
        assert!(is_plan_file("dev.plan") && is_plan_file("./dev") && !is_plan_file("dev"));
    }
}
