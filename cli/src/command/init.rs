//! `deploy init`: starts a project from the templates that the program carries. Overwrites nothing.

use std::fs;
use std::path::{Path, PathBuf};

use crate::arguments::Init;
use crate::command::Session;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::workspace::Workspace;

macro_rules! templates {
    ($($target:literal from $source:literal),* $(,)?) => {
        &[$(($target, include_str!(concat!("../../../templates/", $source)))),*]
    };
}

/// Every file of a new project, and what it begins as.
const TEMPLATES: &[(&str, &str)] = templates![
    "README.md" from "project/README.md",
    ".gitignore" from "project/.gitignore",
    "environments/default.toml" from "project/environments/default.toml",
    "environments/dev.toml" from "project/environments/dev.toml",
    "environments/prod.toml" from "project/environments/prod.toml",
    "app/Dockerfile" from "app/Dockerfile",
    "app/.dockerignore" from "app/.dockerignore",
    "app/package.json" from "app/package.json",
    "app/index.js" from "app/index.js",
];

/// The schema that every environment file names, so that editors complete and check.
const SCHEMA: &str = "environments/schema.json";

/// What the templates say where the application's name belongs.
const APP: &str = "{{app}}";
const LONGEST_APP: usize = 32;

pub fn run(session: &Session, arguments: &Init) -> Result<Exit, CommandError> {
    let terminal = session.terminal;
    let folder = &arguments.folder;
    refuse_to_overwrite(folder)?;
    let app = app_name(folder)?;
    lay_out(folder, &app, |name| terminal.say(&format!("  + {name}\n")))?;
    let schema = Workspace::at(folder, &session.global, terminal)?.schema()?;
    write(&folder.join(SCHEMA), &schema)?;
    terminal.say(&format!("  + {SCHEMA}\n\n{app} is a project now. Without an AWS account:\n\n"));
    let inside = if folder == Path::new(".") { String::new() } else { format!("  cd {}\n", folder.display()) };
    terminal.say(&format!("{inside}  deploy plan dev --local\n  deploy apply dev --local\n"));
    Ok(Exit::Done)
}

/// Writes the files of a new project called `app`. `written` hears of each.
///
/// # Errors
/// Where one cannot be written.
pub fn lay_out(folder: &Path, app: &str, written: impl Fn(&str)) -> Result<(), CommandError> {
    for (name, text) in TEMPLATES {
        write(&folder.join(name), &text.replace(APP, app))?;
        written(name);
    }
    Ok(())
}

fn refuse_to_overwrite(folder: &Path) -> Result<(), CommandError> {
    let taken = |name: &&str| folder.join(name).symlink_metadata().is_ok();
    let names = TEMPLATES.iter().map(|(name, _)| *name).chain([SCHEMA]);
    let taken: Vec<&str> = names.filter(taken).collect();
    if taken.is_empty() {
        return Ok(());
    }
    let message = format!("these exist already, and nothing was written: {}", taken.join(", "));
    Err(CommandError::bad_input(message, "choose an empty folder: `deploy init FOLDER`"))
}

/// The folder's own name, as far as an application can be called that.
fn app_name(folder: &Path) -> Result<String, CommandError> {
    let full: PathBuf = std::path::absolute(folder).map_err(CommandError::io("cannot tell where this is"))?;
    let name = full.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let legal = |character: char| if character.is_ascii_alphanumeric() || character == '_' { character } else { '-' };
    let name: String = name.chars().map(legal).skip_while(|first| !first.is_ascii_alphabetic()).collect();
    let name: String = name.chars().take(LONGEST_APP).collect();
    let name = name.trim_end_matches('-');
    Ok(if name.is_empty() { "app".to_owned() } else { name.to_owned() })
}

fn write(path: &Path, text: &str) -> Result<(), CommandError> {
    let failed = CommandError::io(format!("cannot write `{}`", path.display()));
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).and_then(|()| fs::write(path, text)).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_application_is_called_like_its_folder() {
        let name = |path: &str| app_name(Path::new(path)).expect("a name");
        assert_eq!(name("/a/my shop"), "my-shop");
        assert_eq!(name("/a/2nd_shop"), "nd_shop");
        assert_eq!(name("/a/123"), "app");
        assert_eq!(name(&format!("/a/{}", "s".repeat(40))), "s".repeat(32));
    }
}
