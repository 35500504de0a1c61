//! The scopes of a plugin, in words.

/// `aws, secret:KEY`, or `nothing` where there is none.
pub fn words(scopes: &[String]) -> String {
    if scopes.is_empty() { "nothing".to_owned() } else { scopes.join(", ") }
}
