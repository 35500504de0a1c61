//! One run at a time changes an environment from this project folder. The system gives the lock back however a run ends.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use deploy_ledger::Holder;

use crate::error::CommandError;
use crate::view::time::utc;

/// Where the locks of a project are, relative to it.
const FOLDER: &str = ".deploy/locks";
/// How often a lock that is waited for is tried.
const PAUSE: Duration = Duration::from_millis(200);

/// Held while it lives.
#[derive(Debug)]
pub struct EnvironmentLock(#[expect(dead_code, reason = "it holds by being open")] File);

impl EnvironmentLock {
    /// Takes the lock of an environment; `holder` is what another run is told. While it is waited for, `waiting` hears who
    /// has it.
    ///
    /// # Errors
    /// Where another run holds it for longer than `patience`.
    pub fn take(
        root: &Path,
        environment: &str,
        holder: &Holder,
        patience: Duration,
        waiting: &dyn Fn(&str),
    ) -> Result<Self, CommandError> {
        let failed = || CommandError::io(format!("cannot lock {environment}"));
        let folder = root.join(FOLDER);
        fs::create_dir_all(&folder).map_err(failed())?;
        let path = folder.join(environment);
        let mut options = OpenOptions::new();
        let mut file = options.read(true).write(true).create(true).truncate(false).open(path).map_err(failed())?;
        let begun = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if begun.elapsed() < patience => {
                    waiting(&other(&mut file));
                    std::thread::sleep(PAUSE);
                }
                Err(TryLockError::WouldBlock) => return Err(locked(environment, &mut file)),
                Err(TryLockError::Error(error)) => return Err(failed()(error)),
            }
        }
        let note = format!("{holder}: {}", holder.doing);
        file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(note.as_bytes())).map_err(failed())?;
        Ok(Self(file))
    }
}

/// Who has written into the file of a lock that is taken.
fn other(file: &mut File) -> String {
    let mut note = String::new();
    match file.rewind().and_then(|()| file.read_to_string(&mut note)) {
        Ok(length) if length > 0 => note,
        _ => "another process".to_owned(),
    }
}

fn locked(environment: &str, file: &mut File) -> CommandError {
    let holder = other(file);
    let since = file.metadata().and_then(|metadata| metadata.modified()).ok();
    let since = since.and_then(|since| since.duration_since(SystemTime::UNIX_EPOCH).ok());
    let since = since.map(|since| format!("since {}", utc(i64::try_from(since.as_secs()).unwrap_or_default())));
    let message = format!("{environment} is locked by {holder}");
    CommandError::locked(message, "wait until it has ended, then run this again")
        .with_details(since.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_is_told_of_the_first() {
        let folder = tempfile::tempdir().expect("a folder");
        let holder = |doing: &str| crate::holder::this_run(doing.to_owned()).expect("a holder");
        let heard = std::cell::RefCell::new(String::new());
        let waiting = |who: &str| who.clone_into(&mut heard.borrow_mut());
        let take =
            |doing: &str, patience| EnvironmentLock::take(folder.path(), "dev", &holder(doing), patience, &waiting);
        let first = take("deploy apply dev", Duration::ZERO).expect("free");
        let error = take("deploy destroy dev", PAUSE).expect_err("taken");
        assert_eq!(error.exit().code(), 4);
        assert!(error.text(crate::view::Style::Plain).contains("deploy apply dev"));
        assert!(heard.borrow().ends_with(": deploy apply dev"), "{}", heard.borrow());
        drop(first);
        // A process that another test starts at this moment holds every file until it is the program that it will be.
        take("again", Duration::from_secs(10)).expect("free again");
    }
}
