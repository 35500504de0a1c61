//! What was typed and is no command.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue};

use crate::view::Style;
use crate::view::diagnostic::help_line;

/// Where clap says the same in its own words.
const POINTER: &str = "For more information";

/// clap's message, with the next step where every other error has it.
pub fn usage_text(error: &clap::Error, style: Style) -> String {
    if is_about_secrets(std::env::args_os()) || is_an_assignment(error) {
        return without_words(error, style);
    }
    let rendered = error.render();
    let text = match style {
        Style::Plain => rendered.to_string(),
        Style::Coloured => rendered.ansi().to_string(),
    };
    let message = text.rfind(POINTER).map_or(text.as_str(), |pointer| &text[..pointer]);
    format!("{}\n\n{}", message.trim_end(), help_line("add `--help` to read what the command takes", style))
}

/// Whether `deploy secrets …` was typed: any word of it may be a value, and clap would repeat it.
fn is_about_secrets(mut words: impl Iterator<Item = OsString>) -> bool {
    words.any(|word| word == "secrets")
}

/// Whether the word that clap would repeat is `NAME=VALUE`, which is how other programs are given secrets.
fn is_an_assignment(error: &clap::Error) -> bool {
    let words = [ContextKind::InvalidArg, ContextKind::InvalidValue, ContextKind::InvalidSubcommand];
    let is_one = |word: &str| word.contains('=') && !word.starts_with('-');
    let holds = |value: &ContextValue| matches!(value, ContextValue::String(word) if is_one(word));
    words.into_iter().filter_map(|kind| error.get(kind)).any(holds)
}

/// What is wrong, in general, and how it is to be.
fn without_words(error: &clap::Error, style: Style) -> String {
    let message = error.kind().as_str().unwrap_or("the arguments are not understood");
    let usage = match error.get(ContextKind::Usage) {
        Some(ContextValue::StyledStr(usage)) => format!("\n{usage}\n"),
        _ => String::new(),
    };
    let known = match error.get(ContextKind::ValidSubcommand) {
        Some(ContextValue::Strings(known)) => format!("commands: {}\n", known.join(", ")),
        _ => String::new(),
    };
    let help = help_line("add `--help` to read what the command takes", style);
    format!("{} {message}\n{known}{usage}\n{help}", style.bad("error:"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::Arguments;
    use clap::Parser;

    #[test]
    fn a_wrong_option_ends_in_a_next_step() {
        let error = Arguments::try_parse_from(["deploy", "apply", "dev", "--yess"]).expect_err("no such option");
        insta::assert_snapshot!(usage_text(&error, Style::Plain));
        assert!(!usage_text(&error, Style::Coloured).contains(POINTER), "clap's wording has changed");
    }

    #[test]
    fn an_assignment_is_not_repeated() {
        for words in [&["apply", "dev", "DB_URL=hunter2"][..], &["DB_URL=hunter2"], &["plan", "--format", "a=hunter2"]]
        {
            let words = ["deploy"].iter().chain(words);
            let error = Arguments::try_parse_from(words).expect_err("it belongs nowhere");
            assert!(!usage_text(&error, Style::Plain).contains("hunter2"), "{}", usage_text(&error, Style::Plain));
        }
    }
}
