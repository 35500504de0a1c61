//! What is remembered of releases.

use deploy_ledger::{Commit, Ending, Recorded, Release};
use serde_json::{Value, json};

use crate::view::Style;
use crate::view::time::utc;
use crate::view::value::on_one_line;

/// How much of a commit's hash tells it from the others.
const SHORT: usize = 10;

/// Every release, the newest first, a few lines each.
pub fn history_text(releases: &[Recorded], style: Style) -> String {
    releases.iter().map(|recorded| release_text(recorded, style)).collect::<Vec<_>>().join("\n")
}

/// One release: what was run and how it ended, then by whom, then what went wrong.
pub fn release_text(recorded: &Recorded, style: Style) -> String {
    let Recorded { number, ended, release } = recorded;
    let when = ended.map(utc).unwrap_or_default();
    let headline = format!("#{number}  {when}  {}", on_one_line(&release.command));
    let by = format!("{}@{}", release.user, release.host);
    let commit = release.commit.as_ref().map(|commit| format!("  commit {}", short(commit))).unwrap_or_default();
    let mut text = format!("{}  {}\n", style.strong(&headline), ending(release.ending, style));
    text.push_str(&format!("    {}  in {}\n", changes(release), seconds(release.took_ms)));
    text.push_str(&format!("    by {}{}\n", on_one_line(&by), on_one_line(&commit)));
    if let Some(stumble) = &release.stumble {
        text.push_str(&format!("    {}: {}\n", stumble.address, on_one_line(&stumble.message)));
    }
    text
}

/// The same for programs.
pub fn release_json(recorded: &Recorded) -> Value {
    let mut release = serde_json::to_value(&recorded.release).expect("a release is plain data");
    release["number"] = json!(recorded.number);
    release["ended"] = json!(recorded.ended);
    let took = i64::try_from(recorded.release.took_ms / 1000).unwrap_or_default();
    release["began"] = json!(recorded.ended.map(|ended| ended - took));
    release
}

/// `3 created, 1 updated; 1 failed, 2 not begun`.
fn changes(release: &Release) -> String {
    let done = [("create", "created"), ("update", "updated"), ("retire", "retired"), ("delete", "deleted")];
    let done: Vec<String> =
        done.iter().filter_map(|(action, word)| Some(format!("{} {word}", release.actions.get(*action)?))).collect();
    let rest = [(release.count.failed, "failed"), (release.count.skipped, "not begun")];
    let rest: Vec<String> =
        rest.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    let done = if done.is_empty() { "nothing changed".to_owned() } else { done.join(", ") };
    if rest.is_empty() { done } else { format!("{done}; {}", rest.join(", ")) }
}

fn ending(ending: Ending, style: Style) -> String {
    match ending {
        Ending::Done => style.good("done"),
        Ending::Failed => style.bad("failed"),
        Ending::Interrupted => style.careful("interrupted"),
        Ending::RolloutFailed => style.bad("rollout failed"),
        Ending::LockLost => style.bad("lost its lock"),
    }
}

fn short(commit: &Commit) -> String {
    let id: String = commit.id.chars().take(SHORT).collect();
    if commit.dirty { format!("{id} with changes") } else { id }
}

#[expect(clippy::cast_precision_loss, reason = "a run takes hours at most")]
fn seconds(milliseconds: u64) -> String {
    format!("{:.1}s", milliseconds as f64 / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use deploy_ledger::{Count, Stumble};

    #[test]
    fn a_history_reads_like_this() {
        let done = Release {
            command: "deploy apply dev".to_owned(),
            user: "jane".to_owned(),
            host: "build-1".to_owned(),
            took_ms: 12_340,
            commit: Some(Commit { id: "0123456789abcdef".to_owned(), dirty: true }),
            actions: [("create".to_owned(), 12), ("update".to_owned(), 1)].into(),
            ..Release::default()
        };
        let stumble =
            Stumble { address: "network.vpc.main".to_owned(), message: "CreateVpc: VpcLimitExceeded: no".to_owned() };
        let failed = Release {
            ending: Ending::Failed,
            stumble: Some(stumble),
            commit: None,
            count: Count { total: 3, done: 0, failed: 1, skipped: 2 },
            actions: Default::default(),
            ..done.clone()
        };
        let releases = [
            Recorded { number: 12, ended: Some(1_764_072_000), release: done },
            Recorded { number: 11, ended: Some(1_764_070_000), release: failed },
        ];
        insta::assert_snapshot!(history_text(&releases, Style::Plain), @r"
        #12  2025-11-25T12:00:00Z  deploy apply dev  done
            12 created, 1 updated  in 12.3s
            by jane@build-1  commit 0123456789 with changes

        #11  2025-11-25T11:26:40Z  deploy apply dev  failed
            nothing changed; 1 failed, 2 not begun  in 12.3s
            by jane@build-1
            network.vpc.main: CreateVpc: VpcLimitExceeded: no
        ");
        assert_eq!(release_json(&releases[0])["began"], json!(1_764_071_988));
    }
}
