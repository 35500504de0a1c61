//! What other stages desire, by the name that their sections give it.

use deploy_kinds::ecs::TaskDefinition;
use deploy_kinds::iam::Role;
use deploy_plugin::model::{Address, KeyPath, Problem};
use deploy_plugin::{Blueprint, Resource};

/// What others desire, and what they call it.
pub trait Named: Resource {
    /// The section that names it.
    const SECTION: &'static str;
    /// What the section calls it.
    const WORD: &'static str;
}

impl Named for Role {
    const SECTION: &'static str = "iam";
    const WORD: &'static str = "role";
}

impl Named for TaskDefinition {
    const SECTION: &'static str = "ecs";
    const WORD: &'static str = "service";
}

/// Changes the one that is called `name`, and gives back its address.
///
/// # Errors
/// Where there is none, or it cannot be read, or what `change` says.
pub fn change<R: Named>(
    name: &str,
    source: &KeyPath,
    blueprint: &mut Blueprint,
    change: impl FnOnce(&mut R) -> Result<(), Problem>,
) -> Result<Address, Problem> {
    let (mut change, mut outcome) = (Some(change), None);
    let unread = blueprint.change_all::<R>(|address, inputs| {
        if let Some(change) = change.take_if(|_| address.name() == name) {
            outcome = Some(change(inputs).map(|()| address.clone()));
        }
    });
    if let Some(address) = unread.iter().find(|address| address.name() == name) {
        let problem = Problem::new(source.clone(), format!("`{address}` has a form that is newer than this plugin"));
        return Err(problem.help("build `bucket` anew with the SDK of this `deploy`, and add it"));
    }
    outcome.unwrap_or_else(|| Err(missing::<R>(name, source, blueprint)))
}

fn missing<R: Named>(name: &str, source: &KeyPath, blueprint: &Blueprint) -> Problem {
    let of_kind = blueprint.desired.keys().filter(|address| address.kind().to_string() == R::KIND);
    let known: Vec<&str> = of_kind.map(Address::name).collect();
    let problem = Problem::new(source.clone(), format!("there is no {} `{name}` in [{}]", R::WORD, R::SECTION));
    problem.help(nearest(name, R::WORD, &known))
}

/// What to do where `name` names none of the known ones, each of them a `word`.
fn nearest(name: &str, word: &str, known: &[&str]) -> String {
    let distance = |other: &str| strsim::damerau_levenshtein(name, other);
    let nearest = known.iter().min_by_key(|other| distance(other));
    match nearest.filter(|other| distance(other) <= (name.len().max(other.len()) / 3).max(1)) {
        Some(nearest) => format!("a similar {word} exists: `{nearest}`"),
        None if known.is_empty() => format!("there is no {word} at all"),
        None => format!("there are: `{}`", known.join("`, `")),
    }
}
