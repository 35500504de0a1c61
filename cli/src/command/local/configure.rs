//! `deploy local configure`: shows and changes how the embedded AWS behaves.

use std::fs;
use std::path::Path;

use deploy_config::Project;
use deploy_local::Settings;
use deploy_local::settings::SettingsError;
use serde_json::{Value, json};

use crate::arguments::{Format, LocalConfigure};
use crate::command::Session;
use crate::connect::{local_error, open_local};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::view::Style;
use crate::view::columns::pad;

pub fn run(session: &Session, arguments: &LocalConfigure) -> Result<Exit, CommandError> {
    let local = open_local(Project::find(Path::new("."))?.root())?;
    let document = arguments.file.as_deref().map(read).transpose()?;
    let settings = local
        .with_world(|world| {
            let settings = changed(&world.settings, arguments, document.as_ref())?;
            world.settings = settings.clone();
            Ok::<_, CommandError>(settings)
        })
        .map_err(|error| local_error(&error))??;
    match arguments.format {
        Format::Text => session.terminal.print(&text(&settings, session.terminal.out))?,
        Format::Json => session.terminal.print_json(&json!(settings))?,
    }
    Ok(Exit::Done)
}

/// The settings after everything that was asked for: all of it or nothing.
fn changed(before: &Settings, arguments: &LocalConfigure, document: Option<&Value>) -> Result<Settings, CommandError> {
    let mut settings = before.clone();
    if arguments.defaults {
        // The clock alone cannot go back.
        settings = Settings { clock_ms: before.clock_ms, ..Settings::default() };
    }
    if let Some(document) = document {
        settings.merge(document).map_err(refused)?;
    }
    for assignment in &arguments.settings {
        let Some((name, value)) = assignment.split_once('=') else {
            let message = format!("`{assignment}` is no setting and its value");
            return Err(CommandError::bad_input(message, format!("write `{assignment}=VALUE`")));
        };
        settings.set(name.trim(), value).map_err(refused)?;
    }
    Ok(settings)
}

fn refused(error: SettingsError) -> CommandError {
    CommandError::bad_input(error.to_string(), error.help())
}

/// A TOML file of settings.
fn read(file: &Path) -> Result<Value, CommandError> {
    let name = file.display();
    let help = "write one setting a line, such as `latency = \"50ms\"`";
    let text = fs::read_to_string(file)
        .map_err(|error| CommandError::bad_input(format!("cannot read `{name}`: {error}"), help))?;
    toml::from_str(&text)
        .map_err(|error| CommandError::bad_input(format!("`{name}` is no TOML: {}", error.message()), help))
}

fn text(settings: &Settings, style: Style) -> String {
    let listed = settings.list();
    let name = listed.iter().map(|line| line.name.len()).max().unwrap_or_default();
    let value = listed.iter().map(|line| line.value.len()).max().unwrap_or_default();
    let line = |line: &deploy_local::settings::Listed| {
        let shown = pad(&line.value, value + 2);
        let shown = if line.value == line.default { shown } else { style.careful(&shown).to_string() };
        format!("{}{shown}{}\n", pad(line.name, name + 2), style.faint(line.description))
    };
    listed.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(settings: &[&str], defaults: bool) -> LocalConfigure {
        let settings = settings.iter().map(|&text| text.to_owned()).collect();
        LocalConfigure { settings, file: None, defaults, format: Format::Text }
    }

    #[test]
    fn everything_is_set_or_nothing() {
        let before = Settings::default();
        let after = changed(&before, &arguments(&["latency=50ms", "enforce_iam=true"], false), None).expect("settings");
        assert_eq!((after.latency_ms, after.enforce_iam), (50, true));
        let error =
            changed(&before, &arguments(&["latency=50ms", "latncy=1"], false), None).expect_err("a typing error");
        assert_eq!(error.exit().code(), 3);
        assert!(error.text(Style::Plain).contains("latency_ms"));
        assert!(changed(&before, &arguments(&["latency"], false), None).is_err());
    }

    #[test]
    fn a_file_comes_before_what_is_typed_and_after_the_defaults() {
        let slow = Settings { latency_ms: 9, iam_lag_ms: 9, clock_ms: 9, ..Settings::default() };
        let file = json!({ "latency": "1s", "read_lag_ms": 7 });
        let after = changed(&slow, &arguments(&["latency=2s"], true), Some(&file)).expect("settings");
        assert_eq!((after.latency_ms, after.read_lag_ms, after.iam_lag_ms, after.clock_ms), (2000, 7, 0, 9));
    }

    #[test]
    fn the_list_reads_like_this() {
        insta::assert_snapshot!(text(&Settings { latency_ms: 50, ..Settings::default() }, Style::Plain));
    }
}
