//! Commands that a text suggests, with the options that the user ran with: what is copied must mean the same AWS, the
//! same project and the same settings.
//!
//! The options are remembered once for the process, so that no text has to be told of them.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::OnceLock;

use crate::arguments::Global;

static GIVEN: OnceLock<Given> = OnceLock::new();

/// The options that decide what a command means.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// `--local` was typed. A variable that says the same holds for the next command too.
    local: bool,
    sets: Vec<String>,
    directory: Option<PathBuf>,
}

impl Given {
    /// What was typed, as far as it was understood.
    pub fn of(typed: impl Iterator<Item = OsString>, global: Option<&Global>) -> Self {
        Self {
            local: typed.take_while(|word| word != "--").any(|word| word == "--local"),
            sets: global.map(|global| global.sets.clone()).unwrap_or_default(),
            directory: global.and_then(|global| global.directory.clone()),
        }
    }

    /// Every suggestion from now on carries these.
    pub fn remember(self) {
        // Whoever came first typed it.
        let _ = GIVEN.set(self);
    }

    /// The options that belong to `command`, which begins behind the program's name.
    fn options(&self, command: &str) -> String {
        let mut words = command.split(' ');
        let verb = words.next().unwrap_or_default();
        let is_saved = verb == "apply" && words.next().is_some_and(|target| target.contains(['.', '/']));
        let (local, sets) = match verb {
            // A saved plan knows both.
            _ if is_saved => (false, false),
            "plan" | "apply" | "destroy" | "status" | "secrets" => (true, true),
            "rollout" => (true, false),
            "config" | "graph" => (false, true),
            "local" | "plugin" => (false, false),
            _ => return String::new(),
        };
        let mut options = String::new();
        if local && self.local && !command.contains("--local") {
            options.push_str(" --local");
        }
        for set in self.sets.iter().filter(|_| sets) {
            options.push_str(&format!(" --set {}", quoted(set)));
        }
        if let Some(directory) = &self.directory {
            options.push_str(&format!(" -C {}", quoted(&directory.to_string_lossy())));
        }
        options
    }

    /// The same without settings.
    fn place(&self) -> Self {
        Self { local: self.local, sets: Vec::new(), directory: self.directory.clone() }
    }

    /// `text`, which ends in `command`, with the options; what stands behind `--` is another program's.
    fn completed(&self, text: &str, command: &str) -> String {
        match text.split_once(" -- ") {
            Some((own, other)) => format!("{own}{} -- {other}", self.options(command)),
            None => format!("{text}{}", self.options(command)),
        }
    }

    fn complete(&self, text: &str) -> String {
        if let Some(command) = text.strip_prefix("deploy ").filter(|_| !text.contains('`')) {
            return self.completed(text, command);
        }
        let pieces: Vec<&str> = text.split('`').collect();
        let complete = |(index, piece): (usize, &&str)| {
            let command = piece.strip_prefix("deploy ").or_else(|| piece.split_once("| deploy ").map(|(_, rest)| rest));
            match command.filter(|_| index % 2 == 1 && index + 1 < pieces.len()) {
                Some(command) => self.completed(piece, command),
                None => (*piece).to_owned(),
            }
        };
        pieces.iter().enumerate().map(complete).collect::<Vec<_>>().join("`")
    }
}

/// The text with every command in it complete: those in backticks, or the text itself where it is a command.
pub fn complete(text: &str) -> String {
    GIVEN.get().map_or_else(|| text.to_owned(), |given| given.complete(text))
}

/// The same without the settings that were typed, where they may be what is wrong.
pub fn complete_place(text: &str) -> String {
    GIVEN.get().map_or_else(|| text.to_owned(), |given| given.place().complete(text))
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "_-./=:,@%+".contains(character);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_carries_what_it_takes() {
        let given = Given { local: true, sets: vec!["app=a b".to_owned()], directory: Some("/p".into()) };
        let complete = |text: &str| given.complete(text);
        assert_eq!(
            complete("deploy secrets set A --env dev"),
            "deploy secrets set A --env dev --local --set 'app=a b' -C /p"
        );
        assert_eq!(
            complete("look: `deploy plan dev`, or `… | deploy status`, not `deployment`"),
            "look: `deploy plan dev --local --set 'app=a b' -C /p`, or `… | deploy status --local --set 'app=a b' -C /p`, \
             not `deployment`"
        );
        assert_eq!(
            complete("`deploy secrets exec -- a -b`"),
            "`deploy secrets exec --local --set 'app=a b' -C /p -- a -b`"
        );
        assert_eq!(complete("`deploy apply dev.plan`"), "`deploy apply dev.plan -C /p`");
        assert_eq!(complete("`deploy config check`"), "`deploy config check --set 'app=a b' -C /p`");
        assert_eq!(complete("`deploy local reset`"), "`deploy local reset -C /p`");
        assert_eq!(complete("`deploy init`"), "`deploy init`");
        assert_eq!(complete("try `deploy plan --local"), "try `deploy plan --local");
        assert_eq!(Given::default().complete("`deploy plan dev`"), "`deploy plan dev`");
    }

    #[test]
    fn only_what_was_typed_is_repeated() {
        let words = |words: &[&str]| words.iter().map(OsString::from).collect::<Vec<_>>().into_iter();
        assert!(Given::of(words(&["deploy", "plan", "--local"]), None).local);
        assert!(!Given::of(words(&["deploy", "plan", "--", "--local"]), None).local);
    }

    #[test]
    fn a_word_survives_the_shell() {
        assert_eq!(quoted("a.b=1"), "a.b=1");
        assert_eq!(quoted("a=it's"), r"'a=it'\''s'");
        assert_eq!(quoted(""), "''");
    }
}
