//! Places where somebody may have written what nobody may read. No error repeats a value from there.
//!
//! A schema marks such a place with the keyword [`KEYWORD`], whose text says where the value belongs instead;
//! `{key}` in it stands for the key beneath the place.

use std::ops::Range;

use deploy_model::KeyPath;
use serde_json::Value;

use crate::assignment::split;
use crate::diagnostic::{Diagnostic, Excerpt};
use crate::document::parse_key;
use crate::schema::{Schema, child, known_keys};

/// The schema's keyword for such a place.
const KEYWORD: &str = "x-confidential";

/// What stands where a value would.
const HIDDEN: &str = "(hidden)";

/// How far below a key a place is looked for.
const DEEPEST: usize = 4;

/// The error without values that may be secrets, and with the word where they belong.
pub(crate) fn hide(mut diagnostic: Diagnostic, schema: &Schema<'_>) -> Diagnostic {
    let help = diagnostic.path.as_ref().and_then(|path| advice(schema, path));
    if let Some(excerpt) = diagnostic.excerpt.take() {
        let written = written_at(&excerpt.text, excerpt.span.start);
        let touched = written.is_some_and(|path| advice(schema, &path).is_some() || leads_to(schema, &path));
        diagnostic.excerpt = Some(if help.is_some() || touched { without_value(excerpt) } else { excerpt });
    }
    diagnostic.help.extend(help);
    diagnostic
}

/// What to do instead of writing a value at `path`, where that is such a place or within one. The innermost place speaks.
pub(crate) fn advice(schema: &Schema<'_>, path: &KeyPath) -> Option<String> {
    let mut nodes = schema.root();
    let mut found = None;
    for (depth, segment) in path.segments().iter().enumerate() {
        let Some(inner) = child(&schema.all(&nodes), segment) else { break };
        nodes = inner.nodes;
        if let Some(advice) = marked(schema, &nodes) {
            let key = path.segments().get(depth + 1).map_or("NAME", String::as_str);
            found = Some(advice.replace("{key}", key));
        }
    }
    found
}

/// Whether there is such a place below `path`, as in `secrets = { … }` on one line.
fn leads_to(schema: &Schema<'_>, path: &KeyPath) -> bool {
    let nodes = path
        .segments()
        .iter()
        .try_fold(schema.root(), |nodes, segment| child(&schema.all(&nodes), segment).map(|child| child.nodes));
    nodes.is_some_and(|nodes| any_below(schema, &nodes, DEEPEST))
}

fn any_below(schema: &Schema<'_>, nodes: &[&Value], depth: usize) -> bool {
    let all = schema.all(nodes);
    depth > 0
        && known_keys(&all)
            .iter()
            .filter_map(|key| child(&all, key))
            .any(|child| marked(schema, &child.nodes).is_some() || any_below(schema, &child.nodes, depth - 1))
}

fn marked<'a>(schema: &Schema<'a>, nodes: &[&'a Value]) -> Option<&'a str> {
    schema.all(nodes).into_iter().find_map(|node| node.get(KEYWORD)?.as_str())
}

/// The key whose value stands on the line of `offset`, as far as one can tell without parsing: the text may be none
/// that can be parsed.
fn written_at(text: &str, offset: usize) -> Option<KeyPath> {
    let mut own = None;
    for line in text[..line_of(text, offset).end].lines().rev() {
        if let Some(header) = header(line) {
            return Some(own.map_or_else(|| header.clone(), |own| header.join(&own)));
        }
        own = own.or_else(|| split(line).and_then(|(key, _)| parse_key(key.trim())));
    }
    own
}

/// `[a.b]` and `[[a.b]]`.
fn header(line: &str) -> Option<KeyPath> {
    let inside = line.trim_start().strip_prefix('[')?;
    let (key, _) = inside.trim_start_matches('[').rsplit_once(']')?;
    parse_key(key.trim_end_matches(']').trim())
}

fn line_of(text: &str, offset: usize) -> Range<usize> {
    let start = text[..offset].rfind('\n').map_or(0, |end| end + 1);
    let end = text[start..].find('\n').map_or(text.len(), |length| start + length);
    start..end
}

/// The excerpt with everything hidden that follows the key on its line, and a line without a key hidden whole.
fn without_value(excerpt: Excerpt) -> Excerpt {
    let Excerpt { file, text, span } = excerpt;
    let line = line_of(&text, span.start);
    let shown = &text[line.clone()];
    let kept = match split(shown) {
        Some((key, _)) => format!("{key}= "),
        None if header(shown).is_some() => return Excerpt { file, text, span },
        None => String::new(),
    };
    let value = line.start + kept.len();
    let span = if span.start < value.saturating_sub(1) {
        span.start..span.end.min(value)
    } else {
        value..value + HIDDEN.len()
    };
    let text = [&text[..line.start], &kept, HIDDEN, &text[line.end..]].concat();
    Excerpt { file, text: text.into(), span }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, word: &str) -> (String, String) {
        let start = text.find(word).expect("it is there");
        let excerpt = Excerpt { file: "a.toml".to_owned(), text: text.into(), span: start..start + word.len() };
        let Excerpt { text, span, .. } = without_value(excerpt);
        let underlined = text[span.clone()].to_owned();
        (text[line_of(&text, span.start)].to_owned(), underlined)
    }

    #[test]
    fn what_follows_the_key_is_hidden() {
        let pair = |line: &str, underlined: &str| (line.to_owned(), underlined.to_owned());
        assert_eq!(shown("a = 1\nvalue = \"x\"\n", "value"), pair("value = (hidden)", "value"));
        assert_eq!(shown("value=\"x\"", "\"x\""), pair("value= (hidden)", "(hidden)"));
        assert_eq!(shown("X = { value = \"x\", typo = 1 }\n", "typo"), pair("X = (hidden)", "(hidden)"));
        assert_eq!(shown("\"a=b\" = \"x\"\n", "\"a=b\""), pair("\"a=b\" = (hidden)", "\"a=b\""));
        assert_eq!(shown("a = [\n  \"x\",\n]\n", "\"x\""), pair("(hidden)", "(hidden)"));
        assert_eq!(shown("[a.b]\n", "b"), pair("[a.b]", "b"));
    }

    #[test]
    fn a_line_is_told_by_its_header_and_its_key() {
        let text = "top = 1\n[a.b]\nc.d = \"x\n  more\n";
        let at = |word: &str| written_at(text, text.find(word).expect("it is there")).map(|path| path.to_string());
        assert_eq!(at("top").as_deref(), Some("top"));
        assert_eq!(at("b]").as_deref(), Some("a.b"));
        assert_eq!(at("c.d").as_deref(), Some("a.b.c.d"));
        assert_eq!(at("more").as_deref(), Some("a.b.c.d"));
    }
}
