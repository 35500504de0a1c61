//! What a project remembers of its releases: one parameter, each release a version of it. Parameter Store keeps a hundred.
//!
//! Source: <https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-versions.html>

use std::collections::BTreeMap;

use deploy_aws::ssm::types::ParameterType;
use deploy_aws::{absent, fault};
use deploy_model::Fault;
use serde::{Deserialize, Serialize};

use crate::Ledger;
use crate::claim::text;

/// Bytes of a value that costs nothing.
/// Source: <https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html>
const MOST_BYTES: usize = 4096;
/// Characters of what a service said.
const MOST_WORDS: usize = 500;
/// Versions on one page.
const PAGE: i32 = 50;

/// A run that changed something, or tried to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// What was run: `deploy apply dev`.
    pub command: String,
    /// Who ran it.
    pub user: String,
    /// On which machine.
    pub host: String,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// What was checked out, where the project is in a git repository.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<Commit>,
    /// The digest of the configuration.
    pub configuration: String,
    /// How it ended.
    pub ending: Ending,
    /// What went wrong first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stumble: Option<Stumble>,
    /// How many steps there were.
    pub count: Count,
    /// How many of the steps that were done did what: `create`, `update`, `delete`.
    pub actions: BTreeMap<String, usize>,
    /// The steps that were done: `create network.vpc.main`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub done: Vec<String>,
    /// Those that failed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed: Vec<String>,
    /// Those that were not begun.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<String>,
    /// How many more steps there were than there is room for.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub left_out: usize,
}

/// What was checked out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commit {
    /// Its hash.
    pub id: String,
    /// Whether the files differed from it.
    pub dirty: bool,
}

/// How a release ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// Everything was done.
    #[default]
    Done,
    /// Steps failed.
    Failed,
    /// It was stopped.
    Interrupted,
    /// The new version of a service did not come up.
    RolloutFailed,
    /// Another run took the environment over.
    LockLost,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stumble {
    /// Where.
    pub address: String,
    /// What.
    pub message: String,
}

/// What became of the steps of a plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// In the plan.
    pub total: usize,
    /// Done.
    pub done: usize,
    /// Failed.
    pub failed: usize,
    /// Not begun.
    pub skipped: usize,
}

/// A release as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Which one.
    pub number: i64,
    /// When it ended, in seconds since 1970 by AWS's clock.
    pub ended: Option<i64>,
    /// What was recorded.
    pub release: Release,
}

impl Ledger {
    /// Remembers a release.
    ///
    /// # Errors
    /// Where Parameter Store cannot be written.
    pub async fn record(&self, release: Release) -> Result<(), Fault> {
        let written = fitted(release);
        let request = self.writes().put_parameter().name(self.name("release")).value(&written);
        let request = request.r#type(ParameterType::String).overwrite(true);
        match request.send().await.map_err(fault("PutParameter")) {
            Ok(_) => Ok(()),
            // The answer was lost, and what was written need not be.
            Err(fault) if fault.is_unanswered() && self.last_written().await == Some(written) => Ok(()),
            Err(fault) => Err(self.explained(fault)),
        }
    }

    /// What was written last, if it can be read.
    async fn last_written(&self) -> Option<String> {
        let reply = self.reads().get_parameter().name(self.name("release")).send().await.ok()?;
        reply.parameter?.value
    }

    /// The last release, where there was one that is remembered.
    ///
    /// # Errors
    /// Where Parameter Store cannot be read.
    pub async fn last_release(&self) -> Result<Option<Recorded>, Fault> {
        let reply = self.reads().get_parameter().name(self.name("release")).send().await;
        let reply = absent(reply.map_err(fault("GetParameter"))).map_err(|fault| self.explained(fault))?;
        Ok(reply.and_then(|reply| reply.parameter).and_then(|parameter| {
            recorded(parameter.version, parameter.last_modified_date.map(|date| date.secs()), parameter.value)
        }))
    }

    /// The releases that are remembered, the newest first.
    ///
    /// # Errors
    /// Where Parameter Store cannot be read.
    pub async fn releases(&self) -> Result<Vec<Recorded>, Fault> {
        let request = self.reads().get_parameter_history().name(self.name("release")).max_results(PAGE);
        let pages = request.into_paginator().send().collect::<Result<Vec<_>, _>>().await;
        let pages = absent(pages.map_err(fault("GetParameterHistory"))).map_err(|fault| self.explained(fault))?;
        let versions = pages.unwrap_or_default().into_iter().flat_map(|page| page.parameters.unwrap_or_default());
        let one = |version: deploy_aws::ssm::types::ParameterHistory| {
            recorded(version.version, version.last_modified_date.map(|date| date.secs()), version.value)
        };
        let mut releases: Vec<Recorded> = versions.filter_map(one).collect();
        releases.sort_by_key(|release| std::cmp::Reverse(release.number));
        Ok(releases)
    }
}

/// What cannot be read was not written by this program, or by one that is newer.
fn recorded(number: i64, ended: Option<i64>, value: Option<String>) -> Option<Recorded> {
    let release = serde_json::from_str(&value?).ok()?;
    Some(Recorded { number, ended, release })
}

/// A release as it is written down: as many addresses as there is room for. Those of what went well go first.
fn fitted(mut release: Release) -> String {
    if let Some(stumble) = &mut release.stumble {
        stumble.message = stumble.message.chars().take(MOST_WORDS).collect();
    }
    loop {
        let written = text(&release);
        let Some(mut excess) = written.len().checked_sub(MOST_BYTES).filter(|excess| *excess > 0) else {
            return written;
        };
        // Room for the number of those that are left out.
        excess += 32;
        while excess > 0 {
            let Some(step) = release.done.pop().or_else(|| release.skipped.pop()).or_else(|| release.failed.pop())
            else {
                return written.chars().take(MOST_BYTES).collect();
            };
            release.left_out += 1;
            excess = excess.saturating_sub(step.len() + 3);
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_happened_fits() {
        for steps in [0, 1, 50, 80, 100, 1000] {
            for words in ["no", &"{{\"ä\n".repeat(1000)] {
                let names = |action: &str| (0..steps).map(|n| format!("{action} network.subnet.public_{n}")).collect();
                let release = Release {
                    done: names("create"),
                    failed: names("update"),
                    skipped: names("delete"),
                    stumble: Some(Stumble { address: "network.vpc.main".to_owned(), message: words.to_owned() }),
                    ..Release::default()
                };
                let written = fitted(release);
                assert!(written.len() <= MOST_BYTES && !written.contains("{{"), "{}: {written}", written.len());
                let read = recorded(1, None, Some(written)).expect("it can be read").release;
                let kept = read.done.len() + read.failed.len() + read.skipped.len();
                assert_eq!(kept + read.left_out, 3 * steps);
                assert!(read.failed.is_empty() == (steps == 0), "what failed goes last");
            }
        }
    }
}
