//! What stands in the way of a deletion: AWS says that something does, and seldom what.

use deploy_model::Fault;

/// How many are named.
const MOST: usize = 10;
const HELP: &str =
    "`deploy` deletes nothing that it did not make: delete it, or move it elsewhere, and run the same command again";

/// The name of something: `network interface eni-1 (ECS task; attached to i-1)`.
#[must_use]
pub fn named(noun: &str, id: &str, notes: impl IntoIterator<Item = String>) -> String {
    let notes: Vec<String> = notes.into_iter().filter(|note| !note.is_empty()).collect();
    if notes.is_empty() { format!("{noun} {id}") } else { format!("{noun} {id} ({})", notes.join("; ")) }
}

/// The refusal of a deletion, with what `look` has seen in the way. Where it saw nothing, the refusal stays as it is, and
/// where it was not let look, that is said too.
#[must_use]
pub fn in_the_way(refusal: Fault, look: Result<Vec<String>, Fault>) -> Fault {
    let mut seen = match look {
        Ok(seen) => seen,
        Err(fault) => return refusal.help(format!("what is in the way is not known: {fault}")),
    };
    let message = match seen.as_slice() {
        [] => return refusal,
        [one] => format!("in the way is {one}"),
        [first, others @ ..] => format!("in the way are {first} and {} more", others.len()),
    };
    if seen.len() > MOST {
        let more = seen.len() - MOST;
        seen.truncate(MOST);
        seen.push(format!("and {more} more"));
    }
    let lines = if seen.len() > 1 { seen } else { Vec::new() };
    Fault { message, ..refusal }.detail("in the way", lines).help(HELP)
}

#[cfg(test)]
mod tests {
    use super::*;
    use deploy_model::{FaultKind, Retry};

    fn refusal() -> Fault {
        Fault::new(FaultKind::Conflict, "The subnet has dependencies and cannot be deleted.").later()
    }

    #[test]
    fn what_is_seen_is_named_and_the_rest_of_the_refusal_stays() {
        let told = in_the_way(refusal(), Ok(vec![named("subnet", "s-1", ["web".to_owned(), String::new()])]));
        assert_eq!((told.message.as_str(), told.retry), ("in the way is subnet s-1 (web)", Retry::Later));
        assert!(told.details.is_empty() && told.help.is_some());
        let many = (1..=12).map(|number| named("subnet", &format!("s-{number}"), [])).collect();
        let told = in_the_way(refusal(), Ok(many));
        assert_eq!(told.message, "in the way are subnet s-1 and 11 more");
        assert_eq!(told.details[0].lines.last().map(String::as_str), Some("and 2 more"));
    }

    #[test]
    fn what_is_not_seen_changes_nothing() {
        assert_eq!(in_the_way(refusal(), Ok(Vec::new())), refusal());
        let told = in_the_way(refusal(), Err(Fault::new(FaultKind::Denied, "not authorized")));
        assert_eq!(told.help.as_deref(), Some("what is in the way is not known: not authorized"));
        assert_eq!(told.message, refusal().message);
    }
}
