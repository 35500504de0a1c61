//! What reads were answered, for those that come too early to see what has changed.

use std::collections::{HashMap, VecDeque};

use http::Response;
use http::request::Parts;
use hyper::body::Bytes;

use crate::LONGEST_LAG;

/// The last replies of each read.
#[derive(Default)]
pub(crate) struct Past(HashMap<Question, VecDeque<Response<Bytes>>>);

/// What two reads have in common that ask the same.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Question {
    operation: String,
    address: String,
    body: Bytes,
}

impl Question {
    pub(crate) fn of(operation: &str, head: &Parts, body: &Bytes) -> Self {
        Self { operation: operation.to_owned(), address: head.uri.to_string(), body: body.clone() }
    }
}

impl Past {
    pub(crate) fn remember(&mut self, question: Question, reply: &Response<Bytes>) {
        let replies = self.0.entry(question).or_default();
        replies.push_back(reply.clone());
        if replies.len() > LONGEST_LAG + 1 {
            replies.pop_front();
        }
    }

    /// What was answered so many reads before the last one; the oldest where there were not so many.
    pub(crate) fn lagging(&self, question: &Question, reads: usize) -> Option<Response<Bytes>> {
        let replies = self.0.get(question)?;
        replies.get(replies.len().saturating_sub(reads + 1)).cloned()
    }
}
