//! A person at a real terminal, which shows what is typed unless it is told not to.

use std::fs::File;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rexpect::session::{PtySession, spawn_command};
use rustix::termios::{LocalModes, tcgetattr};

use super::processes::Watch;
use super::search::{Search, canary};
use super::stage::{Shown, Stage};

/// The shell gives the terminal its echo back: a pty of the tests has none to begin with. And it says who it is.
fn with_echo(command: &Command) -> Command {
    let mut shell = Command::new("/bin/sh");
    shell
        .args(["-c", "stty echo && echo \"process $$ \" && exec \"$0\" \"$@\""])
        .arg(command.get_program())
        .args(command.get_args());
    shell.current_dir(command.get_current_dir().expect("a folder")).env_clear().env("TERM", "xterm-256color");
    shell.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell
}

/// A session, and all that the terminal was ever sent.
struct Typing {
    session: PtySession,
    screen: String,
    process: u32,
}

impl Typing {
    fn at(command: &Command) -> Self {
        let mut session = spawn_command(with_echo(command), Some(60_000)).expect("a terminal");
        session.exp_string("process ").expect("the shell");
        let process = session.exp_string(" ").expect("its id").parse().expect("a number");
        Self { session, screen: String::new(), process }
    }

    fn wait_for(&mut self, text: &str) {
        let before = self.session.exp_string(text).unwrap_or_else(|error| panic!("{error}:\n{}", self.screen));
        self.screen += &before;
        self.screen += text;
    }

    fn terminal(&self) -> File {
        self.session.process().get_file_handle().expect("the terminal")
    }

    /// Answers a question with a value, when the terminal shows it no more.
    fn answer(&mut self, question: &str, value: &str) {
        self.wait_for(question);
        // The prompt throws away what is typed before it reads, so it is typed until it is heard.
        while !self.is_heard(value) {}
    }

    fn is_heard(&mut self, value: &str) -> bool {
        self.session.send(value).expect("keys");
        // Ctrl-S holds what is written to the terminal, and so the program between its two questions.
        self.session.send_control('s').expect("a key");
        self.session.send_line("").expect("a key");
        let terminal = self.terminal();
        within(Duration::from_millis(200), || {
            assert!(!shows_what_is_typed(&terminal), "what is typed at a question is shown");
            None::<()>
        });
        self.session.send_control('q').expect("a key");
        let heard = within(Duration::from_secs(2), || self.session.try_read());
        self.screen.extend(heard);
        heard.is_some()
    }

    fn end(mut self) -> String {
        self.screen += &self.session.exp_eof().expect("the end");
        self.screen
    }
}

/// Asks again and again for so long, until there is an answer.
fn within<T>(time: Duration, mut question: impl FnMut() -> Option<T>) -> Option<T> {
    let end = Instant::now() + time;
    while Instant::now() < end {
        let answer = question();
        if answer.is_some() {
            return answer;
        }
        std::thread::park_timeout(Duration::from_millis(1));
    }
    None
}

fn shows_what_is_typed(terminal: &File) -> bool {
    tcgetattr(terminal).is_ok_and(|modes| modes.local_modes.contains(LocalModes::ECHO))
}

/// How often a terminal began again to show what is typed, looked at without a pause: what is typed at that moment is
/// seen, and no test types fast enough to be sure of it.
struct Echoes {
    ended: Arc<AtomicBool>,
    thread: JoinHandle<usize>,
}

impl Echoes {
    fn of(terminal: File) -> Self {
        let ended = Arc::new(AtomicBool::new(false));
        let end = Arc::clone(&ended);
        let thread = std::thread::spawn(move || {
            let (mut shown, mut count) = (true, 0);
            while !end.load(Ordering::Relaxed) {
                let before = std::mem::replace(&mut shown, shows_what_is_typed(&terminal));
                count += usize::from(shown && !before);
            }
            count
        });
        Self { ended, thread }
    }

    fn count(self) -> usize {
        self.ended.store(true, Ordering::Relaxed);
        self.thread.join().expect("it looks and no more")
    }
}

/// Sets a secret by the hidden prompt, with the second answer given.
fn set(stage: &Stage<'_>, name: &str, answers: [&str; 2]) -> String {
    let mut typing = Typing::at(&stage.command(&["secrets", "set", name, "--env", "one"]));
    let process = typing.process;
    let watch = Watch::start(process);
    let echoes = Echoes::of(typing.terminal());
    typing.answer("(not shown): ", answers[0]);
    typing.answer("Once more: ", answers[1]);
    if answers[0] != answers[1] {
        typing.wait_for("the two are not the same");
        typing.answer("(not shown): ", answers[0]);
        typing.wait_for("Once more: ");
        typing.session.send_control('c').expect("a key");
    }
    let screen = typing.end();
    // When all is done, and not before.
    assert!(echoes.count() <= 1, "what is typed between two questions is shown");
    stage.look_at_processes("secrets set on a terminal", process, watch, Shown::Nowhere);
    stage.search.look("the screen of `secrets set`", screen.as_bytes());
    screen
}

/// Right, mistyped, and broken off; and what a screen shows of secrets that nobody asked to see.
pub fn type_values(stage: &Stage<'_>, name: &str, values: &[&String]) {
    let screen = set(stage, name, [values[0], values[0]]);
    assert!(screen.contains("is set"), "{screen}");
    set(stage, name, [values[1], values[2]]);
    for arguments in [
        &["secrets", "get", name, "--env", "one"][..],
        &["secrets", "export", "--env", "one"],
        &["secrets", "list", "one"],
        &["plan", "one"],
    ] {
        let screen = Typing::at(&stage.command(arguments)).end();
        stage.search.look(&format!("the screen of {arguments:?}"), screen.as_bytes());
    }
    let value = stage.command(&["secrets", "get", name, "--env", "one", "--reveal"]);
    assert_eq!(stage.look_at(value, "", Shown::OnStandardOutput).stdout.trim_end(), values[0].as_str());
}

#[test]
fn a_terminal_that_shows_what_is_typed_is_seen() {
    let value = canary(0);
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", "printf 'value: '; read -r line; printf again"]).current_dir("/");
    let mut typing = Typing::at(&shell);
    typing.wait_for("value: ");
    assert!(shows_what_is_typed(&typing.terminal()));
    typing.session.send_line(&value).expect("keys");
    let screen = typing.end();
    assert!(Search::of([&value]).find(screen.as_bytes()).is_some(), "{screen}");
}
