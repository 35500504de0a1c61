//! TOML text to plain values and the spans of their keys: the only module that knows the parser.
//!
//! Configuration has no dates, no infinities and at most [`DEEPEST`] levels. The parser itself stops at
//! a fixed depth without recursing further, so that a hostile file cannot exhaust the stack.

use std::ops::Range;
use std::sync::Arc;

use deploy_model::KeyPath;
use serde_json::{Map, Value};
use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

use crate::diagnostic::Diagnostic;
use crate::layer::Layer;
use crate::mark::Mark;
use crate::source::Source;

/// How many tables and arrays may be nested.
pub(crate) const DEEPEST: usize = 32;

/// What the parser says, and we too, of a text that nests deeper.
const TOO_DEEP: &str = "nested more than 32 levels deep";

/// An error at a span of the text.
type Fault = (Range<usize>, String);

/// Reads a whole file into a layer.
///
/// # Errors
/// The first syntax error, or else every value that configuration does not have.
pub(crate) fn parse_file(source: &Arc<Source>) -> Result<Layer, Vec<Diagnostic>> {
    let located = |(span, message): Fault| {
        let place = source.first_line(&inside(source.text(), span));
        source.diagnostic(place, message).help("correct it there, then look again: `deploy config check`")
    };
    let document = DeTable::parse(source.text()).map_err(|error| vec![located(syntax_fault(&error))])?;
    let mut reader = Reader::default();
    let table = reader.table(document.get_ref(), &KeyPath::root());
    if !reader.faults.is_empty() {
        return Err(reader.faults.into_iter().map(located).collect());
    }
    let mut layer = Layer::new(table);
    for (path, key, value) in reader.spans {
        layer.mark(path, Mark::Text { source: Arc::clone(source), key, value });
    }
    Ok(layer)
}

/// Reads one inline value: `[1, 2]`, `{ a = 1 }`.
///
/// # Errors
/// What is wrong with the text, in one line.
pub(crate) fn parse_value(text: &str) -> Result<Value, String> {
    let value = DeValue::parse(text).map_err(|error| syntax_fault(&error).1)?;
    let mut reader = Reader::default();
    let plain = reader.value(&value, &KeyPath::root());
    reader.faults.into_iter().next().map_or(Ok(plain), |(_, message)| Err(message))
}

/// Reads a dotted key as TOML does, single and double quotes included; `None` if it is none.
pub(crate) fn parse_key(text: &str) -> Option<KeyPath> {
    if text.contains(['\n', '\r']) {
        return None;
    }
    let document = format!("{text} = 0");
    let document = DeTable::parse(&document).ok()?;
    let mut table = document.get_ref();
    let mut segments = Vec::new();
    loop {
        let (key, value) = table.iter().next()?;
        segments.push(key.get_ref().to_string());
        match value.get_ref() {
            DeValue::Table(inner) => table = inner,
            DeValue::Integer(_) if segments.len() <= DEEPEST => {
                let all_read = text.get(key.span().end..).is_some_and(|rest| rest.trim().is_empty());
                return all_read.then(|| KeyPath::of(segments));
            }
            _ => return None,
        }
    }
}

/// The parser's message on one line, and its place; the end of the text where it names none.
fn syntax_fault(error: &toml::de::Error) -> Fault {
    let message = match error.message().lines().next().unwrap_or_default() {
        "recursion limit" | "cannot recurse further; max recursion depth met" => TOO_DEEP.to_owned(),
        message => format!("invalid TOML: {message}"),
    };
    (error.span().unwrap_or(usize::MAX..usize::MAX), message)
}

/// `span` cut to the text and widened to whole characters.
fn inside(text: &str, span: Range<usize>) -> Range<usize> {
    let mut start = span.start.min(text.len());
    let mut end = span.end.clamp(start, text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    while !text.is_char_boundary(end) {
        end += 1;
    }
    start..end
}

/// Turns parsed TOML into plain values, remembering spans and collecting faults.
#[derive(Default)]
struct Reader {
    spans: Vec<(KeyPath, Range<usize>, Range<usize>)>,
    faults: Vec<Fault>,
}

impl Reader {
    fn table(&mut self, table: &DeTable<'_>, path: &KeyPath) -> Map<String, Value> {
        let mut plain = Map::new();
        for (key, value) in table {
            let inner = path.child(key.get_ref().as_ref());
            self.spans.push((inner.clone(), key.span(), value.span()));
            plain.insert(key.get_ref().to_string(), self.value(value, &inner));
        }
        plain
    }

    fn array(&mut self, elements: &[Spanned<DeValue<'_>>], path: &KeyPath) -> Vec<Value> {
        let mut plain = Vec::with_capacity(elements.len());
        for (index, element) in elements.iter().enumerate() {
            let inner = path.child(index.to_string());
            self.spans.push((inner.clone(), element.span(), element.span()));
            plain.push(self.value(element, &inner));
        }
        plain
    }

    fn value(&mut self, value: &Spanned<DeValue<'_>>, path: &KeyPath) -> Value {
        let fault = match value.get_ref() {
            DeValue::Array(_) | DeValue::Table(_) if path.segments().len() >= DEEPEST => TOO_DEEP,
            DeValue::Array(array) => return self.array(array, path).into(),
            DeValue::Table(table) => return self.table(table, path).into(),
            DeValue::String(text) => return text.as_ref().into(),
            DeValue::Boolean(truth) => return (*truth).into(),
            DeValue::Integer(number) => match integer(number) {
                Some(number) => return number.into(),
                None => "this integer does not fit into 64 bits",
            },
            DeValue::Float(number) => match number.as_str().parse::<f64>() {
                Ok(number) if number.is_finite() => return number.into(),
                _ => "this is not a finite number",
            },
            DeValue::Datetime(_) => "a date is not a value here; write it in quotes",
        };
        self.faults.push((value.span(), fault.to_owned()));
        Value::Null
    }
}

fn integer(number: &DeInteger<'_>) -> Option<i64> {
    i64::from_str_radix(number.as_str(), number.radix()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dotted_key_may_be_quoted_either_way() {
        assert_eq!(parse_key("a.\"b.c\".'d'"), Some(KeyPath::of(["a", "b.c", "d"])));
        for text in ["", "a.", "a b", "a\nb", "[a]\nb", "a = 1 #", "# a"] {
            assert_eq!(parse_key(text), None, "{text:?}");
        }
        assert_eq!(parse_key(&["a"; 10_000].join(".")), None);
    }

    #[test]
    fn what_configuration_does_not_have_is_refused_with_its_place() {
        let source = Arc::new(Source::new("a.toml", "a = 1979-05-27\nb = inf\nc = 99999999999999999999\n"));
        let errors = parse_file(&source).expect_err("three faults");
        let lines: Vec<_> = errors.iter().map(|error| error.origin.as_ref().and_then(|origin| origin.line)).collect();
        assert_eq!(lines, [Some(1), Some(2), Some(3)]);
    }

    #[test]
    fn a_value_knows_its_key() {
        let source = Arc::new(Source::new("a.toml", "[x.y]\nz = [1,\n  2]\n"));
        let layer = parse_file(&source).expect("valid");
        let line =
            |path: &str| layer.nearest_mark(&path.parse().expect("a path")).map(|mark| mark.origin().to_string());
        assert_eq!(line("x.y"), Some("a.toml:1:4".to_owned()));
        assert_eq!(line("x.y.z"), Some("a.toml:2:1".to_owned()));
        assert_eq!(line("x.y.z.1"), Some("a.toml:3:3".to_owned()));
        assert_eq!(line("x.y.missing"), Some("a.toml:1:4".to_owned()));
        assert_eq!(line("other"), None);
    }
}
