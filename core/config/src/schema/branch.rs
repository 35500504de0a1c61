//! Alternatives (`anyOf`, `oneOf`): which one the user meant.
//!
//! "No variant matched" helps nobody. What can be told from the kind of the value, from a list of words
//! or from a tag is told that way; only then are the alternatives tried and compared.

use serde_json::Value;

use super::facets::{Schema, child, known_keys, literals};
use super::issue::{Issue, Place};
use super::kind::Kind;

/// The alternatives that `value` can be meant for.
///
/// # Errors
/// The one thing to say where it can be meant for none. Boxed, because it is large and rare.
pub(super) fn narrow<'a>(
    schema: &Schema<'a>,
    place: &Place,
    choice: &[&'a Value],
    value: &Value,
) -> Result<Vec<&'a Value>, Box<Issue>> {
    let fitting = of_kind(schema, place, choice, value)?;
    if let Value::Object(table) = value {
        return match tag_of(schema, &fitting) {
            Some(tag) => tagged(schema, place, fitting, tag, table.get(tag)),
            None => Ok(fitting),
        };
    }
    let words: Option<Vec<Vec<&Value>>> = fitting.iter().map(|branch| words_of(schema, branch)).collect();
    match words.map(|words| words.concat()) {
        Some(words) if !words.contains(&value) => Err(Box::new(Issue::not_allowed(place, &words, value))),
        Some(_) => Ok(fitting.into_iter().filter(|branch| lists(schema, branch, value)).collect()),
        None => Ok(fitting),
    }
}

/// How much `issues`, found at and inside `place`, speak against an alternative. What is wrong deep
/// inside counts little: so far down the value did fit.
pub(super) fn misfit(place: &Place, issues: &[Issue]) -> u32 {
    let here = place.path.segments().len();
    let depth = |issue: &Issue| issue.path.segments().len().saturating_sub(here + 1).min(4) as u32;
    issues.iter().map(|issue| (issue.weight * 256) >> (2 * depth(issue))).sum()
}

fn of_kind<'a>(
    schema: &Schema<'a>,
    place: &Place,
    choice: &[&'a Value],
    value: &Value,
) -> Result<Vec<&'a Value>, Box<Issue>> {
    let fits = |branch: &Value, kinds: &[Kind]| {
        let only_null = kinds.is_empty() && branch.get("type").is_some();
        !only_null && Kind::of(value).is_some_and(|kind| kind.fits(kinds))
    };
    let fitting: Vec<&Value> = choice.iter().copied().filter(|branch| fits(branch, &schema.kinds(&[branch]))).collect();
    if fitting.is_empty() {
        return Err(Box::new(Issue::wrong_kind(place, &schema.kinds(choice), value)));
    }
    Ok(fitting)
}

fn tagged<'a>(
    schema: &Schema<'a>,
    place: &Place,
    branches: Vec<&'a Value>,
    tag: &str,
    found: Option<&Value>,
) -> Result<Vec<&'a Value>, Box<Issue>> {
    let words: Vec<&Value> = branches.iter().filter_map(|branch| tag_word(schema, branch, tag)).collect();
    let Some(found) = found else {
        let words: Vec<String> = words.iter().map(|word| format!("`{}`", word.as_str().unwrap_or_default())).collect();
        let about = format!("one of {}", words.join(", "));
        return Err(Box::new(Issue::missing_key(place, tag, Some(&about))));
    };
    if !words.contains(&found) {
        return Err(Box::new(Issue::not_allowed(&place.key(tag), &words, found)));
    }
    Ok(branches.into_iter().filter(|branch| tag_word(schema, branch, tag) == Some(found)).collect())
}

/// The key by which tables of all these alternatives can be told apart.
fn tag_of<'a>(schema: &Schema<'a>, branches: &[&'a Value]) -> Option<&'a str> {
    let (first, others) = branches.split_first()?;
    if others.is_empty() {
        return None;
    }
    let is_tag = |key: &&str| branches.iter().all(|branch| tag_word(schema, branch, key).is_some());
    known_keys(&schema.all(&[first])).into_iter().find(is_tag)
}

fn tag_word<'a>(schema: &Schema<'a>, branch: &'a Value, tag: &str) -> Option<&'a Value> {
    let child = child(&schema.all(&[branch]), tag).filter(|child| !child.free)?;
    child.nodes.into_iter().find_map(|node| node.get("const"))
}

fn words_of<'a>(schema: &Schema<'a>, branch: &'a Value) -> Option<Vec<&'a Value>> {
    let lists: Vec<Vec<&Value>> = schema.all(&[branch]).into_iter().filter_map(literals).collect();
    (!lists.is_empty()).then(|| lists.concat())
}

fn lists<'a>(schema: &Schema<'a>, branch: &'a Value, value: &Value) -> bool {
    words_of(schema, branch).is_some_and(|words| words.contains(&value))
}
