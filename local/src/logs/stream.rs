//! CreateLogStream and DescribeLogStreams.
//!
//! Source: <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogStreams.html>

use super::model::LogStream;
use super::{check_prefix, group_arn, invalid, limit, no_group};
use crate::call::Call;
use crate::error::ApiError;
use crate::pagination;
use serde::Deserialize;
use serde_json::{Value, json};

/// Streams on one page, and on a page whose size was not asked for.
const MAX_STREAMS: usize = 50;

/// The request to create.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct CreateLogStream {
    log_group_name: String,
    log_stream_name: String,
}

/// The request to describe.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct DescribeLogStreams {
    log_group_name: Option<String>,
    log_group_identifier: Option<String>,
    log_stream_name_prefix: Option<String>,
    #[serde(default)]
    order_by: OrderBy,
    #[serde(default)]
    descending: bool,
    limit: Option<usize>,
    next_token: Option<String>,
}

/// The order of a listing.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
enum OrderBy {
    #[default]
    LogStreamName,
    LastEventTime,
}

/// Creates a stream.
pub(super) fn create_log_stream(call: &mut Call<'_>, request: &CreateLogStream) -> Result<Value, ApiError> {
    let name = &request.log_stream_name;
    if !(1..=512).contains(&name.len()) || name.contains([':', '*']) {
        return Err(invalid("Log stream names have 1 to 512 characters and neither ':' nor '*'."));
    }
    let now = call.now;
    let group = call.region().logs.groups.get_mut(&request.log_group_name).ok_or_else(no_group)?;
    if group.streams.contains_key(name) {
        return Err(ApiError::client("ResourceAlreadyExistsException", "The specified log stream already exists"));
    }
    group.streams.insert(name.clone(), LogStream { created_at: now, events: Vec::new() });
    Ok(json!({}))
}

/// One page of the streams of a group.
pub(super) fn describe_log_streams(call: &mut Call<'_>, request: &DescribeLogStreams) -> Result<Value, ApiError> {
    if request.order_by == OrderBy::LastEventTime && request.log_stream_name_prefix.is_some() {
        return Err(invalid("Cannot order by LastEventTime with a logStreamNamePrefix."));
    }
    check_prefix(request.log_stream_name_prefix.as_ref(), "logStreamNamePrefix")?;
    let limit = limit(request.limit, MAX_STREAMS, MAX_STREAMS)?;
    let name = group_name(request.log_group_name.as_ref(), request.log_group_identifier.as_ref())?;
    let arn = group_arn(&call.region, &call.account_id, &name);
    let group = call.region().logs.groups.get(&name).ok_or_else(no_group)?;
    let prefix = request.log_stream_name_prefix.as_deref().unwrap_or_default();
    let mut streams: Vec<(&String, &LogStream)> =
        group.streams.iter().filter(|(name, _)| name.starts_with(prefix)).collect();
    if request.order_by == OrderBy::LastEventTime {
        streams.sort_by_key(|(_, stream)| stream.events.last().map(|event| event.at));
    }
    if request.descending {
        streams.reverse();
    }
    let ranked: Vec<(usize, (&String, &LogStream))> = streams.into_iter().enumerate().collect();
    let page = pagination::page(ranked, |(rank, _)| format!("{rank:010}"), Some(limit), request.next_token.as_deref())
        .map_err(|_| invalid("The specified nextToken is invalid."))?;
    let shown: Vec<Value> = page.items.iter().map(|(_, (name, stream))| shown(&arn, name, stream)).collect();
    let mut reply = json!({ "logStreams": shown });
    if let Some(token) = page.next_token {
        reply["nextToken"] = json!(token);
    }
    Ok(reply)
}

/// The name of the group: given as such, or as the end of its ARN; one of the two.
pub(super) fn group_name(name: Option<&String>, identifier: Option<&String>) -> Result<String, ApiError> {
    match (name, identifier) {
        (Some(name), None) => Ok(name.clone()),
        (None, Some(identifier)) => {
            Ok(identifier.rsplit(":log-group:").next().unwrap_or(identifier).trim_end_matches(":*").to_owned())
        }
        _ => Err(invalid("Exactly one of logGroupName and logGroupIdentifier must be specified.")),
    }
}

fn shown(group_arn: &str, name: &str, stream: &LogStream) -> Value {
    let mut reply = json!({
        "logStreamName": name,
        "creationTime": stream.created_at.0,
        "arn": format!("{group_arn}:log-stream:{name}"),
        "storedBytes": 0,
        "uploadSequenceToken": "49039859627723275624",
    });
    if let (Some(first), Some(last)) = (stream.events.first(), stream.events.last()) {
        reply["firstEventTimestamp"] = json!(first.at.0);
        reply["lastEventTimestamp"] = json!(last.at.0);
        reply["lastIngestionTime"] = json!(last.ingested_at.0);
    }
    reply
}
