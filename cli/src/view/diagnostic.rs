//! What is wrong with the configuration, with the lines it is about.

use std::borrow::Cow;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use deploy_config::{Diagnostic, Excerpt};

use crate::view::Style;
use crate::view::columns::{width, wrapped};
use crate::view::suggestion::{complete, complete_place};
use crate::view::value::on_one_line;

/// Where the text of a help begins.
const HELP: usize = 6;

/// All of them, the last line says how many where there are several.
pub fn diagnostics_text(diagnostics: &[Diagnostic], style: Style) -> String {
    let mut text =
        diagnostics.iter().map(|diagnostic| diagnostic_text(diagnostic, style)).collect::<Vec<_>>().join("\n");
    if diagnostics.iter().all(|diagnostic| diagnostic.help.is_empty()) {
        text.push_str(&correction("correct it, then look at all files: `deploy config check`", style));
    }
    if diagnostics.len() > 1 {
        text.push_str(&format!("\n{} errors; nothing was called\n", diagnostics.len()));
    }
    text
}

/// One of them.
pub fn diagnostic_text(diagnostic: &Diagnostic, style: Style) -> String {
    let mut text = match &diagnostic.excerpt {
        Some(excerpt) => with_excerpt(diagnostic, excerpt, style),
        None => without_excerpt(diagnostic, style),
    };
    for help in &diagnostic.help {
        text.push_str(&correction(&readable(help), style));
    }
    text
}

/// The line that says what to do next. Commands in it carry the options that the user ran with.
pub fn help_line(help: &str, style: Style) -> String {
    format!("{} {}\n", style.strong("help:"), complete(help))
}

/// The same of a configuration that is wrong: what was set for this run may be the reason, and is not repeated.
fn correction(help: &str, style: Style) -> String {
    let help = complete_place(help);
    // What is copied stays on one line.
    let pieces = if help.contains('`') { vec![help] } else { wrapped(&help, width() - HELP) };
    format!("{} {}\n", style.strong("help:"), pieces.join(&format!("\n{}", " ".repeat(HELP))))
}

fn with_excerpt(diagnostic: &Diagnostic, excerpt: &Excerpt, style: Style) -> String {
    let annotation = AnnotationKind::Primary.span(excerpt.span.clone());
    let annotation = match &diagnostic.label {
        Some(label) => annotation.label(label.as_str()),
        None => annotation,
    };
    let text = shown(excerpt);
    let snippet = Snippet::source(&*text).path(excerpt.file.as_str()).annotation(annotation);
    let message = readable(&diagnostic.message);
    let group = Level::ERROR.primary_title(message.as_str()).element(snippet);
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Coloured => Renderer::styled(),
    };
    let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(width());
    let mut text = renderer.render(&[group]) + "\n";
    if !diagnostic.help.is_empty() {
        // The bar leads the eye from the excerpt to the help.
        let gutter = diagnostic.origin.as_ref().and_then(|origin| origin.line).unwrap_or(1).to_string().len();
        text.push_str(&format!("{} {}\n", " ".repeat(gutter), style.faint("|")));
    }
    text
}

/// The text, without the string behind the span where that is not to be seen.
fn shown(excerpt: &Excerpt) -> Cow<'_, str> {
    let text = &*excerpt.text;
    let (before, rest) = text.split_at(excerpt.span.end);
    let line = rest.find('\n').unwrap_or(rest.len());
    let value = rest[..line].find(['"', '\'']).filter(|_| excerpt.ends_with_span);
    let Some(value) = value else { return Cow::Borrowed(text) };
    let stars = rest[value..line].chars().map(|character| match character {
        '"' | '\'' => character,
        _ if character.is_whitespace() => character,
        _ => '*',
    });
    Cow::Owned(format!("{before}{}{}{}", &rest[..value], stars.collect::<String>(), &rest[line..]))
}

fn without_excerpt(diagnostic: &Diagnostic, style: Style) -> String {
    let mut text = format!("{} {}\n", style.bad("error:"), style.strong(readable(&diagnostic.message)));
    if let Some(origin) = &diagnostic.origin {
        text.push_str(&format!(" {} {}\n", style.faint("-->"), readable(&origin.to_string())));
    }
    if let Some(label) = &diagnostic.label {
        text.push_str(&format!("     {label}\n"));
    }
    text
}

/// A text that may quote a name of the user's: on one line, and without the middle where it fills the screen.
fn readable(text: &str) -> String {
    const MOST: usize = 1200;
    const END: usize = 200;
    let text = on_one_line(text);
    let place = |index| text.char_indices().nth(index).map(|(place, _)| place);
    match (place(MOST), place(text.chars().count().saturating_sub(END))) {
        (Some(_), Some(end)) => format!("{}…{}", &text[..place(MOST - END).unwrap_or(end)], &text[end..]),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use deploy_model::Origin;

    fn unknown_key() -> Diagnostic {
        let text = "[ecs.services.web]\nimage = \"x\"\n\n[ecs.services.api]\ndesired_cuont = 4\n";
        let start = text.find("desired_cuont").expect("it is there");
        Diagnostic {
            message: "unknown key `ecs.services.web.desired_cuont`".to_owned(),
            path: None,
            origin: Some(Origin::at("environments/prod.toml", 5, 1)),
            excerpt: Some(Excerpt {
                file: "environments/prod.toml".to_owned(),
                text: text.into(),
                span: start..start + "desired_cuont".len(),
                ends_with_span: true,
            }),
            label: Some("not a key of [ecs.services.*]".to_owned()),
            help: vec!["a similar key exists: `desired_count`".to_owned()],
        }
    }

    #[test]
    fn an_error_in_a_file_shows_its_line() {
        let expected = "\
error: unknown key `ecs.services.web.desired_cuont`
 --> environments/prod.toml:5:1
  |
5 | desired_cuont = 4
  | ^^^^^^^^^^^^^ not a key of [ecs.services.*]
  |
help: a similar key exists: `desired_count`
";
        assert_eq!(diagnostic_text(&unknown_key(), Style::Plain), expected);
    }

    #[test]
    fn a_name_of_any_length_leaves_room_for_what_is_said_of_it() {
        let named = |length| readable(&format!("the name `{}` is\ntoo long", "é".repeat(length)));
        assert_eq!(named(600).chars().count(), 600 + "the name `` is\\ntoo long".len());
        assert_eq!(named(600_000).chars().count(), 1201);
        assert!(named(600_000).starts_with("the name `é") && named(600_000).ends_with("é` is\\ntoo long"));
    }

    #[test]
    fn an_error_elsewhere_names_its_source() {
        let option = Diagnostic {
            message: "`--set x` has no `=`".to_owned(),
            path: None,
            origin: Some(Origin::named("--set")),
            excerpt: None,
            label: None,
            help: vec!["write `--set key=value`".to_owned()],
        };
        insta::assert_snapshot!(diagnostics_text(&[option, unknown_key()], Style::Plain));
    }
}
