//! `deploy plugin test`: whether a built plugin holds to what every plugin must. Nothing is approved for it: what runs is
//! the folder that was typed, against an embedded AWS of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use deploy_conformance::{Canaries, Context, Heard, Outcome, Prepared, SCRIPT, Script, Subject, laid, run as show};
use deploy_host::{LockFile, LockedPlugin, LogLine, LogSink, Plugins, Registry, Services, read_text};
use deploy_model::Place;
use deploy_plugin::manifest::{Carrier, Deadlines};
use deploy_plugin::wire::Description;
use toml::{Table, Value};

use super::source::Source;
use crate::arguments::{Format, PluginTest};
use crate::command::Session;
use crate::command::init::lay_out;
use crate::connect::Connection;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::plugins::carrier;
use crate::services::WayToAws;
use crate::terminal::Terminal;
use crate::view::Style;
use crate::view::conformance::{conformance_json, outcome_line, summary_line};
use crate::view::plugin_log::plugin_log;
use crate::workspace::{Workspace, section_values};

/// The application, and the environment, that the plugin meets the others in.
const APP: &str = "conformance";
const ENVIRONMENT: &str = "dev";
/// How long a look, a change and what is put off may take at most, in seconds.
const LONGEST_READ: u32 = 30;
const LONGEST_CHANGE: u32 = 60;
const LONGEST_RETRY: u32 = 30;

pub async fn run(session: &Session, arguments: &PluginTest) -> Result<Exit, CommandError> {
    let terminal = session.terminal;
    let source = Source::read(&arguments.folder)?;
    let locked = locked(&source)?;
    let script = script(&source.folder)?;
    let folder = tempfile::tempdir().map_err(CommandError::io("cannot make a folder to test in"))?;
    lay_out(folder.path(), APP, |_| ())?;
    let heard = Heard::default();
    source.say_if_older(terminal);
    let artefact = runnable(&locked, folder.path())?;
    let command = carrier(folder.path());
    let subject = Arc::new(Subject { manifest: source.manifest.clone(), artefact, command, script });
    let shown = plugin_log(terminal.err, session.global.verbose);
    let bench = Bench::open(folder.path(), locked, heard.clone(), shown, terminal).await;
    let met = bench.as_ref().map(|bench| (bench.description(), bench as &dyn deploy_conformance::Bench));
    let hear = |outcome: &Outcome| {
        if arguments.format == Format::Text {
            // Where nobody reads any more, the exit code still says it.
            let _ = terminal.print(&outcome_line(outcome, terminal.out));
        }
    };
    let outcomes = show(Context { subject, bench: met.map_err(Clone::clone), heard, hear: &hear }).await;
    match arguments.format {
        Format::Text => terminal.print(&summary_line(&source.manifest, &outcomes, terminal.out))?,
        Format::Json => terminal.print_json(&conformance_json(&source.manifest, &outcomes))?,
    }
    Ok(if outcomes.iter().any(|outcome| outcome.verdict.is_failure()) { Exit::Failed } else { Exit::Done })
}

/// The plugin as it would be approved, with every scope that its manifest names.
fn locked(source: &Source) -> Result<LockedPlugin, CommandError> {
    let bytes = source.bytes()?;
    let artefact = source.artefact();
    let path = artefact.canonicalize().map_err(CommandError::io(format!("cannot find `{}`", artefact.display())))?;
    let locked = LockedPlugin::of(&source.manifest, source.folder.clone(), path, &bytes);
    Ok(LockedPlugin { deadline_seconds: patience(locked.deadline_seconds), ..locked })
}

/// Nothing takes minutes in an AWS that nobody else uses.
fn patience(deadlines: Deadlines) -> Deadlines {
    let Deadlines { stage, read, change, stop, retry } = deadlines;
    let (read, change, retry) = (read.min(LONGEST_READ), change.min(LONGEST_CHANGE), retry.min(LONGEST_RETRY));
    Deadlines { stage, read, change, stop, retry }
}

/// The file as the suite starts it: a library where it lies, a program from a copy, as the host does it. A script need
/// not be executable.
fn runnable(plugin: &LockedPlugin, folder: &Path) -> Result<PathBuf, CommandError> {
    let file = plugin.file().map(|file| file.path.clone()).unwrap_or_default();
    if plugin.carrier == Carrier::Library {
        return Ok(file);
    }
    let own = folder.join("artefact");
    let copy = own.join(file.file_name().unwrap_or_default());
    let copied = fs::create_dir(&own).and_then(|()| fs::copy(&file, &copy)).and_then(|_| executable(&copy));
    copied.map_err(CommandError::io(format!("cannot copy `{}`", file.display())))?;
    Ok(copy)
}

#[cfg(unix)]
fn executable(file: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(file, fs::Permissions::from_mode(0o500))
}

#[cfg(not(unix))]
fn executable(_: &Path) -> std::io::Result<()> {
    Ok(())
}

fn script(folder: &Path) -> Result<Script, CommandError> {
    let file = folder.join(SCRIPT);
    match read_text(&file) {
        Ok(text) => Script::parse(&text).map_err(|error| {
            let help = "it holds `[first]`, `[then]` and `[replaced]`: contents of the plugin's section";
            CommandError::bad_input(format!("`{}`: {error}", file.display()), help)
        }),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Script::default()),
        Err(error) => Err(CommandError::Io(format!("cannot read `{}`", file.display()), error)),
    }
}

/// The project of the template, in a folder and a world of its own.
struct Bench {
    workspace: Workspace,
    connection: Connection,
    services: Arc<dyn Services>,
    place: Place,
    /// What the environment's file says before the plugin's section is put into it.
    base: Table,
    root: PathBuf,
}

impl Bench {
    /// Starts the plugin as the host does, beside all others.
    ///
    /// # Errors
    /// Why that cannot be, in a line.
    async fn open(
        root: &Path,
        plugin: LockedPlugin,
        heard: Heard,
        shown: LogSink,
        terminal: Terminal,
    ) -> Result<Self, String> {
        let listens = heard.sink();
        let both = Arc::new(move |line: LogLine| {
            listens(line.clone());
            shown(line);
        });
        let mut lock = LockFile::default();
        lock.put(plugin);
        let dynamic = Plugins::start(root, &lock, &carrier(root), both)
            .map_err(|errors| errors.first().map(ToString::to_string).unwrap_or_default())?;
        let said = |error: CommandError| in_a_line(&error);
        let workspace = Workspace::apart(root, dynamic, terminal).map_err(said)?;
        let intended = workspace.told(ENVIRONMENT).map_err(said)?;
        let mut services: Option<Arc<dyn Services>> = None;
        let given = |way: WayToAws| Arc::clone(services.insert(Arc::new(Canaries(Arc::new(way)))));
        let connection = Connection::giving(&workspace, &intended, given).await.map_err(said)?;
        let place = connection.place(&intended).await.map_err(said)?;
        let base = fs::read_to_string(root.join(file())).map_err(|error| error.to_string())?;
        let base = base.parse().map_err(|error: toml::de::Error| error.message().to_owned())?;
        let services = services.expect("a connection that opened has asked what to give");
        Ok(Self { workspace, connection, services, place, base, root: root.to_owned() })
    }

    fn description(&self) -> Description {
        let remote = self.workspace.dynamic().remotes().first();
        remote.map(|remote| remote.description().clone()).unwrap_or_default()
    }
}

impl deploy_conformance::Bench for Bench {
    fn registry(&self) -> &Registry {
        &self.connection.registry
    }

    fn place(&self) -> &Place {
        &self.place
    }

    fn services(&self) -> Arc<dyn Services> {
        Arc::clone(&self.services)
    }

    fn prepare(&self, section: Option<(&str, &Table)>) -> Result<Prepared, String> {
        let own = section.map(|(name, contents)| (name.to_owned(), Value::Table(contents.clone())));
        let text = laid(self.base.clone(), &own.into_iter().collect()).to_string();
        fs::write(self.root.join(file()), text).map_err(|error| error.to_string())?;
        let told = self.workspace.told(ENVIRONMENT).map_err(|error| in_a_line(&error))?;
        let sections = section_values(&told.configuration, &self.connection.registry.stages());
        Ok(Prepared { sections, context: told.context })
    }
}

/// The environment's file.
fn file() -> String {
    format!("environments/{ENVIRONMENT}.toml")
}

/// An error, its lines put together.
fn in_a_line(error: &CommandError) -> String {
    let text = error.text(Style::Plain);
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").trim_start_matches("error: ").to_owned()
}
