//! What was typed and is no command.

use crate::view::Style;
use crate::view::diagnostic::help_line;

/// Where clap says the same in its own words.
const POINTER: &str = "For more information";

/// What `secrets set` says of anything that is too much: it may be a secret, so that it is not repeated.
pub fn value_typed_text(error: &clap::Error, style: Style) -> String {
    use clap::error::{ContextKind, ContextValue};
    let mut text = format!(
        "{} {}\n",
        style.bad("error:"),
        style.strong(
            "unexpected argument: `secrets set` takes the name of a secret, and nothing that could be its value"
        )
    );
    if let Some(ContextValue::String(option)) = error.get(ContextKind::SuggestedArg) {
        text.push_str(&help_line(&format!("a similar option exists: `{option}`"), style));
    }
    text + &help_line(HOW_TO_SET, style)
}

/// The ways of a value to `secrets set`.
pub const HOW_TO_SET: &str =
    "leave the value out: `deploy secrets set NAME` asks for it, or reads standard input or `--from-file`";

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
