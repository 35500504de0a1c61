//! What a terminal shows after everything that was written to it: as much of a terminal as progress needs.

use std::iter::Peekable;
use std::str::Chars;

/// The lines that are left on the screen, without spaces at their ends.
pub fn shown(written: &str, width: usize) -> Vec<String> {
    let mut display = Display { lines: Vec::new(), row: 0, column: 0, width };
    let mut rest = written.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '\r' => display.column = 0,
            '\n' => display.row += 1,
            '\x1b' if rest.next_if_eq(&'[').is_some() => display.control(&mut rest),
            printed => display.print(printed),
        }
    }
    let lines = display.lines.iter().map(|line| line.iter().collect::<String>().trim_end().to_owned());
    lines.filter(|line| !line.is_empty()).collect()
}

struct Display {
    width: usize,
    lines: Vec<Vec<char>>,
    row: usize,
    column: usize,
}

impl Display {
    fn line(&mut self) -> &mut Vec<char> {
        let row = self.row;
        self.lines.resize_with(self.lines.len().max(row + 1), Vec::new);
        &mut self.lines[row]
    }

    fn print(&mut self, character: char) {
        if self.column == self.width {
            (self.row, self.column) = (self.row + 1, 0);
        }
        let column = self.column;
        let line = self.line();
        line.resize(line.len().max(column + 1), ' ');
        line[column] = character;
        self.column += 1;
    }

    /// `ESC [ number letter`
    fn control(&mut self, rest: &mut Peekable<Chars<'_>>) {
        let mut number = String::new();
        while let Some(part) = rest.next_if(|next| !next.is_ascii_alphabetic()) {
            number.push(part);
        }
        let count: usize = number.parse().unwrap_or(1);
        let column = self.column;
        match rest.next() {
            Some('A') => self.row = self.row.saturating_sub(count),
            Some('B') => self.row += count,
            Some('C') => self.column += count,
            Some('D') => self.column = column.saturating_sub(count),
            Some('G') => self.column = count - 1,
            Some('K') if number == "2" => self.line().clear(),
            Some('K') => self.line().truncate(column),
            Some('J') => {
                self.line().truncate(column);
                let row = self.row;
                self.lines.truncate(row + 1);
            }
            // Colours, and whether the cursor is seen.
            Some('m' | 'h' | 'l') | None => {}
            Some(other) => panic!("the display does not know ESC [ {number} {other}"),
        }
    }
}
