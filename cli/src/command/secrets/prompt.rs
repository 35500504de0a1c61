//! Where a secret's value comes from: a hidden prompt, standard input, or a file. Never an argument, which every
//! process of the machine can read.

use std::io::{self, Read};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use deploy_secrets::{Secret, store};
use dialoguer::Password;
use zeroize::Zeroizing;

use super::source;
use super::vault::Declared;
use crate::arguments::SecretsSet;
use crate::command::Session;
use crate::error::CommandError;
use crate::exit::Exit;

/// Bytes of the newline that may come along with a value.
const NEWLINE: usize = 2;
/// A thousand of the largest values of Parameter Store.
const LARGEST_DOCUMENT: u64 = 1000 * 8 * 1024;

/// How often two that differ are asked for again.
const TRIES: usize = 3;
/// What a terminal drops of a longer line, it drops unsaid: <https://man7.org/linux/man-pages/man3/termios.3.html>
const LONGEST_LINE: usize = 4095;
const ENCODE: &str = "add `--base64`: it stores the base64 text of the bytes, which the application must decode";

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
    let largest = store::most_bytes(&declared.inputs);
    let (bytes, name) = match &arguments.from_file {
        Some(path) => {
            let name = format!("`{}`", path.display());
            // What is no file may be the value itself.
            let shown = if path.exists() { name.as_str() } else { "the file of `--from-file`" };
            let file = source::open(path).map_err(unreadable(shown))?;
            (read(file, &name, largest)?, name)
        }
        None if session.terminal.can_ask() => {
            let typed = ask(session, &arguments.name, environment)?;
            (Zeroizing::new(typed.as_bytes().to_vec()), "the prompt".to_owned())
        }
        None => (read(io::stdin(), "standard input", largest)?, "standard input".to_owned()),
    };
    let value = match arguments.base64 {
        true => encoded(session, &bytes),
        false => text(session, arguments, &bytes, &name)?,
    };
    if value.is_empty() {
        let help = format!("type it, or pipe it in: `… | deploy secrets set {} --env {environment}`", arguments.name);
        return Err(CommandError::bad_input("the value is empty, and nothing was set", help));
    }
    let value = Secret::new(value.to_string());
    store::check(&declared.inputs, &value).map_err(|fault| {
        let can_be_encoded = value.expose().contains(['\0', '{']) && value.expose().len() <= largest;
        let help = fault.help.filter(|_| !can_be_encoded).unwrap_or_else(|| ENCODE.to_owned());
        CommandError::bad_input(format!("{}, and nothing was set", fault.message), help)
    })?;
    Ok(value)
}

/// A whole document of values, and what to call it in an error.
///
/// # Errors
/// Where it cannot be read, or is no text.
pub fn document(session: &Session, file: Option<&Path>) -> Result<(Zeroizing<String>, String), CommandError> {
    let file = file.filter(|path| *path != Path::new("-"));
    let name = file.map_or_else(|| "standard input".to_owned(), |path| format!("`{}`", path.display()));
    let mut text = Zeroizing::new(String::new());
    let read = match file {
        Some(path) => source::open(path).and_then(|file| file.take(LARGEST_DOCUMENT + 1).read_to_string(&mut text)),
        None if session.terminal.can_ask() => {
            let message = "a terminal would show what is typed; nothing was set";
            return Err(CommandError::bad_input(
                message,
                "name a file of `NAME=value` lines, JSON or TOML, or pipe one in",
            ));
        }
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

/// Asks for the value, and once more, because nobody sees what is typed. Between the two nothing is shown either.
fn ask(session: &Session, name: &str, environment: &str) -> Result<Zeroizing<String>, CommandError> {
    session.interrupts.ask_unseen(|| ask_twice(session, name, environment))
}

fn ask_twice(session: &Session, name: &str, environment: &str) -> Result<Zeroizing<String>, CommandError> {
    for _ in 0..TRIES {
        let typed = hidden(format!("{name} for {environment} (not shown)"))?;
        if typed.is_empty() {
            return Ok(typed);
        }
        if typed.len() >= LONGEST_LINE {
            let message = format!("a terminal passes on no more than {LONGEST_LINE} bytes of a line; nothing was set");
            return Err(CommandError::bad_input(message, "pipe it in, or use `--from-file`"));
        }
        if *hidden("Once more".to_owned())? == *typed {
            return Ok(typed);
        }
        session.terminal.say("the two are not the same\n");
    }
    let help = format!("run it again, or pipe the value in: `… | deploy secrets set {name} --env {environment}`");
    Err(CommandError::bad_input("the two were never the same, and nothing was set", help))
}

fn hidden(prompt: String) -> Result<Zeroizing<String>, CommandError> {
    let answer = Password::new().with_prompt(prompt).allow_empty_password(true).report(false).interact();
    answer.map(Zeroizing::new).map_err(|error| {
        let dialoguer::Error::IO(error) = error;
        match error.kind() {
            io::ErrorKind::Interrupted => CommandError::Stopped(Exit::Interrupted),
            _ => CommandError::Io("cannot ask".to_owned(), error),
        }
    })
}

fn read(source: impl Read, name: &str, largest: usize) -> Result<Zeroizing<Vec<u8>>, CommandError> {
    // The buffer never grows, so that no copy of the value is left behind.
    let most = largest + NEWLINE + 1;
    let mut bytes = Zeroizing::new(Vec::with_capacity(most));
    source.take(most as u64).read_to_end(&mut bytes).map_err(unreadable(name))?;
    if bytes.len() == most {
        return Err(CommandError::bad_input(
            format!("the value from {name} is larger than {largest} bytes, and nothing was set"),
            "keep it elsewhere, and store where it is",
        ));
    }
    Ok(bytes)
}

fn unreadable(name: &str) -> impl FnOnce(io::Error) -> CommandError {
    move |error| {
        let message = format!("cannot read {name}: {error}; nothing was set");
        CommandError::bad_input(message, "name a file that holds the value and that you may read")
    }
}

/// The bytes as the text that they are.
fn text(
    session: &Session,
    arguments: &SecretsSet,
    bytes: &[u8],
    name: &str,
) -> Result<Zeroizing<String>, CommandError> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Err(CommandError::bad_input(format!("the value from {name} is no text, and nothing was set"), ENCODE));
    };
    let shorter = without_newline(text);
    let value = if arguments.keep_newline { text } else { shorter };
    if shorter.len() < text.len() && !shorter.is_empty() {
        session.terminal.say(match arguments.keep_newline {
            true => "the newline at the end is kept\n",
            false => "one newline at the end was taken off; `--keep-newline` keeps it\n",
        });
    }
    Ok(Zeroizing::new(value.to_owned()))
}

/// The base64 text of the bytes, all of them.
fn encoded(session: &Session, bytes: &[u8]) -> Zeroizing<String> {
    let value = Zeroizing::new(STANDARD.encode(bytes));
    if !bytes.is_empty() {
        let newline = if bytes.ends_with(b"\n") { ", the newline at the end too" } else { "" };
        let (before, after) = (bytes.len(), value.len());
        session.terminal.say(&format!(
            "{before} bytes are stored as {after} characters of base64{newline}; the application must decode them\n"
        ));
    }
    value
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
