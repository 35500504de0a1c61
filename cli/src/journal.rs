//! What the last run on this machine may have left behind, for the next one: reads may not show it yet.
//!
//! It is written before a run changes anything and again when the run has ended, and holds nothing but addresses. One
//! that says of no end is from a run that was killed. It is no state: without it, or with a damaged one, a run takes
//! longer to believe what it reads, and that is all.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use deploy_engine::{Aftermath, Report};
use deploy_model::Plan;
use serde::{Deserialize, Serialize};

use crate::error::CommandError;
use crate::files::write_private;
use crate::view::time::now;

/// Where the journals of a project are, relative to it.
const FOLDER: &str = ".deploy/journal";
/// The version of the journal's own format.
const FORMAT: u32 = 1;
/// For how long after a run its writes may not be shown everywhere. AWS names no bound and means seconds.
///
/// Source: <https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html>
const RECENT: Duration = Duration::from_secs(120);

/// The journal of one environment at one AWS.
pub struct Journal {
    path: PathBuf,
}

/// What it says.
#[derive(Serialize, Deserialize)]
struct Entry {
    format: u32,
    /// When the run ended, in seconds since 1970; nothing where it did not.
    ended: Option<u64>,
    left: Aftermath,
}

impl Journal {
    /// The journal of `environment` in the project at `root`. `place` tells one AWS from another: `aws`, `local`, a host.
    pub fn of(root: &Path, environment: &str, place: &str) -> Self {
        let place: String =
            place.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect();
        Self { path: root.join(FOLDER).join(format!("{environment}.{place}.json")) }
    }

    /// What the last run may have left behind.
    pub fn aftermath(&self) -> Aftermath {
        let is_file =
            |metadata: fs::Metadata| if metadata.is_file() { Ok(()) } else { Err(io::Error::other("no file")) };
        let text = match fs::metadata(&self.path).and_then(is_file).and_then(|()| fs::read(&self.path)) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Aftermath::settled(),
            Err(_) => return Aftermath::Unknown,
        };
        match serde_json::from_slice::<Entry>(&text) {
            Ok(Entry { format: FORMAT, ended: Some(ended), .. }) if !is_recent(ended) => Aftermath::settled(),
            Ok(Entry { format: FORMAT, left, .. }) => left,
            _ => Aftermath::Unknown,
        }
    }

    /// Notes that `plan` is about to be carried out. Comes back when the note outlives the machine's end.
    ///
    /// # Errors
    /// Where the project's folder cannot be written to, or is full.
    pub fn begin(&self, plan: &Plan) -> Result<(), CommandError> {
        self.write(None, Aftermath::of_begun(plan))
    }

    /// Notes how a run has ended.
    ///
    /// # Errors
    /// As [`Journal::begin`]. What was noted before stays, and costs the next run a while.
    pub fn end(&self, plan: &Plan, report: &Report) -> Result<(), CommandError> {
        self.write(Some(now()), Aftermath::of_ended(plan, report))
    }

    fn write(&self, ended: Option<u64>, left: Aftermath) -> Result<(), CommandError> {
        let text = serde_json::to_vec(&Entry { format: FORMAT, ended, left }).expect("plain data");
        let folder = self.path.parent().expect("a folder of the project's");
        fs::create_dir_all(folder)
            .and_then(|()| write_private(&self.path, &text))
            .map_err(CommandError::io(format!("cannot write `{}`", self.path.display())))
    }
}

/// Whether a moment is near, on either side: the clock may have been set meanwhile.
fn is_recent(ended: u64) -> bool {
    now().abs_diff(ended) <= RECENT.as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(there: &[&str]) -> Aftermath {
        let there =
            there.iter().map(|address| (address.parse().expect("an address"), Some("id-1".to_owned()))).collect();
        Aftermath::Known { there, gone: [].into() }
    }

    #[test]
    fn what_is_old_is_settled_and_what_never_ended_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let journal = Journal::of(folder.path(), "dev", "127.0.0.1:4566");
        assert_eq!(journal.aftermath(), Aftermath::settled());
        let left = known(&["network.vpc.main"]);
        for (ended, expected) in [
            (None, left.clone()),
            (Some(now()), left.clone()),
            (Some(now() + 60), left.clone()),
            (Some(now() - 3600), Aftermath::settled()),
            (Some(now() + 3600), Aftermath::settled()),
        ] {
            journal.write(ended, left.clone()).expect("written");
            assert_eq!(journal.aftermath(), expected);
        }
    }

    /// Cut off anywhere, or with anything else in it, it is no reason to stop and none to believe what is read.
    #[test]
    fn what_is_damaged_says_that_nobody_knows() {
        let folder = tempfile::tempdir().expect("a folder");
        let journal = Journal::of(folder.path(), "dev", "aws");
        journal.write(None, known(&["network.vpc.main"])).expect("written");
        let whole = fs::read(&journal.path).expect("read");
        for length in 0..whole.len() {
            fs::write(&journal.path, &whole[..length]).expect("written");
            assert_eq!(journal.aftermath(), Aftermath::Unknown, "{length} bytes of it");
        }
        for other in ["null", "{\"format\":2,\"ended\":null,\"left\":\"unknown\"}", "\u{0}"] {
            fs::write(&journal.path, other).expect("written");
            assert_eq!(journal.aftermath(), Aftermath::Unknown);
        }
    }
}
