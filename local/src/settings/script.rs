//! How tasks fare that no container really runs in: which of them fail, end, hang or are not well.

use super::text::milliseconds;
use deploy_policy::wildcard::Pattern;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What becomes of some tasks. As text: `*/shop:2 exits 1 after 500ms saying no database`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// Which tasks: the image of one of their containers, or `family:revision`, with `*` and `?`.
    pub tasks: String,
    /// What becomes of them.
    pub fate: Fate,
}

/// What becomes of a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Fate {
    /// It stops before it runs.
    Fails {
        /// Why, as its stopped reason.
        reason: String,
    },
    /// Its first essential container ends by itself.
    Exits {
        /// The exit code.
        code: i32,
        /// How long the task has been RUNNING then; at 0 it never is.
        after_ms: u64,
        /// What the container writes to its log before.
        saying: Vec<String>,
    },
    /// It gets no further.
    Stays(Stop),
    /// It runs, and fails the health checks of its containers.
    Unhealthy,
}

/// Where a task can hang.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stop {
    /// Without a network interface.
    Provisioning,
    /// Without an image, a secret or a log.
    Pending,
}

impl Script {
    /// Whether it is about a task that is known by these texts.
    pub(crate) fn is_about<'a>(&self, mut known_as: impl Iterator<Item = &'a str>) -> bool {
        known_as.any(|text| Pattern::plain(&self.tasks).matches(text))
    }
}

impl fmt::Display for Script {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ", self.tasks)?;
        match &self.fate {
            Fate::Fails { reason } => write!(formatter, "fails {reason}"),
            Fate::Exits { code, after_ms, saying } => {
                write!(formatter, "exits {code} after {after_ms}ms")?;
                match saying.is_empty() {
                    true => Ok(()),
                    false => write!(formatter, " saying {}", saying.join("\\n")),
                }
            }
            Fate::Stays(Stop::Provisioning) => formatter.write_str("stays provisioning"),
            Fate::Stays(Stop::Pending) => formatter.write_str("stays pending"),
            Fate::Unhealthy => formatter.write_str("unhealthy"),
        }
    }
}

impl FromStr for Script {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (tasks, fate) = text.trim().split_once(' ').ok_or_else(|| format!("'{text}' does not say what happens"))?;
        let (verb, rest) = fate.trim().split_once(' ').unwrap_or((fate.trim(), ""));
        let fate = match (verb, rest.trim()) {
            ("fails", "") => return Err(format!("'{text}' gives no reason")),
            ("fails", reason) => Fate::Fails { reason: reason.to_owned() },
            ("exits", rest) => {
                exit(rest).ok_or_else(|| format!("'{text}' is not exits CODE after TIME saying TEXT"))?
            }
            ("stays", "provisioning") => Fate::Stays(Stop::Provisioning),
            ("stays", "pending") => Fate::Stays(Stop::Pending),
            ("unhealthy", "") => Fate::Unhealthy,
            _ => {
                return Err(format!(
                    "'{fate}' is not one of: fails REASON, exits CODE after TIME saying TEXT, stays provisioning, stays \
                     pending, unhealthy"
                ));
            }
        };
        Ok(Script { tasks: tasks.to_owned(), fate })
    }
}

/// `CODE`, and perhaps `after TIME`, and perhaps `saying TEXT`.
fn exit(text: &str) -> Option<Fate> {
    let (head, saying) = match text.split_once(" saying ") {
        Some((head, said)) => (head, said.split("\\n").map(str::to_owned).collect()),
        None => (text, Vec::new()),
    };
    let (code, after_ms) = match head.split_once(" after ") {
        Some((code, time)) => (code, milliseconds(time.trim())?),
        None => (head, 0),
    };
    Some(Fate::Exits { code: code.trim().parse().ok()?, after_ms, saying })
}

#[cfg(test)]
mod tests {
    use super::{Fate, Script};

    #[test]
    fn a_script_is_written_as_it_is_read() {
        for text in [
            "*/shop:2 fails CannotPullContainerError: pull image manifest: not found",
            "shop-web:3 exits 1 after 0ms",
            "* exits 137 after 500ms saying one, two\\nthree",
            "*:stuck stays provisioning",
            "*:stuck stays pending",
            "*:1 unhealthy",
        ] {
            assert_eq!(text.parse::<Script>().map(|script| script.to_string()), Ok(text.to_owned()));
        }
        let script: Script = "shop:* exits 3 after 2s".parse().expect("a script");
        assert_eq!(script.fate, Fate::Exits { code: 3, after_ms: 2_000, saying: Vec::new() });
        assert!(script.is_about(["nginx", "shop:7"].into_iter()) && !script.is_about(["nginx"].into_iter()));
    }

    #[test]
    fn what_is_no_script_is_explained() {
        for (text, words) in [
            ("shop", "does not say what happens"),
            ("shop fails", "gives no reason"),
            ("shop exits", "exits CODE"),
            ("shop exits one", "exits CODE"),
            ("shop exits 1 after soon", "exits CODE"),
            ("shop stays running", "is not one of: fails REASON"),
            ("shop explodes", "is not one of: fails REASON"),
        ] {
            let error = text.parse::<Script>().expect_err(text);
            assert!(error.contains(words), "{error}");
        }
    }
}
