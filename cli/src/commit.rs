//! What is checked out where the project lies, if it lies in a git repository. The program `git` is asked; where there is
//! none, nothing is known.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use deploy_ledger::Commit;

/// How long an answer is waited for once it is needed.
const PATIENCE: Duration = Duration::from_secs(2);

/// A question that is answered beside everything else.
pub struct CommitQuestion(Receiver<Option<Commit>>);

impl CommitQuestion {
    /// Asks what is checked out.
    pub fn ask(folder: &Path) -> Self {
        let (answer, answered) = channel();
        let folder = folder.to_owned();
        std::thread::spawn(move || answer.send(commit(&folder)));
        Self(answered)
    }

    /// The answer, if there is one.
    pub fn answer(self) -> Option<Commit> {
        self.0.recv_timeout(PATIENCE).ok().flatten()
    }
}

fn commit(folder: &Path) -> Option<Commit> {
    let id = git(folder, &["rev-parse", "--verify", "--quiet", "HEAD"])?;
    let dirty = git(folder, &["status", "--porcelain", "--", "."]).is_none_or(|changes| !changes.is_empty());
    Some(Commit { id, dirty })
}

fn git(folder: &Path, arguments: &[&str]) -> Option<String> {
    let folder: PathBuf = folder.canonicalize().ok()?;
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(arguments).env("GIT_OPTIONAL_LOCKS", "0").stdin(Stdio::null());
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_checked_out_is_known_and_whether_it_was_changed() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        assert_eq!(CommitQuestion::ask(root).answer(), None);
        if git(root, &["init", "--quiet"]).is_none() {
            return;
        }
        assert_eq!(CommitQuestion::ask(root).answer(), None, "nothing was committed");
        std::fs::write(root.join("a"), "1").expect("written");
        let names = ["-c", "user.name=a", "-c", "user.email=a@b"];
        git(root, &["add", "a"]).expect("added");
        git(root, &[&names[..], &["commit", "--quiet", "--message", "a"]].concat()).expect("committed");
        let clean = CommitQuestion::ask(root).answer().expect("a commit");
        assert_eq!((clean.id.len(), clean.dirty), (40, false));
        std::fs::write(root.join("a"), "2").expect("written");
        assert!(CommitQuestion::ask(root).answer().expect("a commit").dirty);
    }
}
