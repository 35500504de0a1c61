//! Where a secret's value comes from: a hidden prompt, standard input, or a file. Never an argument, which every
//! process of the machine can read.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use deploy_secrets::{Secret, store};
use dialoguer::Password;
use zeroize::Zeroizing;

use super::vault::Declared;
use crate::arguments::SecretsSet;
use crate::command::Session;
use crate::error::CommandError;
use crate::exit::Exit;

/// No parameter holds more: <https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html>
const LARGEST: u64 = 8 * 1024;
/// A thousand of the largest values.
const LARGEST_DOCUMENT: u64 = 1000 * LARGEST;

/// The value that the user gives.
///
/// # Errors
/// Where there is none, it is too large, or it is no text.
pub fn value(
    session: &Session,
    arguments: &SecretsSet,
    declared: &Declared,
    environment: &str,
) -> Result<Secret, CommandError> {
    let value = match &arguments.from_file {
        Some(path) => {
            // What is no file may be the value itself.
            let file = File::open(path).map_err(unreadable("the file of `--from-file`"))?;
            read(session, file, &format!("`{}`", path.display()))?
        }
        None if session.terminal.can_ask() => ask(session, &arguments.name, environment)?,
        None => read(session, io::stdin(), "standard input")?,
    };
    if value.is_empty() {
        let help = format!("type it, or pipe it in: `… | deploy secrets set {} --env {environment}`", arguments.name);
        return Err(CommandError::bad_input("the value is empty, and nothing was set", help));
    }
    let value = Secret::new(value.to_string());
    store::check(&declared.inputs, &value).map_err(|fault| {
        let help = fault.help.unwrap_or_else(|| "give it another value".to_owned());
        CommandError::bad_input(format!("{}, and nothing was set", fault.message), help)
    })?;
    Ok(value)
}

/// A whole document of values, and what to call it in an error.
///
/// # Errors
/// Where it cannot be read, or is no text.
pub fn document(file: Option<&Path>) -> Result<(Zeroizing<String>, String), CommandError> {
    let name = file.map_or_else(|| "standard input".to_owned(), |path| format!("`{}`", path.display()));
    let mut text = Zeroizing::new(String::new());
    let read = match file {
        Some(path) => File::open(path).and_then(|file| file.take(LARGEST_DOCUMENT + 1).read_to_string(&mut text)),
        None => io::stdin().take(LARGEST_DOCUMENT + 1).read_to_string(&mut text),
    };
    read.map_err(|error| {
        let shown = match file.and_then(Path::to_str) {
            Some(path) if path.contains(['=', '{', '"']) => "the file",
            _ => &name,
        };
        let help = "name a file of `NAME=value` lines, JSON or TOML, or pipe one in";
        CommandError::bad_input(format!("cannot read {shown}: {error}; nothing was set"), help)
    })?;
    if text.len() as u64 > LARGEST_DOCUMENT {
        let message = format!("{name} is larger than {LARGEST_DOCUMENT} bytes; nothing was set");
        return Err(CommandError::bad_input(message, "import it in parts"));
    }
    Ok((text, name))
}

fn ask(session: &Session, name: &str, environment: &str) -> Result<Zeroizing<String>, CommandError> {
    let prompt = || {
        Password::new()
            .with_prompt(format!("{name} for {environment} (not shown)"))
            .with_confirmation("Once more", "The two are not the same")
            .allow_empty_password(true)
            .interact()
    };
    session.interrupts.ask_unseen(prompt).map(Zeroizing::new).map_err(|error| {
        let dialoguer::Error::IO(error) = error;
        match error.kind() {
            io::ErrorKind::Interrupted => CommandError::Stopped(Exit::Interrupted),
            _ => CommandError::Io("cannot ask".to_owned(), error),
        }
    })
}

fn read(session: &Session, source: impl Read, name: &str) -> Result<Zeroizing<String>, CommandError> {
    // The buffer never grows, so that no copy of the value is left behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(LARGEST).unwrap_or(usize::MAX) + 1));
    source.take(LARGEST + 1).read_to_end(&mut bytes).map_err(unreadable(name))?;
    if bytes.len() as u64 > LARGEST {
        return Err(CommandError::bad_input(
            format!("the value from {name} is larger than {LARGEST} bytes"),
            "no parameter holds more; keep it elsewhere and store where it is",
        ));
    }
    let Ok(text) = std::str::from_utf8(&bytes) else {
        return Err(CommandError::bad_input(
            format!("the value from {name} is no text"),
            "encode it, as base64 for one",
        ));
    };
    let value = without_newline(text);
    if value.len() < text.len() {
        session.terminal.say("one newline at the end was taken off\n");
    }
    Ok(Zeroizing::new(value.to_owned()))
}

fn unreadable(name: &str) -> impl FnOnce(io::Error) -> CommandError {
    move |error| CommandError::bad_input(format!("cannot read {name}: {error}"), "name a file that holds the value")
}

/// The text without the one newline that `echo` and editors put at the end.
fn without_newline(text: &str) -> &str {
    let shorter = text.strip_suffix('\n').unwrap_or(text);
    shorter.strip_suffix('\r').filter(|_| shorter.len() < text.len()).unwrap_or(shorter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_newline_goes() {
        assert_eq!(without_newline("a\n\n"), "a\n");
        assert_eq!(without_newline("a\r\n"), "a");
        assert_eq!(without_newline("a\r"), "a\r");
        assert_eq!(without_newline("a"), "a");
    }
}
