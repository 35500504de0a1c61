//! Ctrl-C, SIGTERM and SIGHUP. While nothing is being changed the program leaves at once; while a plan is being
//! applied the first signal stops the run in an orderly way, and only a second one leaves.
//!
//! A program that was started with SIGHUP ignored, as `nohup` does it, goes on when its terminal is gone.
//!
//! The one place besides `main` that ends the process: a prompt cannot be interrupted in any other way.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::error::CommandError;
use crate::exit::Exit;
use crate::view::progress::clear_for_good;

/// Done before the process ends. It waits for nothing for long.
pub type Farewell = Box<dyn FnOnce() + Send>;

/// Says a line to the user, above whatever is being drawn.
pub type Say = Arc<dyn Fn(&str) + Send + Sync>;

const ORDERLY: &str = "stopping: what is running is finished, nothing new is begun; Ctrl-C again leaves at once";

/// A terminal that is closed sends SIGHUP more than once: its shell does, and when that ends the kernel does too.
///
/// Source: `SIGNALS` of <https://man7.org/linux/man-pages/man1/bash.1.html>, and `_exit` in
/// <https://pubs.opengroup.org/onlinepubs/9799919799/functions/_Exit.html>
const ONE_HANG_UP: Duration = Duration::from_secs(2);

/// Listens for signals from now on.
#[derive(Clone)]
pub struct Interrupts(Arc<Shared>);

struct Shared {
    /// Set while a plan is applied: who tells the user.
    orderly: Mutex<Option<Say>>,
    cancelled: Arc<AtomicBool>,
    /// What the first signal was, and when it came.
    first: Mutex<Option<(Exit, Instant)>>,
    /// Set while a prompt is open: the terminal as the prompt found it.
    prompt: Mutex<Option<Termios>>,
    /// What is to be done where a signal ends the process while nothing is being changed.
    farewell: Mutex<Option<Farewell>>,
}

impl Interrupts {
    /// Starts to listen.
    ///
    /// # Errors
    /// Where the system has no thread or no signals to give.
    pub fn listen() -> Result<Self, CommandError> {
        let shared = Arc::new(Shared {
            orderly: Mutex::new(None),
            cancelled: Arc::default(),
            first: Mutex::new(None),
            prompt: Mutex::new(None),
            farewell: Mutex::new(None),
        });
        let failed = CommandError::io("cannot listen for signals");
        let listener = Arc::clone(&shared);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
        let started = runtime.and_then(|runtime| {
            let heard = {
                let _inside = runtime.enter();
                Heard::listen()?
            };
            std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
                runtime.block_on(listener.run(heard));
            })
        });
        started.map(|_| Self(shared)).map_err(failed)
    }

    /// Asks the user something. A prompt that hides what is typed changes the terminal; a signal
    /// that comes meanwhile changes it back before the program ends.
    pub fn ask<T>(&self, prompt: impl FnOnce() -> T) -> T {
        let remember = |terminal| *self.0.prompt.lock().unwrap_or_else(PoisonError::into_inner) = terminal;
        remember(tcgetattr(io::stdin()).ok());
        let answer = prompt();
        // Prompts that end with an error leave the cursor hidden.
        let _ = console::Term::stderr().show_cursor();
        remember(None);
        answer
    }

    /// Asks for what must not be seen. Nothing that is typed is shown from before the question to after the last answer:
    /// a prompt alone hides it only once the question stands there, and shows it again between two questions.
    pub fn ask_unseen<T>(&self, prompt: impl FnOnce() -> T) -> T {
        self.ask(|| {
            let found = tcgetattr(io::stdin()).ok();
            let show = |terminal: &Termios| {
                // A terminal that is gone shows nothing.
                let _ = tcsetattr(io::stdin(), OptionalActions::Now, terminal);
            };
            if let Some(found) = &found {
                let mut hidden = found.clone();
                hidden.local_modes -= LocalModes::ECHO;
                show(&hidden);
            }
            let answer = prompt();
            found.iter().for_each(show);
            answer
        })
    }

    /// From now on this is done where a signal ends the process while nothing is being changed.
    pub fn before_leaving(&self, farewell: Option<Farewell>) {
        *self.0.farewell.lock().unwrap_or_else(PoisonError::into_inner) = farewell;
    }

    /// From now on the first signal only asks the run to stop; what is returned is set by it.
    pub fn stop_in_order(&self, say: Say) -> Arc<AtomicBool> {
        *self.0.orderly.lock().unwrap_or_else(PoisonError::into_inner) = Some(say);
        Arc::clone(&self.0.cancelled)
    }

    /// From now on every signal leaves at once again. Says whether the run was asked to stop.
    ///
    /// # Errors
    /// The stop that was asked for.
    pub fn finish(&self) -> Result<(), CommandError> {
        *self.0.orderly.lock().unwrap_or_else(PoisonError::into_inner) = None;
        let first = *self.0.first.lock().unwrap_or_else(PoisonError::into_inner);
        first.map_or(Ok(()), |(exit, _)| Err(CommandError::Stopped(exit)))
    }
}

/// The signals that are heard.
struct Heard {
    interrupts: Signal,
    terminations: Signal,
    /// Nothing where they are to be ignored.
    hang_ups: Option<Signal>,
}

impl Heard {
    fn listen() -> io::Result<Self> {
        let hang_ups = if ignores_hang_ups() { None } else { Some(signal(SignalKind::hangup())?) };
        Ok(Self {
            interrupts: signal(SignalKind::interrupt())?,
            terminations: signal(SignalKind::terminate())?,
            hang_ups,
        })
    }

    /// The next one; nothing where none can come any more.
    async fn next(&mut self) -> Option<Exit> {
        let hang_up = async {
            match &mut self.hang_ups {
                Some(hang_ups) => hang_ups.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            Some(()) = self.interrupts.recv() => Some(Exit::Interrupted),
            Some(()) = self.terminations.recv() => Some(Exit::Terminated),
            Some(()) = hang_up => Some(Exit::HungUp),
            else => None,
        }
    }
}

/// Whether whoever started the program has SIGHUP ignored. Only Linux says; elsewhere it is not.
fn ignores_hang_ups() -> bool {
    std::fs::read_to_string("/proc/self/status").is_ok_and(|status| is_ignored(&status, SignalKind::hangup()))
}

/// Source: <https://man7.org/linux/man-pages/man5/proc_pid_status.5.html>: `SigIgn` is a mask, in hexadecimal digits.
fn is_ignored(status: &str, signal: SignalKind) -> bool {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask >> (signal.as_raw_value() - 1) & 1 == 1)
}

impl Shared {
    async fn run(self: Arc<Self>, mut heard: Heard) {
        while let Some(exit) = heard.next().await {
            self.hear(exit);
        }
    }

    fn hear(&self, exit: Exit) {
        let Some(is_first) = self.note(exit) else { return };
        let orderly = self.orderly.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match orderly {
            Some(say) if is_first => {
                self.cancelled.store(true, Ordering::Relaxed);
                say(ORDERLY);
            }
            Some(_) => self.leave(exit),
            None => {
                let farewell = self.farewell.lock().unwrap_or_else(PoisonError::into_inner).take();
                farewell.into_iter().for_each(|farewell| farewell());
                self.leave(exit)
            }
        }
    }

    /// Whether it is the first signal; nothing where it only says again what that one said.
    fn note(&self, exit: Exit) -> Option<bool> {
        let mut first = self.first.lock().unwrap_or_else(PoisonError::into_inner);
        match *first {
            None => {
                *first = Some((exit, Instant::now()));
                Some(true)
            }
            Some((Exit::HungUp, at)) if exit == Exit::HungUp && at.elapsed() < ONE_HANG_UP => None,
            Some(_) => Some(false),
        }
    }

    /// Leaves with the terminal as it was found.
    fn leave(&self, exit: Exit) {
        clear_for_good();
        if let Some(terminal) = &*self.prompt.lock().unwrap_or_else(PoisonError::into_inner) {
            let screen = console::Term::stderr();
            // A terminal that is gone needs no restoring.
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, terminal);
            let _ = screen.show_cursor();
            let _ = screen.write_line("");
        }
        deploy_host::end_plugins();
        std::process::exit(i32::from(exit.code()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ignored_is_read_from_the_mask() {
        let of = |mask: &str| is_ignored(&format!("Name:\tdeploy\nSigIgn:\t{mask}\n"), SignalKind::hangup());
        assert!(of("0000000000000001") && of("0000000000001001") && of("ffffffffffffffff"));
        assert!(!of("0000000000001000") && !of("0000000000000000") && !of("nonsense") && !of(""));
        assert!(!is_ignored("", SignalKind::hangup()));
    }
}
