//! Rows of three columns on a screen of eighty characters, or as many as there are.

use std::sync::OnceLock;

use console::measure_text_width;

/// The width that every screen is readable at, and the one where nobody says another.
const USUAL: usize = 80;
/// The narrowest screen that is filled, and the widest: longer lines are hard to follow.
const NARROWEST: usize = 60;
const WIDEST: usize = 160;

/// Room for `default.toml:1234` at the edge of the screen.
const ORIGIN: usize = 18;

static WIDTH: OnceLock<usize> = OnceLock::new();

/// Every text from now on is as wide as the variable `COLUMNS` says, else as the terminal is.
pub fn fit(columns: Option<&str>, terminal: Option<u16>) {
    // The first screen is the one that the user looks at.
    let _ = WIDTH.set(chosen(columns, terminal));
}

/// How wide the screen is.
pub fn width() -> usize {
    WIDTH.get().copied().unwrap_or(USUAL)
}

fn chosen(columns: Option<&str>, terminal: Option<u16>) -> usize {
    let said = columns.and_then(|columns| columns.parse().ok()).filter(|columns| *columns > 0);
    said.or(terminal.map(usize::from)).map_or(USUAL, |width| width.clamp(NARROWEST, WIDEST))
}

/// The text filled with spaces up to `width`, or followed by one where it is longer.
pub fn pad(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(measure_text_width(text)).max(1);
    format!("{text}{}", " ".repeat(missing))
}

/// A row: `left`, then `middle` from `column` on, then `right` near the edge of the screen.
///
/// A middle that does not fit is broken at spaces. One with a long word, such as an image's name, gets
/// the whole width before the word itself is broken. `paint` colours the pieces. Ends with a new line.
pub fn row(left: &str, column: usize, middle: &str, right: &str, paint: impl Fn(&str) -> String) -> String {
    let (width, last) = (width(), width() - ORIGIN);
    let start = column.max(measure_text_width(left) + 2);
    let beside = (last - 2).saturating_sub(start);
    let longest = middle.split(' ').map(measure_text_width).max().unwrap_or_default();
    let room = if right.is_empty() || longest > beside { width.saturating_sub(start).max(16) } else { beside };
    let mut lines: Vec<String> = Vec::new();
    for piece in wrapped(middle, room) {
        let lead = if lines.is_empty() { pad(left, start) } else { " ".repeat(start) };
        lines.push(lead + &paint(&piece));
    }
    if !right.is_empty() {
        let has_room = |line: &&mut String| measure_text_width(line) + 2 <= last;
        match lines.last_mut().filter(has_room) {
            Some(line) => *line = pad(line, last) + right,
            None => lines.push(" ".repeat(last) + right),
        }
    }
    lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// `text` in pieces of at most `room` characters; always at least one piece.
pub fn wrapped(text: &str, room: usize) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for word in text.split(' ') {
        let mut rest = word;
        let line = pieces.last_mut().expect("there is always a piece");
        if !line.is_empty() && measure_text_width(line) + 1 + measure_text_width(rest) > room {
            pieces.push(String::new());
        } else if !line.is_empty() {
            line.push(' ');
        }
        while measure_text_width(rest) > room {
            let cut = rest.char_indices().nth(room).map_or(rest.len(), |(index, _)| index);
            pieces.last_mut().expect("there is always a piece").push_str(&rest[..cut]);
            pieces.push(String::new());
            rest = &rest[cut..];
        }
        pieces.last_mut().expect("there is always a piece").push_str(rest);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_width_is_what_is_said_or_what_is_there() {
        assert_eq!(chosen(None, None), 80);
        assert_eq!(chosen(None, Some(120)), 120);
        assert_eq!(chosen(Some("100"), Some(120)), 100);
        assert_eq!(chosen(Some("wide"), Some(20)), 60);
        assert_eq!(chosen(Some("0"), Some(500)), 160);
        assert_eq!(width(), 80, "the tests see the usual width");
    }

    #[test]
    fn a_long_middle_is_broken_and_nothing_of_it_is_lost() {
        let text = row("  image", 10, "aaaa bbbb cccc", "x.toml:1", str::to_owned);
        assert_eq!(text, "  image   aaaa bbbb cccc                                      x.toml:1\n");
        assert_eq!(wrapped("aaaa bbbb cccc", 9), ["aaaa bbbb", "cccc"]);
        assert_eq!(wrapped("0123456789", 4), ["0123", "4567", "89"]);
        assert_eq!(wrapped("a 0123456789", 4), ["a", "0123", "4567", "89"]);
    }
}
