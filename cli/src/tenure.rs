//! The time during which a run alone may change an environment: the lock of the project folder first, then the one in
//! Parameter Store that holds across machines.

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

use deploy_engine::{Aftermath, Permit};
use deploy_ledger::{Contest, Fence, Held, Holder, Lease, Ledger, Release, Taken, Terms, Untaken};
use deploy_model::Fault;
use tokio::runtime::Handle;

use crate::connect::Connection;
use crate::error::CommandError;
use crate::holder::{is_gone, this_run};
use crate::interrupt::{Farewell, Interrupts};
use crate::journal::Journal;
use crate::lock::EnvironmentLock;
use crate::terminal::Terminal;
use crate::view::lock::{held_lines, taken_over, until, who};
use crate::view::progress::Waiting;
use crate::workspace::{Intended, Workspace};

/// The lease of tests, in milliseconds.
#[cfg(debug_assertions)]
const TEST_VARIABLE: &str = "DEPLOY_TEST_LEASE_MS";

/// How long giving the lock back may hold up the end of the program.
const FAREWELL: Duration = Duration::from_secs(1);

/// What a run alone may do for now.
pub struct Tenure {
    lease: Lease,
    fence: Fence,
    ledger: Ledger,
    holder: Holder,
    environment: String,
    terminal: Terminal,
    /// Whether it follows a run that has not given the lock back.
    is_succession: bool,
    _folder: EnvironmentLock,
}

impl Tenure {
    /// Takes both locks. `doing` is what others are told, `patience` how long they are waited for.
    ///
    /// # Errors
    /// Where another run is at work, or the account is not the environment's.
    pub async fn begin(
        workspace: &Workspace,
        intended: &Intended,
        connection: &Connection,
        (doing, patience): (String, Duration),
        (terminal, interrupts): (Terminal, &Interrupts),
    ) -> Result<Self, CommandError> {
        let environment = intended.configuration.environment.clone();
        let holder = this_run(doing)?;
        let waiting = Waiting::new(terminal);
        let tell = |who: &str| waiting.show(&format!("waiting for {who}"));
        let folder = EnvironmentLock::take(workspace.project().root(), &environment, &holder, patience, &tell)?;
        let ledger = ledger(connection, intended);
        // Nothing may be written before it is known where.
        let (_, look) = connection.place_beside(intended, ledger.look()).await?;
        let look = look.map_err(|fault| cannot_lock(&environment, fault))?;
        let tell = |held: &Held| waiting.show(&format!("waiting for {}: {}", who(held), until(held)));
        let contest = Contest {
            ledger: &ledger,
            holder: holder.clone(),
            terms: terms(),
            patience,
            is_gone: &is_gone,
            waiting: &tell,
        };
        let taken = contest.take(look).await;
        drop(waiting);
        let Taken { lease, from } = taken.map_err(|untaken| match untaken {
            Untaken::Held(held) => locked(&environment, &held),
            Untaken::Failed(fault) => cannot_lock(&environment, fault),
        })?;
        let is_succession = from.is_some();
        if let Some((held, ended)) = from {
            terminal.say(&taken_over(&environment, &held, ended));
        }
        let fence = lease.fence();
        connection.clients.hold_back(permit(&fence));
        interrupts.before_leaving(Some(farewell(&fence)));
        Ok(Self { fence, lease, ledger, holder, environment, terminal, is_succession, _folder: folder })
    }

    /// Who holds the locks: this run.
    pub fn holder(&self) -> &Holder {
        &self.holder
    }

    /// What lets each change pass while the lock is held.
    pub fn permit(&self) -> Permit {
        permit(&self.fence)
    }

    /// What the last run may have left behind. One that has not given the lock back may have been anywhere.
    pub fn aftermath(&self, journal: &Journal) -> Aftermath {
        if self.is_succession { Aftermath::Unknown } else { journal.aftermath() }
    }

    /// That somebody else has taken the environment over, where that is so.
    pub fn lost(&self) -> Option<CommandError> {
        let by = self.fence.lost()?;
        let (by, details) = by.map_or(("somebody".to_owned(), Vec::new()), |held| (who(held), held_lines(held)));
        let message = format!("{by} has taken {} over; nothing further was changed", self.environment);
        let help = format!("see what became of it: `deploy history {0}`, `deploy plan {0}`", self.environment);
        Some(CommandError::locked(message, help).with_details(details))
    }

    /// Remembers what was done, and gives the locks back. What goes wrong with either is a warning.
    pub async fn end(self, release: Option<Release>) {
        let record = async {
            match release {
                Some(release) => self.ledger.record(release).await,
                None => Ok(()),
            }
        };
        let (recorded, released) = tokio::join!(record, self.lease.release());
        let warn = |what: &str, result: Result<(), Fault>| {
            if let Err(fault) = result {
                self.terminal.say(&format!("warning: {what}: {fault}\n"));
            }
        };
        warn("this release is not recorded", recorded);
        warn("the lock was not given back, and ends by itself", released);
    }
}

/// What lets each change pass while the lock is held: asked before each operation of a step, and before each request
/// that an operation sends.
fn permit(fence: &Fence) -> Permit {
    let fence = fence.clone();
    Arc::new(move || {
        let fence = fence.clone();
        Box::pin(async move { fence.pass().await })
    })
}

/// Gives the lock back where a signal ends the program, so that nobody waits for a lease to be over.
fn farewell(fence: &Fence) -> Farewell {
    let (fence, runtime) = (fence.clone(), Handle::current());
    Box::new(move || {
        let (done, released) = channel();
        runtime.spawn(async move { done.send(fence.release().await) });
        // Where nobody answers it is not waited for.
        let _ = released.recv_timeout(FAREWELL);
    })
}

/// Where an environment keeps what it keeps about itself.
pub fn ledger(connection: &Connection, intended: &Intended) -> Ledger {
    let owner = &intended.context.owner;
    Ledger::new(&connection.clients, &owner.application, &owner.environment)
}

/// For how long a lock is held.
pub fn terms() -> Terms {
    #[cfg(debug_assertions)]
    if let Some(lease) = std::env::var(TEST_VARIABLE).ok().and_then(|lease| lease.parse().ok()) {
        return Terms::of(Duration::from_millis(lease));
    }
    Terms::default()
}

/// That somebody else is at work.
pub fn locked(environment: &str, held: &Held) -> CommandError {
    let message = format!("{environment} is locked by {}", who(held));
    let help = format!(
        "wait until it has ended (`--lock-timeout 10m`); where it is gone for good: `deploy unlock {environment}`"
    );
    CommandError::locked(message, help).with_details(held_lines(held))
}

/// That the lock cannot be looked at or taken.
pub fn cannot_lock(environment: &str, fault: Fault) -> CommandError {
    CommandError::Fault(format!("cannot lock {environment}"), fault)
}
