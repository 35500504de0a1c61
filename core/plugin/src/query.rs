//! Questions about what belongs to others, asked when a plan is made.
//!
//! A stage asks with [`Graph::query`](crate::Graph::query); the kind answers with [`Kind::query`](crate::Kind::query); the
//! answers come back to [`Stage::answered`](crate::Stage::answered), which may add to what is desired, and to
//! [`Outlook::answers`](crate::Outlook::answers). Nothing of what answers is ever changed.

use std::collections::BTreeMap;

use deploy_model::{Fault, KindName};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Resource;

/// A question to one kind, in words that the kind defines: an ARN, a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Query {
    /// The kind that is asked.
    pub kind: KindName,
    /// The question.
    pub text: String,
}

/// A resource of others.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer<R: Resource> {
    /// The service's own id.
    pub id: String,
    /// What it is, in the terms of its inputs.
    pub inputs: R,
    /// What others may refer to.
    pub outputs: R::Outputs,
}

/// What answers, by question. A question that is not among them could not be answered from here.
pub type ByQuestion<A> = BTreeMap<String, Vec<A>>;

/// An answer as plain data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AnyAnswer {
    /// See [`Answer::id`].
    pub id: String,
    /// See [`Answer::inputs`].
    pub inputs: Value,
    /// See [`Answer::outputs`].
    pub outputs: Value,
}

/// What became of one question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answered {
    /// Those that answer to it; none where nothing does.
    With(Vec<AnyAnswer>),
    /// Nobody can tell here: it is about another account or region.
    Unknown,
    /// The question was not answered.
    Failed(Fault),
}

/// The answers to all questions of a plan.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Vec<(Query, Answered)>", into = "Vec<(Query, Answered)>")]
pub struct Answers(BTreeMap<Query, Answered>);

impl From<Vec<(Query, Answered)>> for Answers {
    fn from(answers: Vec<(Query, Answered)>) -> Self {
        answers.into_iter().collect()
    }
}

impl From<Answers> for Vec<(Query, Answered)> {
    fn from(answers: Answers) -> Self {
        answers.0.into_iter().collect()
    }
}

impl Answers {
    /// What became of a question to the kind named `kind`.
    pub fn to(&self, kind: &str, text: &str) -> Option<&Answered> {
        let query = Query { kind: kind.parse().ok()?, text: text.to_owned() };
        self.0.get(&query)
    }

    /// Everything that answered any question to the kind named `kind`.
    pub fn of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a AnyAnswer> {
        let of_kind = self.0.iter().filter(move |(query, _)| query.kind.to_string() == kind);
        of_kind.flat_map(|(_, answered)| match answered {
            Answered::With(answers) => answers.as_slice(),
            Answered::Unknown | Answered::Failed(_) => &[],
        })
    }
}

impl FromIterator<(Query, Answered)> for Answers {
    fn from_iter<T: IntoIterator<Item = (Query, Answered)>>(answers: T) -> Self {
        Self(answers.into_iter().collect())
    }
}

impl AnyAnswer {
    /// The inputs in the form that is asked for.
    pub fn inputs<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_value(self.inputs.clone()).ok()
    }

    /// One output that is text.
    pub fn output(&self, name: &str) -> Option<&str> {
        self.outputs.get(name)?.as_str()
    }
}
