//! What would be left behind where the program ends at once: processes of plugins, and copies of their files.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rustix::process::{Pid, Signal, kill_process_group};

static GROUPS: Mutex<BTreeSet<i32>> = Mutex::new(BTreeSet::new());
static FOLDERS: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// A process group that is to be ended with the program.
pub fn remember_group(pid: Pid) {
    GROUPS.lock().unwrap_or_else(PoisonError::into_inner).insert(pid.as_raw_nonzero().get());
}

/// A process group that the system is about to forget: its number may be somebody else's from now on.
pub fn forget_group(pid: Pid) {
    GROUPS.lock().unwrap_or_else(PoisonError::into_inner).remove(&pid.as_raw_nonzero().get());
}

/// A folder that is to go with the program.
pub fn remember_folder(folder: &Path) {
    FOLDERS.lock().unwrap_or_else(PoisonError::into_inner).push(folder.to_owned());
}

/// Ends every plugin that runs and takes the copies of their files away, for a program that ends without unwinding.
pub fn end_plugins() {
    let groups = GROUPS.lock().unwrap_or_else(PoisonError::into_inner);
    for pid in groups.iter().filter_map(|number| Pid::from_raw(*number)) {
        let _ = kill_process_group(pid, Signal::KILL);
    }
    for folder in FOLDERS.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
        let _ = fs::remove_dir_all(folder);
    }
}
