//! Ctrl-C and SIGTERM. While nothing is being changed the program leaves at once; while a plan is being
//! applied the first signal stops the run in an orderly way, and only a second one leaves.
//!
//! The one place besides `main` that ends the process: a prompt cannot be interrupted in any other way.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use tokio::signal::unix::{SignalKind, signal};

use crate::error::CommandError;
use crate::exit::Exit;
use crate::view::progress::clear_for_good;

/// Done before the process ends. It waits for nothing for long.
pub type Farewell = Box<dyn FnOnce() + Send>;

/// Says a line to the user, above whatever is being drawn.
pub type Say = Arc<dyn Fn(&str) + Send + Sync>;

const ORDERLY: &str = "stopping: what is running is finished, nothing new is begun; Ctrl-C again leaves at once";

/// Listens for signals from now on.
#[derive(Clone)]
pub struct Interrupts(Arc<Shared>);

struct Shared {
    /// Set while a plan is applied: who tells the user.
    orderly: Mutex<Option<Say>>,
    cancelled: Arc<AtomicBool>,
    /// The exit code of the first signal; 0 before it.
    code: AtomicU8,
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
            code: AtomicU8::new(0),
            prompt: Mutex::new(None),
            farewell: Mutex::new(None),
        });
        let failed = CommandError::io("cannot listen for signals");
        let listener = Arc::clone(&shared);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build();
        let started = runtime.and_then(|runtime| {
            let (interrupts, terminations) = {
                let _inside = runtime.enter();
                (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?)
            };
            std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
                runtime.block_on(listener.run(interrupts, terminations));
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
        match self.0.code.load(Ordering::Relaxed) {
            0 => Ok(()),
            code if code == Exit::Terminated.code() => Err(CommandError::Stopped(Exit::Terminated)),
            _ => Err(CommandError::Stopped(Exit::Interrupted)),
        }
    }
}

impl Shared {
    async fn run(
        self: Arc<Self>,
        mut interrupts: tokio::signal::unix::Signal,
        mut terminations: tokio::signal::unix::Signal,
    ) {
        loop {
            let exit = tokio::select! {
                Some(()) = interrupts.recv() => Exit::Interrupted,
                Some(()) = terminations.recv() => Exit::Terminated,
                else => return,
            };
            self.hear(exit);
        }
    }

    fn hear(&self, exit: Exit) {
        let is_first = self.code.swap(exit.code(), Ordering::Relaxed) == 0;
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
