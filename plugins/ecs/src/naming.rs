//! Which names the listing by prefix cannot find.

/// The names among `wanted` that do not begin with `prefix`, each once: they must be asked for one by one.
pub(crate) fn outside<'a>(prefix: &str, wanted: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut names: Vec<&str> = wanted.filter(|name| !name.starts_with(prefix)).collect();
    names.sort_unstable();
    names.dedup();
    names
}
