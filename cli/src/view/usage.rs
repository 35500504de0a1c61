//! What was typed and is no command.

use crate::view::Style;
use crate::view::diagnostic::help_line;

/// Where clap says the same in its own words.
const POINTER: &str = "For more information";

/// clap's message, with the next step where every other error has it.
pub fn usage_text(error: &clap::Error, style: Style) -> String {
    let rendered = error.render();
    let text = match style {
        Style::Plain => rendered.to_string(),
        Style::Coloured => rendered.ansi().to_string(),
    };
    let message = text.rfind(POINTER).map_or(text.as_str(), |pointer| &text[..pointer]);
    format!("{}\n\n{}", message.trim_end(), help_line("add `--help` to read what the command takes", style))
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
}
