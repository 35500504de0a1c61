//! Log groups with their streams and events.

use crate::time::Time;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What CloudWatch Logs remembers in one region.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct State {
    /// The groups by name.
    pub groups: BTreeMap<String, LogGroup>,
}

/// One group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogGroup {
    /// When it was created.
    pub created_at: Time,
    /// Days that events are kept; for ever if there is no number.
    pub retention_in_days: Option<u32>,
    /// The key that encrypts it.
    pub kms_key_id: Option<String>,
    /// `STANDARD` or `INFREQUENT_ACCESS`.
    pub class: String,
    /// Whether it is protected from deletion.
    #[serde(default)]
    pub deletion_protection_enabled: bool,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// Its streams by name.
    pub streams: BTreeMap<String, LogStream>,
}

/// One stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogStream {
    /// When it was created.
    pub created_at: Time,
    /// Its events by time; those of the same time in the order in which they came.
    pub events: Vec<LogEvent>,
}

/// One event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogEvent {
    /// When it happened.
    pub at: Time,
    /// When it was put.
    pub ingested_at: Time,
    /// The text.
    pub message: String,
}

impl State {
    /// Creates the group if it is not there.
    pub fn ensure_group(&mut self, name: &str, now: Time) {
        self.groups.entry(name.to_owned()).or_insert_with(|| LogGroup::new(now));
    }

    /// Creates the stream if it is not there. False if there is no such group.
    pub fn ensure_stream(&mut self, group: &str, stream: &str, now: Time) -> bool {
        let Some(group) = self.groups.get_mut(group) else { return false };
        group.streams.entry(stream.to_owned()).or_insert_with(|| LogStream { created_at: now, events: Vec::new() });
        true
    }

    /// Appends lines to a stream, if it is there.
    pub fn write(&mut self, group: &str, stream: &str, lines: &[String], now: Time) {
        let stream = self.groups.get_mut(group).and_then(|group| group.streams.get_mut(stream));
        let events = lines.iter().map(|line| LogEvent { at: now, ingested_at: now, message: line.clone() });
        stream.into_iter().for_each(|stream| stream.events.extend(events.clone()));
    }
}

impl LogGroup {
    /// An empty group that keeps events for ever.
    pub(super) fn new(now: Time) -> Self {
        Self {
            created_at: now,
            retention_in_days: None,
            kms_key_id: None,
            class: "STANDARD".to_owned(),
            deletion_protection_enabled: false,
            tags: BTreeMap::new(),
            streams: BTreeMap::new(),
        }
    }
}

/// The ARN of a group, without the `:*` that some replies end it with.
///
/// Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html>
#[must_use]
pub fn group_arn(region: &str, account_id: &str, name: &str) -> String {
    format!("arn:aws:logs:{region}:{account_id}:log-group:{name}")
}
