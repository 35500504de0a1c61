//! From our spelling of a document to IAM's.

use std::collections::BTreeMap;

use deploy_model::{Fault, Input, Part};
use serde_json::{Map, Value, json};

use super::{PolicyDocument, Statement, Texts};

/// How long a reference within a text is taken to be before it is known: the longest common region.
const REFERENCE: &str = "ap-northeast-1";

/// Makes a text of an input.
type Spell<'a> = &'a dyn Fn(&Input<String>) -> Result<String, Fault>;

impl PolicyDocument {
    /// The document in IAM's own spelling, as its calls take it.
    ///
    /// # Errors
    /// Where a reference was not resolved.
    pub fn write(&self) -> Result<String, Fault> {
        self.spell(&|input| input.known().cloned())
    }

    /// About how many characters the document has; exact where it holds no references.
    pub fn length(&self) -> usize {
        let spelled = self.spell(&|input| Ok(approximate(input)));
        spelled.map_or(0, |text| text.chars().filter(|character| !character.is_whitespace()).count())
    }

    fn spell(&self, spell: Spell<'_>) -> Result<String, Fault> {
        let mut statements: Vec<_> = self.statements.iter().collect();
        // Positions in the order of numbers: the tenth would stand before the second.
        statements.sort_by_key(|(key, _)| key.parse::<usize>().ok());
        let statements = statements.into_iter().map(|(key, statement)| spell_statement(key, statement, spell));
        let mut document = json!({
            "Version": self.version,
            "Statement": statements.collect::<Result<Vec<_>, _>>()?,
        });
        if let Some(id) = &self.id {
            document["Id"] = json!(id);
        }
        Ok(document.to_string())
    }
}

fn spell_statement(key: &str, statement: &Statement, spell: Spell<'_>) -> Result<Value, Fault> {
    let mut fields = Map::new();
    // A key that begins with a digit is a position: the statement has no `Sid`.
    if key.starts_with(|first: char| first.is_ascii_alphabetic()) {
        fields.insert("Sid".to_owned(), json!(key));
    }
    fields.insert("Effect".to_owned(), json!(statement.effect));
    for (name, sorts) in [("Principal", &statement.principals), ("NotPrincipal", &statement.not_principals)] {
        if sorts.contains_key("*") {
            fields.insert(name.to_owned(), json!("*"));
        } else if !sorts.is_empty() {
            fields.insert(name.to_owned(), spell_map(sorts, spell)?);
        }
    }
    let lists = [
        ("Action", &statement.actions),
        ("NotAction", &statement.not_actions),
        ("Resource", &statement.resources),
        ("NotResource", &statement.not_resources),
    ];
    for (name, texts) in lists.into_iter().filter(|(_, texts)| !texts.is_empty()) {
        fields.insert(name.to_owned(), spell_texts(texts, spell)?);
    }
    if !statement.conditions.is_empty() {
        let operators = statement.conditions.iter().map(|(key, keys)| Ok((key.clone(), spell_map(keys, spell)?)));
        fields.insert("Condition".to_owned(), Value::Object(operators.collect::<Result<_, Fault>>()?));
    }
    Ok(Value::Object(fields))
}

fn spell_map(map: &BTreeMap<String, Texts>, spell: Spell<'_>) -> Result<Value, Fault> {
    let fields = map.iter().map(|(key, texts)| Ok((key.clone(), spell_texts(texts, spell)?)));
    fields.collect::<Result<_, Fault>>().map(Value::Object)
}

fn spell_texts(texts: &Texts, spell: Spell<'_>) -> Result<Value, Fault> {
    let texts = texts.0.iter().map(spell).collect::<Result<Vec<_>, _>>()?;
    Ok(match texts.as_slice() {
        [one] => json!(one),
        many => json!(many),
    })
}

fn approximate(input: &Input<String>) -> String {
    match input {
        Input::Value(text) => text.clone(),
        Input::Reference(_) => REFERENCE.to_owned(),
        Input::Text(parts) => {
            let piece = |part: &Part| match part {
                Part::Fixed(text) => text.clone(),
                Part::Reference(_) => REFERENCE.to_owned(),
            };
            parts.iter().map(piece).collect()
        }
    }
}
