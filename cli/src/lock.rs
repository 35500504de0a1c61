//! One run at a time changes an environment from this project folder. The system gives the lock back however a run ends.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use crate::error::CommandError;

/// Where the locks of a project are, relative to it.
const FOLDER: &str = ".deploy/locks";

/// Held while it lives.
#[derive(Debug)]
pub struct EnvironmentLock(#[expect(dead_code, reason = "it holds by being open")] File);

impl EnvironmentLock {
    /// Takes the lock of an environment; `doing` is what another run is told.
    ///
    /// # Errors
    /// Where another run holds it.
    pub fn take(root: &Path, environment: &str, doing: &str) -> Result<Self, CommandError> {
        let failed = || CommandError::io(format!("cannot lock {environment}"));
        let folder = root.join(FOLDER);
        fs::create_dir_all(&folder).map_err(failed())?;
        let path = folder.join(environment);
        let mut options = OpenOptions::new();
        let mut file = options.read(true).write(true).create(true).truncate(false).open(path).map_err(failed())?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(locked(environment, &mut file)),
            Err(TryLockError::Error(error)) => return Err(failed()(error)),
        }
        let note = format!("process {} is at work: {doing}", std::process::id());
        file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(note.as_bytes())).map_err(failed())?;
        Ok(Self(file))
    }
}

fn locked(environment: &str, file: &mut File) -> CommandError {
    let mut note = String::new();
    let holder = match file.read_to_string(&mut note) {
        Ok(length) if length > 0 => note,
        _ => "another process is at work".to_owned(),
    };
    CommandError::locked(format!("{environment} is locked: {holder}"), "wait until it has ended, then run this again")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_of_the_first() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = EnvironmentLock::take(folder.path(), "dev", "deploy apply dev").expect("free");
        let error = EnvironmentLock::take(folder.path(), "dev", "deploy destroy dev").expect_err("taken");
        assert_eq!(error.exit().code(), 4);
        assert!(error.text(crate::view::Style::Plain).contains("deploy apply dev"));
        drop(first);
        EnvironmentLock::take(folder.path(), "dev", "again").expect("free again");
    }
}
