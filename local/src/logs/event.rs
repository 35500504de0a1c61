//! PutLogEvents, GetLogEvents and FilterLogEvents.
//!
//! Sources: <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html>,
//! <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html> and
//! <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html>

use super::model::{LogEvent, LogGroup, LogStream};
use super::stream::group_name;
use super::{at_most, check_prefix, invalid, limit, no_group, no_stream};
use crate::call::Call;
use crate::error::ApiError;
use crate::pagination;
use crate::time::Time;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::ops::Range;

/// Events on one page, and on a page whose size was not asked for.
const MAX_EVENTS: usize = 10_000;

/// Streams that a search names.
const MAX_STREAMS: usize = 100;
/// Characters of a filter pattern.
const MAX_PATTERN: usize = 1024;

/// The request to put.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct PutLogEvents {
    log_group_name: String,
    log_stream_name: String,
    log_events: Vec<InputLogEvent>,
    #[serde(default, rename = "sequenceToken")]
    _sequence_token: Option<String>,
    #[serde(default, rename = "entity")]
    _entity: Option<Value>,
}

/// One event that is put.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InputLogEvent {
    timestamp: u64,
    message: String,
}

/// The request to read one stream.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct GetLogEvents {
    log_group_name: Option<String>,
    log_group_identifier: Option<String>,
    log_stream_name: String,
    start_time: Option<u64>,
    end_time: Option<u64>,
    limit: Option<usize>,
    next_token: Option<String>,
    #[serde(default)]
    start_from_head: bool,
    #[serde(default, rename = "unmask")]
    _unmask: bool,
}

/// The request to search a group.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct FilterLogEvents {
    log_group_name: Option<String>,
    log_group_identifier: Option<String>,
    #[serde(default)]
    log_stream_names: Vec<String>,
    log_stream_name_prefix: Option<String>,
    filter_pattern: Option<String>,
    start_time: Option<u64>,
    end_time: Option<u64>,
    limit: Option<usize>,
    next_token: Option<String>,
    #[serde(default, rename = "interleaved")]
    _interleaved: bool,
    #[serde(default, rename = "unmask")]
    _unmask: bool,
}

/// Appends events, which must be in the order of their times.
pub(super) fn put_log_events(call: &mut Call<'_>, request: PutLogEvents) -> Result<Value, ApiError> {
    if request.log_events.is_empty() || request.log_events.len() > MAX_EVENTS {
        return Err(invalid("logEvents must have between 1 and 10,000 items."));
    }
    if !request.log_events.is_sorted_by_key(|event| event.timestamp) {
        return Err(invalid("Log events in a single PutLogEvents request must be in chronological order."));
    }
    check_batch(&request.log_events)?;
    let now = call.now;
    let group = call.region().logs.groups.get(&request.log_group_name).ok_or_else(no_group)?;
    let rejected = Rejected::of(&request.log_events, now, group.retention_in_days);
    let stream = stream(call, &request.log_group_name, &request.log_stream_name)?;
    let kept = rejected.kept();
    let put = request.log_events.into_iter().take(kept.end).skip(kept.start).map(|event| LogEvent {
        at: Time(event.timestamp),
        ingested_at: now,
        message: event.message,
    });
    stream.events.extend(put);
    stream.events.sort_by_key(|event| event.at);
    let mut reply = json!({ "nextSequenceToken": "49039859627723275624" });
    if let Some(info) = rejected.shown() {
        reply["rejectedLogEventsInfo"] = info;
    }
    Ok(reply)
}

/// The events of a batch that are passed over, which are its first and its last ones: "None of the log events in the
/// batch can be more than 2 hours in the future", "more than 14 days in the past" or "from earlier than the retention
/// period of the log group".
///
/// Source: <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html>
struct Rejected {
    /// How many are more than 14 days old.
    too_old: usize,
    /// How many are older than the group keeps.
    expired: usize,
    /// Where those begin that are too far in the future.
    too_new: usize,
    count: usize,
}

impl Rejected {
    fn of(events: &[InputLogEvent], now: Time, retention_in_days: Option<u32>) -> Rejected {
        const HOUR_MS: u64 = 60 * 60 * 1000;
        const DAY_MS: u64 = 24 * HOUR_MS;
        let before = |bound: u64| events.partition_point(|event| event.timestamp < bound);
        let older = |days: u64| before(now.0.saturating_sub(days * DAY_MS));
        Rejected {
            too_old: older(14),
            expired: retention_in_days.map_or(0, |days| older(u64::from(days))),
            too_new: before(now.0 + 2 * HOUR_MS + 1),
            count: events.len(),
        }
    }

    fn kept(&self) -> Range<usize> {
        self.too_old.max(self.expired)..self.too_new
    }

    /// What the reply says of them; nothing if there are none.
    fn shown(&self) -> Option<Value> {
        let mut info = Map::new();
        let mut add = |name: &str, index: usize, there: bool| {
            if there {
                info.insert(name.to_owned(), index.into());
            }
        };
        add("tooNewLogEventStartIndex", self.too_new, self.too_new < self.count);
        add("tooOldLogEventEndIndex", self.too_old, self.too_old > 0);
        add("expiredLogEventEndIndex", self.expired, self.expired > 0);
        (!info.is_empty()).then_some(Value::Object(info))
    }
}

/// "The maximum batch size is 1,048,576 bytes. This size is calculated as the sum of all event messages in UTF-8, plus 26
/// bytes for each log event", and "a batch of log events in a single request cannot span more than 24 hours".
///
/// Source: <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html>
fn check_batch(events: &[InputLogEvent]) -> Result<(), ApiError> {
    const MAX_BYTES: usize = 1_048_576;
    const EXTRA_BYTES: usize = 26;
    const MAX_SPAN_MS: u64 = 24 * 60 * 60 * 1000;
    let bytes: usize = events.iter().map(|event| event.message.len() + EXTRA_BYTES).sum();
    if bytes > MAX_BYTES {
        return Err(invalid(format!("Upload too large: {bytes} bytes exceeds limit of {MAX_BYTES}")));
    }
    let (first, last) = (events.first().map_or(0, |event| event.timestamp), events.last().map_or(0, |e| e.timestamp));
    if last.saturating_sub(first) > MAX_SPAN_MS {
        return Err(invalid(
            "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
        ));
    }
    Ok(())
}

/// One page of one stream. The end is reached when the token that comes back is the one that was sent.
pub(super) fn get_log_events(call: &mut Call<'_>, request: &GetLogEvents) -> Result<Value, ApiError> {
    let limit = limit(request.limit, MAX_EVENTS, MAX_EVENTS)?;
    let group = group_name(request.log_group_name.as_ref(), request.log_group_identifier.as_ref())?;
    let in_span = span(request.start_time, request.end_time);
    let stream = stream(call, &group, &request.log_stream_name)?;
    let events: Vec<&LogEvent> = stream.events.iter().filter(|event| in_span(event)).collect();
    let (from, to) = match request.next_token.as_deref().map(cursor).transpose()? {
        Some(Cursor::Forward(from)) => (from.min(events.len()), from.saturating_add(limit)),
        Some(Cursor::Backward(to)) => (to.saturating_sub(limit), to),
        None if request.start_from_head => (0, limit),
        None => (events.len().saturating_sub(limit), events.len()),
    };
    let to = to.min(events.len());
    let from = from.min(to);
    let shown: Vec<Value> = events[from..to]
        .iter()
        .map(|event| json!({ "timestamp": event.at.0, "message": event.message, "ingestionTime": event.ingested_at.0 }))
        .collect();
    Ok(json!({
        "events": shown,
        "nextForwardToken": format!("f/{to:056}"),
        "nextBackwardToken": format!("b/{from:056}"),
    }))
}

/// One page of the events of a group that hold every word of the pattern. Other patterns are refused.
pub(super) fn filter_log_events(call: &mut Call<'_>, request: &FilterLogEvents) -> Result<Value, ApiError> {
    let limit = limit(request.limit, MAX_EVENTS, MAX_EVENTS)?;
    check_streams(request)?;
    let pattern = request.filter_pattern.as_deref().unwrap_or_default();
    at_most(MAX_PATTERN, pattern.chars().count(), "filterPattern")?;
    let words = words(pattern)?;
    let name = group_name(request.log_group_name.as_ref(), request.log_group_identifier.as_ref())?;
    let group = call.region().logs.groups.get(&name).ok_or_else(no_group)?;
    // "Events with a timestamp later than this time are not returned": here the end belongs to it.
    let in_span = span(request.start_time, request.end_time.map(|end| end.saturating_add(1)));
    let found: Vec<(String, &String, &LogEvent)> = streams(group, request)
        .flat_map(|(stream, content)| {
            content.events.iter().enumerate().map(move |(index, event)| (stream, index, event))
        })
        .filter(|(.., event)| in_span(event) && words.iter().all(|word| event.message.contains(word)))
        .map(|(stream, index, event)| (format!("{:020}/{stream}/{index:010}", event.at.0), stream, event))
        .collect();
    let page = pagination::page(found, |(key, ..)| key.clone(), Some(limit), request.next_token.as_deref())
        .map_err(|_| invalid("The specified nextToken is invalid."))?;
    let events: Vec<Value> = page
        .items
        .iter()
        .map(|(key, stream, event)| {
            json!({
                "logStreamName": stream,
                "timestamp": event.at.0,
                "message": event.message,
                "ingestionTime": event.ingested_at.0,
                "eventId": hex::encode(key),
            })
        })
        .collect();
    let mut reply = json!({ "events": events, "searchedLogStreams": [] });
    if let Some(token) = page.next_token {
        reply["nextToken"] = json!(token);
    }
    Ok(reply)
}

/// "If you specify a value for both logStreamNamePrefix and logStreamNames, the action returns an
/// InvalidParameterException error."
fn check_streams(request: &FilterLogEvents) -> Result<(), ApiError> {
    check_prefix(request.log_stream_name_prefix.as_ref(), "logStreamNamePrefix")?;
    at_most(MAX_STREAMS, request.log_stream_names.len(), "logStreamNames")?;
    match request.log_stream_name_prefix.is_some() && !request.log_stream_names.is_empty() {
        true => Err(invalid("logStreamNamePrefix and logStreamNames are mutually exclusive parameters.")),
        false => Ok(()),
    }
}

fn streams<'a>(group: &'a LogGroup, request: &'a FilterLogEvents) -> impl Iterator<Item = (&'a String, &'a LogStream)> {
    let prefix = request.log_stream_name_prefix.as_deref().unwrap_or_default();
    let names = &request.log_stream_names;
    group.streams.iter().filter(move |(name, _)| name.starts_with(prefix) && (names.is_empty() || names.contains(name)))
}

fn stream<'a>(call: &'a mut Call<'_>, group: &str, stream: &str) -> Result<&'a mut LogStream, ApiError> {
    let group = call.region().logs.groups.get_mut(group).ok_or_else(no_group)?;
    group.streams.get_mut(stream).ok_or_else(no_stream)
}

/// From the start, which belongs to it, to the end, which does not.
fn span(start: Option<u64>, end: Option<u64>) -> impl Fn(&LogEvent) -> bool {
    move |event| start.is_none_or(|start| event.at.0 >= start) && end.is_none_or(|end| event.at.0 < end)
}

/// Where a page begins, or where it ends.
enum Cursor {
    Forward(usize),
    Backward(usize),
}

fn cursor(token: &str) -> Result<Cursor, ApiError> {
    let wrong = || invalid("The specified nextToken is invalid.");
    let (direction, position) = token.split_once('/').ok_or_else(wrong)?;
    let position = position.parse().map_err(|_| wrong())?;
    match direction {
        "f" => Ok(Cursor::Forward(position)),
        "b" => Ok(Cursor::Backward(position)),
        _ => Err(wrong()),
    }
}

/// The words of a pattern. What begins with one of `{[%?-` is another kind of pattern, which is not known here.
fn words(pattern: &str) -> Result<Vec<String>, ApiError> {
    let pattern = pattern.trim();
    if pattern.len() > 1 && pattern.starts_with('"') && pattern.ends_with('"') {
        return Ok(vec![pattern[1..pattern.len() - 1].to_owned()]);
    }
    match pattern.split_whitespace().any(|word| word.starts_with(['{', '[', '%', '?', '-'])) {
        true => Err(invalid("The embedded AWS knows filter patterns of plain words only.")),
        false => Ok(pattern.split_whitespace().map(str::to_owned).collect()),
    }
}
