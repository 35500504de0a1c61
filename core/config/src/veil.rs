//! Hides what somebody may have written where no value belongs.
//!
//! No value of a secret stands in a file. Where one was put into `[secrets]` all the same, the error about it
//! must not carry it into a terminal, a log or a pull request.

/// The section that is about secrets.
const SECTION: &str = "secrets";

/// `text` with stars in place of every value of `[secrets]`. Bytes keep their places.
pub(crate) fn veiled(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut in_section = false;
    for line in text.split_inclusive('\n') {
        if let Some(header) = header(line) {
            in_section = is_section(header);
        }
        match value_in(line, in_section) {
            Some(value) => {
                shown.push_str(&line[..value]);
                shown.extend(line[value..].chars().flat_map(stars));
            }
            None => shown.push_str(line),
        }
    }
    shown
}

/// What stands in the brackets of a table's header.
fn header(line: &str) -> Option<&str> {
    line.trim_start().strip_prefix('[').map(|rest| rest.trim_start_matches('['))
}

fn is_section(key: &str) -> bool {
    let key = key.trim_start().trim_start_matches(['"', '\'']);
    key.strip_prefix(SECTION)
        .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '-'))
}

/// Where the value of a line begins that may hold a secret.
fn value_in(line: &str, in_section: bool) -> Option<usize> {
    let is_header_or_comment = line.trim_start().starts_with(['[', '#']);
    if is_header_or_comment || !(in_section || is_section(line)) {
        return None;
    }
    // A line without `=` goes on with a text that began above.
    Some(line.find('=').map_or(0, |equals| equals + 1))
}

/// As many stars as the character has bytes; blanks, ends of lines, quotes and brackets stay.
fn stars(character: char) -> impl Iterator<Item = char> {
    let stays = character.is_whitespace() || matches!(character, '"' | '\'' | '{' | '}');
    let (shown, count) = if stays { (character, 1) } else { ('*', character.len_utf8()) };
    std::iter::repeat_n(shown, count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str, line: &str) -> String {
        let start = text.find(line).expect("the line");
        let end = start + line.len();
        veiled(text)[start..end].to_owned()
    }

    #[test]
    fn only_values_of_secrets_are_hidden() {
        let text = "app = \"shop\"\nsecrets.path = \"/a\"\n[secrets.parameters.X]\nvalue = \"hünter 2\"\n\
                    [secrets_of_mine]\nvalue = \"b\"\n[network]\ncidr = \"10.0.0.0/16\"\n";
        assert_eq!(shown(text, "app = \"shop\""), "app = \"shop\"");
        assert_eq!(shown(text, "secrets.path = \"/a\""), "secrets.path = \"**\"");
        assert_eq!(shown(text, "value = \"hünter 2\""), "value = \"******* *\"");
        assert_eq!(shown(text, "value = \"b\""), "value = \"b\"");
        assert_eq!(shown(text, "cidr = \"10.0.0.0/16\""), "cidr = \"10.0.0.0/16\"");
    }

    #[test]
    fn a_text_over_several_lines_is_hidden_on_each() {
        let text = "[secrets.parameters.X]\nvalue = \"\"\"\nhunter2\n\"\"\"\n";
        assert_eq!(shown(text, "hunter2"), "*******");
    }

    proptest! {
        #[test]
        fn bytes_keep_their_places(text in "(\\[secrets\\]\n)?([a-zä =\"'.{}\\[\\]#]{0,12}\n){0,5}") {
            let shown = veiled(&text);
            prop_assert_eq!(shown.len(), text.len());
            prop_assert_eq!(shown.lines().count(), text.lines().count());
        }
    }
}
