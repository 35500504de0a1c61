//! Between a run that may have lost its lock and whatever it is about to change.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use deploy_model::{Fault, FaultKind};

use crate::claim::Claim;
use crate::contest::Claimed;
use crate::lock::Seen;
use crate::{Held, Ledger, Terms, clock};

/// Looks before a change that took longer than a look is good for are repeated this often.
const MOST_LOOKS: usize = 3;

/// Says whether a lock is still held. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Fence(pub(crate) Arc<Inner>);

#[derive(Debug)]
pub(crate) struct Inner {
    ledger: Ledger,
    terms: Terms,
    claim: Claim,
    held: Mutex<Tenure>,
    /// When it was last seen that nobody else has it. One look at a time.
    looked: tokio::sync::Mutex<Duration>,
    /// One write at a time.
    writing: tokio::sync::Mutex<()>,
    lost: OnceLock<Option<Held>>,
}

/// What is held, and since when nothing is known of it.
#[derive(Clone, Copy, Debug)]
struct Tenure {
    number: u64,
    version: i64,
    /// When the last write that succeeded was sent.
    renewed: Duration,
}

impl Fence {
    pub(crate) fn new(ledger: Ledger, terms: Terms, number: u64, claim: Claim, sent: Duration) -> Self {
        Self(Arc::new(Inner {
            ledger,
            terms,
            claim,
            held: Mutex::new(Tenure { number, version: 1, renewed: sent }),
            looked: tokio::sync::Mutex::new(sent),
            writing: tokio::sync::Mutex::default(),
            lost: OnceLock::new(),
        }))
    }

    /// Passes where the lock is held: by what was seen a moment ago, or by a look.
    ///
    /// # Errors
    /// Where somebody else has taken it, or that cannot be found out.
    pub async fn pass(&self) -> Result<(), Fault> {
        let mut looked = self.0.looked.lock().await;
        for _ in 0..MOST_LOOKS {
            self.must_not_be_lost()?;
            if self.is_over() {
                *looked = self.take_again().await?;
            }
            if clock::since(*looked) < self.0.terms.look {
                return Ok(());
            }
            let now = clock::now();
            self.must_be_highest().await?;
            *looked = now;
        }
        // Answers are slow. What may be long ago is nevertheless no longer ago than a lease.
        if self.is_over() { Err(self.unsure()) } else { Ok(()) }
    }

    /// Who has taken the lock, where somebody has.
    pub fn lost(&self) -> Option<Option<&Held>> {
        self.0.lost.get().map(Option::as_ref)
    }

    /// Lets hear of the holder.
    pub(crate) async fn renew(&self) -> Result<(), Fault> {
        self.must_not_be_lost()?;
        if self.is_over() {
            return self.take_again().await.map(drop);
        }
        self.must_still_be_held().await?;
        let _one = self.0.writing.lock().await;
        let (held, sent) = (self.tenure(), clock::now());
        let version = self.0.ledger.write(held.number, &self.0.claim).await?;
        if version <= held.version {
            // The name was deleted in the meantime, and is a new one now: by hand, or by who has a higher one.
            self.must_be_highest().await?;
        }
        self.keep(Tenure { version, renewed: sent, ..held });
        Ok(())
    }

    /// Gives the lock back.
    ///
    /// # Errors
    /// Where Parameter Store cannot be written. The lease ends by itself then.
    pub async fn release(&self) -> Result<(), Fault> {
        if self.must_still_be_held().await.is_err() && self.lost().is_some() {
            return Ok(());
        }
        let _one = self.0.writing.lock().await;
        let released = self.0.ledger.write(self.tenure().number, &self.0.claim.released()).await.map(drop);
        match released {
            // Whoever has a higher name has deleted this one, and there is nothing to give back.
            Err(_) if self.must_be_highest().await.is_err() && self.lost().is_some() => Ok(()),
            released => released,
        }
    }

    /// A lease that is over may be anybody's: the next name decides. Says when it was asked for.
    async fn take_again(&self) -> Result<Duration, Fault> {
        let _one = self.0.writing.lock().await;
        if !self.is_over() {
            return Ok(self.tenure().renewed);
        }
        // The next name may have been another's and be deleted again: then a higher one is there.
        self.must_be_highest().await?;
        let number = self.tenure().number + 1;
        match self.0.ledger.claim(number, &self.0.claim).await? {
            Claimed::Won { sent } => {
                self.keep(Tenure { number, version: 1, renewed: sent });
                self.must_be_highest().await?;
                Ok(sent)
            }
            Claimed::Lost(other) => Err(self.lose(Some(&other))),
        }
    }

    async fn must_be_highest(&self) -> Result<(), Fault> {
        match self.0.ledger.names().await?.highest {
            Some(seen) if self.is_taken_by(&seen) => Err(self.lose(Some(&seen))),
            _ => Ok(()),
        }
    }

    /// Whether a name is another's who has the lock now. Our own never is: one may be there before its answer is. Where ours
    /// was deleted by hand, theirs may be the same, or a lower one that was not given back and is no older by AWS's clock,
    /// which tells whole seconds.
    fn is_taken_by(&self, seen: &Seen) -> bool {
        let (own, theirs) = (&self.0.claim, &seen.claim);
        let is_no_older = theirs.since.zip(own.since).is_some_and(|(theirs, own)| theirs >= own);
        let is_in_force = seen.number >= self.tenure().number || (is_no_older && !theirs.released);
        theirs.holder.id != own.holder.id && is_in_force
    }

    /// Before a name is written that was held a while ago: one that was deleted by hand must not come back while another
    /// has the lock, nor one be written over that is another's by now.
    async fn must_still_be_held(&self) -> Result<(), Fault> {
        self.must_not_be_lost()?;
        let looked = *self.0.looked.lock().await;
        if clock::since(looked) < self.0.terms.look { Ok(()) } else { self.must_be_highest().await }
    }

    fn must_not_be_lost(&self) -> Result<(), Fault> {
        self.0.lost.get().map_or(Ok(()), |by| Err(lost(by.as_ref())))
    }

    fn lose(&self, by: Option<&Seen>) -> Fault {
        lost(self.0.lost.get_or_init(|| by.map(Seen::held)).as_ref())
    }

    fn is_over(&self) -> bool {
        clock::since(self.tenure().renewed) >= self.0.terms.lease
    }

    fn unsure(&self) -> Fault {
        Fault::new(FaultKind::Timeout, "it cannot be found out in time whether the lock is still held")
    }

    fn tenure(&self) -> Tenure {
        *self.0.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, tenure: Tenure) {
        *self.0.held.lock().unwrap_or_else(PoisonError::into_inner) = tenure;
    }
}

fn lost(by: Option<&Held>) -> Fault {
    let message = match by {
        Some(held) => format!("{} has taken the lock over: {}", held.holder, held.holder.doing),
        None => "somebody has taken the lock over".to_owned(),
    };
    Fault::new(FaultKind::Conflict, message).help("see what became of it, then run the same command again")
}
