//! "Did you mean": the known word that a mistyped one most resembles.

/// Words longer than this are not typing errors, and comparing them is not free.
const LONGEST_WORD: usize = 64;

/// The candidate nearest to `word`, if one is near: about one slip in three characters.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > LONGEST_WORD {
        return None;
    }
    let folded = fold(word);
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= LONGEST_WORD)
        .map(|candidate| (strsim::damerau_levenshtein(&folded, &fold(candidate)), candidate))
        .filter(|(distance, candidate)| *distance <= slips_allowed(&folded, candidate))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The spelling in which names are compared: lower case, `-` as `_`.
pub(crate) fn fold(word: &str) -> String {
    word.to_lowercase().replace('-', "_")
}

fn slips_allowed(word: &str, candidate: &str) -> usize {
    let longer = word.chars().count().max(candidate.chars().count());
    (longer / 3).clamp(usize::from(longer > 1), 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_forgiven_and_another_word_is_not() {
        let known = ["desired_count", "cpu", "memory"];
        assert_eq!(nearest("desired_cuont", known), Some("desired_count"));
        assert_eq!(nearest("Desired-Count", known), Some("desired_count"));
        assert_eq!(nearest("cpus", known), Some("cpu"));
        assert_eq!(nearest("replicas", known), None);
        assert_eq!(nearest(&"x".repeat(100_000), known), None);
    }
}
