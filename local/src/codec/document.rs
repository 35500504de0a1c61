//! XML bodies of requests, as S3 reads them.
//!
//! Source: <https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html>. A body becomes an [`Element`], whatever
//! namespace it declares; what an operation makes of it is for the operation.

use super::xml::Element;
use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};

/// No body of a request nests deeper than this, and none may exhaust the stack.
const MAX_DEPTH: usize = 16;

/// The body is not well formed, or it is what no request has: a document type, text between elements, too deep a nest.
#[derive(Debug, PartialEq, Eq)]
pub struct Malformed;

/// Reads a body: exactly one element with what it holds.
///
/// # Errors
/// [`Malformed`].
pub fn parse(body: &[u8]) -> Result<Element, Malformed> {
    let text = std::str::from_utf8(body).map_err(|_| Malformed)?;
    let mut reader = Reader::from_str(text);
    let mut reading = Reading { open: Vec::new(), root: None };
    loop {
        match reader.read_event().map_err(|_| Malformed)? {
            Event::Start(start) if reading.open.len() < MAX_DEPTH => {
                reading.open.push(Element::new(start.local_name().into_inner()));
            }
            Event::Empty(start) => reading.end(Element::new(start.local_name().into_inner()))?,
            Event::End(_) => {
                let ended = reading.open.pop().ok_or(Malformed)?;
                reading.end(ended)?;
            }
            Event::Text(text) => reading.say(&text.xml10_content())?,
            Event::CData(text) => reading.say(&text.xml10_content())?,
            Event::GeneralRef(reference) => reading.say(&character(&reference)?)?,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof if reading.open.is_empty() => return reading.root.ok_or(Malformed),
            Event::Start(_) | Event::DocType(_) | Event::Eof => return Err(Malformed),
        }
    }
}

/// What was read so far.
struct Reading {
    open: Vec<Element>,
    root: Option<Element>,
}

impl Reading {
    /// An element has ended: its parent holds it, or it is the document.
    fn end(&mut self, mut element: Element) -> Result<(), Malformed> {
        if !element.children.is_empty() {
            match element.text.trim().is_empty() {
                true => element.text.clear(),
                false => return Err(Malformed),
            }
        }
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None if self.root.is_none() => self.root = Some(element),
            None => return Err(Malformed),
        }
        Ok(())
    }

    /// Text, which stands in an element unless it is white space.
    fn say(&mut self, text: &str) -> Result<(), Malformed> {
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            None if text.trim().is_empty() => {}
            None => return Err(Malformed),
        }
        Ok(())
    }
}

/// The character behind a reference: one of the five that XML knows, or one by its number.
fn character(reference: &BytesRef<'_>) -> Result<String, Malformed> {
    let known = match &**reference {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => reference.resolve_char_ref().map_err(|_| Malformed)?,
    };
    known.map(String::from).ok_or(Malformed)
}

#[cfg(test)]
mod tests {
    use super::{MAX_DEPTH, Malformed, parse};
    use crate::codec::xml::Element;

    #[test]
    fn a_body_becomes_an_element() {
        let body = b"<?xml version=\"1.0\"?>\n<Tagging xmlns=\"urn:x\"> <TagSet><Tag><Key>a &amp; &#98;</Key>\
                     <Value/></Tag></TagSet>\n</Tagging>";
        let tag = Element::new("Tag").field("Key", "a & b").child(Element::new("Value"));
        let expected = Element::new("Tagging").child(Element::new("TagSet").child(tag));
        assert_eq!(parse(body), Ok(expected));
        assert_eq!(parse(b"<s3:A xmlns:s3=\"urn:x\"><![CDATA[<b>]]></s3:A>").expect("a document").text, "<b>");
    }

    #[test]
    fn what_is_no_document_is_malformed() {
        let deep = "<a>".repeat(MAX_DEPTH + 1);
        for body in [
            "",
            "text",
            "<a>",
            "<a></b>",
            "</a>",
            "<a/><b/>",
            "<a>text<b/></a>",
            "<a/>text",
            "<a>&unknown;</a>",
            "<!DOCTYPE a><a/>",
            "<a",
            deep.as_str(),
        ] {
            assert_eq!(parse(body.as_bytes()), Err(Malformed), "{body}");
        }
        assert_eq!(parse(b"\xff"), Err(Malformed));
    }
}
