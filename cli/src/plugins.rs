//! Which plugins this program carries.

use std::path::Path;

use deploy_aws::Clients;
use deploy_host::{CARRY, Clash, Command, LockFile, Plugins, Registry};
use deploy_plugin::Plugin;

use crate::error::CommandError;
use crate::terminal::Terminal;
use crate::view::plugin_log::plugin_log;

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

/// The plugins that are compiled in and take part: all of them.
///
/// For the tests of what is loaded in their place: `DEPLOY_TEST_WITHOUT_BUILT_IN` leaves them out.
fn taking_part(clients: &Clients) -> Vec<Plugin> {
    #[cfg(debug_assertions)]
    if std::env::var_os("DEPLOY_TEST_WITHOUT_BUILT_IN").is_some() {
        return Vec::new();
    }
    built_in(clients).into()
}

/// The registry of all plugins: those that are compiled in, on these clients, and those of the project.
///
/// # Errors
/// Where two plugins claim one section or one kind.
pub fn registry(clients: &Clients, dynamic: &Plugins) -> Result<Registry, CommandError> {
    Registry::new(taking_part(clients).into_iter().chain(dynamic.plugins())).map_err(clash)
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

/// Writes what is approved in the project at `root`.
///
/// # Errors
/// Where it cannot be written.
pub fn written(lock: &LockFile, root: &Path) -> Result<(), CommandError> {
    let help = "give yourself the right to write to the project's folder";
    lock.write(root).map_err(|error| CommandError::bad_input(error.to_string(), help))
}

/// This program as the child that carries a plugin of the project at `root`.
pub fn carrier(root: &Path) -> Command {
    // Whatever stands at the program's path by now, the child is the same program.
    let program = if cfg!(target_os = "linux") { Ok("/proc/self/exe".into()) } else { std::env::current_exe() };
    Command {
        program: program.unwrap_or_else(|_| "deploy".into()),
        arguments: vec![CARRY.into()],
        folder: root.to_owned(),
    }
}

/// Two plugins that claim the same, and what to do.
pub fn clash(clash: Clash) -> CommandError {
    let help = format!("take one of them out: `deploy plugin remove {}`", clash.second);
    CommandError::bad_input(clash.to_string(), help)
}
