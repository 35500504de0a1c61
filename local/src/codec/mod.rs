//! The three codecs at the edge: form-encoded requests, XML replies, and JSON 1.1 both ways.

pub mod json;
pub mod query;
pub mod xml;
