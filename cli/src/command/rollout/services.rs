//! The services that a command about rollouts is about, and the way to them.

use std::sync::{Arc, Mutex, PoisonError};

use deploy_ecs::rollouts::{self, Rolling};
use deploy_model::{Fault, Place};
use deploy_plugin::{Context, Said};

use crate::command::Session;
use crate::connect::Connection;
use crate::error::CommandError;
use crate::view::fault::fault_text;
use crate::view::progress::say;
use crate::workspace::{Intended, Workspace};

/// An environment whose services are at hand.
pub struct Services {
    /// What holds its lock.
    pub workspace: Workspace,
    /// What the files want.
    pub intended: Intended,
    /// The way to AWS.
    pub connection: Connection,
    /// The account and the region.
    pub place: Place,
    /// Every service that is there, by address.
    pub all: Vec<Rolling>,
}

impl Services {
    /// The services of an environment.
    ///
    /// # Errors
    /// Where AWS cannot be asked, or it is not the environment's account.
    pub async fn open(session: &Session, environment: Option<&str>) -> Result<Self, CommandError> {
        let workspace = Workspace::open(&session.global, session.terminal)?;
        let intended = workspace.intended(environment)?;
        let connection = Connection::open(&workspace, &intended).await?;
        let place = connection.place(&intended).await?;
        let found = rollouts::services(&connection.clients, &intended.context.owner).await;
        let all = found.map_err(|fault| CommandError::Fault("cannot list the services".to_owned(), fault))?;
        Ok(Self { workspace, intended, connection, place, all })
    }

    /// The name of the environment.
    pub fn environment(&self) -> &str {
        &self.intended.configuration.environment
    }

    /// Those that are meant: all of them where none is named.
    ///
    /// # Errors
    /// Where there is none of that name.
    pub fn named(&self, name: Option<&str>) -> Result<Vec<&Rolling>, CommandError> {
        let Some(name) = name else { return Ok(self.all.iter().collect()) };
        let is_meant = |service: &&Rolling| service.address.name() == name || service.name == name;
        match self.all.iter().find(is_meant) {
            Some(service) => Ok(vec![service]),
            None => {
                let message = format!("{} runs no service `{name}`", self.environment());
                Err(CommandError::bad_input(message, self.names()))
            }
        }
    }

    /// The one that is meant, of those for which this holds.
    ///
    /// # Errors
    /// Where it is none, or more than one.
    pub fn one(
        &self,
        name: Option<&str>,
        holds: impl Fn(&Rolling) -> bool,
        otherwise: &str,
    ) -> Result<&Rolling, CommandError> {
        let found: Vec<&Rolling> = self.named(name)?.into_iter().filter(|service| holds(service)).collect();
        match found[..] {
            [service] => Ok(service),
            [] => {
                let message = format!("{otherwise} in {}", self.environment());
                let help = format!("`deploy rollout status {}` shows how each stands", self.environment());
                Err(CommandError::bad_input(message, help))
            }
            _ => Err(CommandError::bad_input("more than one service could be meant", self.names())),
        }
    }

    fn names(&self) -> String {
        let names: Vec<String> = self.all.iter().map(|service| format!("`{}`", service.address.name())).collect();
        match names.is_empty() {
            true => format!("`deploy apply {}` makes them", self.environment()),
            false => format!("name one of {}", names.join(", ")),
        }
    }

    /// Does something that can take long, says what it is waiting for, and stops waiting at a signal.
    ///
    /// # Errors
    /// What it ends with; the stop that the user asked for.
    pub async fn watch<T>(
        &self,
        session: &Session,
        service: &Rolling,
        work: impl AsyncFnOnce(&Context) -> Result<T, Fault>,
    ) -> Result<T, CommandError> {
        let last = Mutex::new(String::new());
        let listener = Arc::new(move |said: Said<'_>| {
            let Said::Progress(words) = said else { return };
            let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
            if *last != words {
                words.clone_into(&mut last);
                say(words);
            }
        });
        let cancelled = session.interrupts.stop_in_order(Arc::new(say));
        let owner = self.intended.context.owner.clone();
        let cx = Context::new(owner, "rollout".to_owned(), listener, cancelled);
        let outcome = work(&cx).await;
        let stopped = session.interrupts.finish();
        match (outcome, stopped) {
            (Ok(done), _) => Ok(done),
            (Err(fault), Err(stop)) => {
                session.terminal.say(&fault_text(&service.address.to_string(), &fault, session.terminal.err));
                Err(stop)
            }
            (Err(fault), Ok(())) => Err(CommandError::Fault(service.address.to_string(), fault)),
        }
    }
}
