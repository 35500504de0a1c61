//! The codecs at the edge: form-encoded requests, XML replies, JSON 1.1 both ways, and REST with XML both ways.

pub mod document;
pub mod json;
pub mod query;
pub mod rest;
pub mod xml;
