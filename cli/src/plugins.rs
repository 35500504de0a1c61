//! Which plugins this program carries.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use deploy_aws::Clients;
use deploy_host::{Clash, Command, LOCK_FILE, LockFile, Plugins, Registry};
use deploy_plugin::Plugin;

use crate::error::CommandError;
use crate::holder::this_run;
use crate::lock::EnvironmentLock;
use crate::terminal::Terminal;
use crate::view::plugin_log::plugin_log;

/// The program that carries plugins and does nothing else, where it was installed beside this one.
const SMALL_CARRIER: &str = "deploy-plugin-host";

/// The plugins that are compiled in, on these clients.
pub fn built_in(clients: &Clients) -> [Plugin; 5] {
    [
        deploy_network::plugin(clients),
        deploy_security::plugin(clients),
        deploy_secrets::plugin(clients),
        deploy_iam::plugin(clients),
        deploy_ecs::plugin(clients),
    ]
}

/// Which of the plugins that are compiled in take part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BuiltIn {
    /// All of them. One of the project's that claims the same is refused.
    All,
    /// Those that claim nothing that one of the project's does: it is tested in their place.
    WhereNotReplaced,
}

impl BuiltIn {
    fn taking_part(self, clients: &Clients, dynamic: &[Plugin]) -> Vec<Plugin> {
        // For the tests of what is loaded in the place of all.
        #[cfg(debug_assertions)]
        if std::env::var_os("DEPLOY_TEST_WITHOUT_BUILT_IN").is_some() {
            return Vec::new();
        }
        let is_replaced = |plugin: &Plugin| dynamic.iter().any(|other| share(plugin, other));
        built_in(clients).into_iter().filter(|plugin| self == Self::All || !is_replaced(plugin)).collect()
    }
}

/// Whether two plugins claim the same.
fn share(one: &Plugin, other: &Plugin) -> bool {
    let stages = one.stages.iter().any(|one| other.stages.iter().any(|other| one.name() == other.name()));
    stages || one.kinds.iter().any(|one| other.kinds.iter().any(|other| one.describe().name == other.describe().name))
}

/// The registry of all plugins: those that are compiled in, on these clients, and those of the project.
///
/// # Errors
/// Where two plugins claim one section or one kind.
pub fn registry(clients: &Clients, dynamic: &Plugins, which: BuiltIn) -> Result<Registry, CommandError> {
    let dynamic = dynamic.plugins();
    Registry::new(which.taking_part(clients, &dynamic).into_iter().chain(dynamic)).map_err(clash)
}

/// Starts the approved plugins of the project at `root`.
///
/// # Errors
/// Where the lock cannot be used, or a plugin cannot.
pub fn start(root: &Path, terminal: Terminal, verbose: bool) -> Result<Plugins, CommandError> {
    started(root, &locked(root)?, terminal, verbose)
}

/// Starts the plugins of a lock, for the project at `root`.
///
/// # Errors
/// Where one of them cannot be used.
pub fn started(root: &Path, lock: &LockFile, terminal: Terminal, verbose: bool) -> Result<Plugins, CommandError> {
    Plugins::start(root, lock, &carrier(root), plugin_log(terminal.err, verbose)).map_err(CommandError::Plugins)
}

/// What is approved in the project at `root`.
///
/// # Errors
/// Where the lock cannot be read.
pub fn locked(root: &Path) -> Result<LockFile, CommandError> {
    LockFile::read(root).map_err(|error| {
        CommandError::bad_input(error.to_string(), "take it from version control, or add the plugins anew")
    })
}

/// Holds the lock's file against another `deploy plugin add` or `remove` of the project at `root`.
///
/// # Errors
/// Where another is at work.
pub fn alone(root: &Path, verb: &str) -> Result<EnvironmentLock, CommandError> {
    EnvironmentLock::take(root, LOCK_FILE, &this_run(format!("deploy plugin {verb}"))?, Duration::ZERO, &|_| ())
}

/// Writes what is approved in the project at `root`.
///
/// # Errors
/// Where it cannot be written.
pub fn written(lock: &LockFile, root: &Path) -> Result<(), CommandError> {
    let help = "give yourself the right to write to the project's folder";
    lock.write(root).map_err(|error| CommandError::bad_input(error.to_string(), help))
}

/// The child that carries a plugin of the project at `root`: the small program beside this one, or this one itself.
pub fn carrier(root: &Path) -> Command {
    let program = small_carrier().unwrap_or_else(this_program);
    Command { program, arguments: deploy_carrier::arguments(), folder: root.to_owned() }
}

fn small_carrier() -> Option<PathBuf> {
    const MAY_BE_RUN: u32 = 0o111;
    const OTHERS_MAY_WRITE: u32 = 0o002;
    let own = std::env::current_exe().ok()?;
    let small = own.with_file_name(SMALL_CARRIER);
    let (ours, found) = (own.metadata().ok()?, small.metadata().ok()?);
    // Not what somebody else has put there, in a folder where everybody may.
    let is_trusted = found.uid() == ours.uid() && found.mode() & OTHERS_MAY_WRITE == 0;
    (found.is_file() && found.mode() & MAY_BE_RUN != 0 && is_trusted).then_some(small)
}

fn this_program() -> PathBuf {
    // Whatever stands at the program's path by now, the child is the same program.
    let path = if cfg!(target_os = "linux") { Ok("/proc/self/exe".into()) } else { std::env::current_exe() };
    path.unwrap_or_else(|_| "deploy".into())
}

/// Two plugins that claim the same, and what to do.
pub fn clash(clash: Clash) -> CommandError {
    let help = format!("take one of them out: `deploy plugin remove {}`", clash.second);
    CommandError::bad_input(clash.to_string(), help)
}
