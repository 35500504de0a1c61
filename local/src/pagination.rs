//! Pages of a listing: what AWS does with MaxResults and NextToken.
//!
//! A token names the last key of the page before it, so that a listing goes on at the right place when resources came
//! or went in between. Callers must treat it as opaque.

/// One page and the token of the next one, if there is one.
pub struct Page<T> {
    /// The items of this page, in the order of their keys.
    pub items: Vec<T>,
    /// Hand it back to get the next page.
    pub next_token: Option<String>,
}

/// The token was not one that this listing gave out.
#[derive(Debug, PartialEq, Eq)]
pub struct InvalidToken;

/// Cuts the page behind `token`, of at most `max` items, out of a whole listing.
///
/// `key` must be unique among the items; it decides the order.
///
/// # Errors
/// [`InvalidToken`] if the token was made up.
pub fn page<T>(
    items: Vec<T>,
    key: impl Fn(&T) -> String,
    max: Option<usize>,
    token: Option<&str>,
) -> Result<Page<T>, InvalidToken> {
    let after = token.map(decode).transpose()?;
    let mut keyed: Vec<(String, T)> = items
        .into_iter()
        .map(|item| (key(&item), item))
        .filter(|(key, _)| after.as_ref().is_none_or(|after| key > after))
        .collect();
    keyed.sort_by(|(left, _), (right, _)| left.cmp(right));
    let more = max.is_some_and(|max| keyed.len() > max);
    keyed.truncate(max.unwrap_or(usize::MAX));
    let next_token = if more { keyed.last().map(|(key, _)| encode(key)) } else { None };
    Ok(Page { items: keyed.into_iter().map(|(_, item)| item).collect(), next_token })
}

/// The first bytes of every token: they tell one from text that merely happens to be hexadecimal.
const MARK: &[u8] = b"after:";

fn encode(key: &str) -> String {
    hex::encode([MARK, key.as_bytes()].concat())
}

fn decode(token: &str) -> Result<String, InvalidToken> {
    let bytes = hex::decode(token).map_err(|_| InvalidToken)?;
    let key = bytes.strip_prefix(MARK).ok_or(InvalidToken)?;
    String::from_utf8(key.to_vec()).map_err(|_| InvalidToken)
}

#[cfg(test)]
mod tests {
    use super::{InvalidToken, page};

    fn listing() -> Vec<String> {
        ["c", "a", "e", "b", "d"].map(str::to_owned).to_vec()
    }

    #[test]
    fn pages_cover_the_listing_once_and_in_order() {
        let (mut seen, mut token) = (Vec::new(), None);
        loop {
            let next = page(listing(), String::clone, Some(2), token.as_deref()).expect("our own token");
            seen.extend(next.items);
            token = next.next_token;
            if token.is_none() {
                break;
            }
        }
        assert_eq!(seen, ["a", "b", "c", "d", "e"]);
    }

    #[test]
    fn a_full_last_page_has_no_token() {
        assert_eq!(page(listing(), String::clone, Some(5), None).expect("no token").next_token, None);
    }

    #[test]
    fn a_made_up_token_is_refused() {
        for token in ["x", "abcd", ""] {
            assert_eq!(page(listing(), String::clone, None, Some(token)).err(), Some(InvalidToken));
        }
    }
}
