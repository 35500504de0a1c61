//! How a lock is taken, whoever else wants it: a free one and one whose holder is gone by the same move.

use std::time::Duration;

use deploy_model::{Fault, FaultKind, Retry};

use crate::claim::Claim;
use crate::lock::{Names, Seen};
use crate::standing::{Standing, Watch};
use crate::{Ended, Held, Holder, Lease, Ledger, Terms, clock};

/// How long one name is tried to be created: a deleted one has to rest for half a minute.
const PATIENCE: Duration = Duration::from_secs(45);
/// How long what was written may take to be read.
const NEWNESS: Duration = Duration::from_secs(60);
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// What there is of a lock, before anybody takes it.
#[derive(Debug)]
pub struct Look(pub(crate) Names);

/// Somebody who wants a lock.
pub struct Contest<'a> {
    /// Whose lock.
    pub ledger: &'a Ledger,
    /// Who wants it.
    pub holder: Holder,
    /// For how long at a time.
    pub terms: Terms,
    /// How long it is waited for.
    pub patience: Duration,
    /// Whether a holder is known to be at work no longer.
    pub is_gone: &'a (dyn Fn(&Holder) -> bool + Sync),
    /// Told about every second who is waited for.
    pub waiting: &'a (dyn Fn(&Held) + Sync),
}

/// A lock that was taken.
#[derive(Debug)]
pub struct Taken {
    /// The lease of it, which is renewed while this lives.
    pub lease: Lease,
    /// Whom it was taken from, where they had not given it back.
    pub from: Option<(Held, Ended)>,
}

/// Why a lock was not taken.
#[derive(Debug)]
pub enum Untaken {
    /// Somebody else holds it.
    Held(Box<Held>),
    /// Parameter Store does not let us.
    Failed(Fault),
}

impl From<Fault> for Untaken {
    fn from(fault: Fault) -> Self {
        Self::Failed(fault)
    }
}

impl Ledger {
    /// Looks at the lock. Changes nothing.
    ///
    /// # Errors
    /// Where Parameter Store cannot be read.
    pub async fn look(&self) -> Result<Look, Fault> {
        Ok(Look(self.names().await?))
    }
}

impl Look {
    /// Who holds the lock, if anybody does.
    pub fn held(&self, is_gone: &dyn Fn(&Holder) -> bool) -> Option<Held> {
        let seen = self.0.highest.as_ref()?;
        (Watch::default().judge(seen, is_gone) == Standing::Held).then(|| seen.held())
    }
}

impl Contest<'_> {
    /// Takes the lock, or says who holds it.
    ///
    /// # Errors
    /// Where somebody else holds it for longer than it is waited for, or Parameter Store cannot be written.
    pub async fn take(self, look: Look) -> Result<Taken, Untaken> {
        let Names { highest: mut last, mut older, read } = look.0;
        let (mut watch, begun) = (Watch::default(), clock::now());
        loop {
            let from = match &last {
                None => None,
                Some(seen) => match watch.judge(seen, self.is_gone) {
                    Standing::Free => None,
                    Standing::Over(ended) => Some((seen.held(), ended)),
                    Standing::Held if clock::since(begun) >= self.patience => {
                        return Err(Untaken::Held(Box::new(seen.held())));
                    }
                    Standing::Held => {
                        (self.waiting)(&seen.held());
                        tokio::time::sleep(self.terms.look).await;
                        last = later(last, self.ledger.names().await?.highest);
                        continue;
                    }
                },
            };
            let before = last.as_ref().map_or(0, |seen| seen.number);
            let now = last.as_ref().and_then(|seen| seen.read).or(read);
            let claim = Claim::new(self.holder.clone(), now, self.terms.lease);
            match self.ledger.claim(before + 1, &claim).await? {
                Claimed::Won { sent } => {
                    older.extend((before > 0).then_some(before));
                    let lease = Lease::begin(self.ledger.clone(), self.terms, before + 1, claim, sent, older);
                    return Ok(Taken { lease, from });
                }
                Claimed::Lost(other) => {
                    older.extend((before > 0).then_some(before));
                    last = Some(*other);
                }
            }
        }
    }
}

/// Which of two looks saw more: a read may see the past. A name that was deleted by hand and written anew begins with its
/// first version again.
fn later(last: Option<Seen>, now: Option<Seen>) -> Option<Seen> {
    let written = |seen: &Seen| (seen.number, seen.written, seen.version);
    match (last, now) {
        (Some(last), Some(now)) if written(&now) < written(&last) => Some(last),
        (last, now) => now.or(last),
    }
}

/// What came of an attempt at a name.
#[derive(Debug)]
pub(crate) enum Claimed {
    /// It is ours, and was not before this time.
    Won {
        /// When it was asked for: the first time that may have succeeded.
        sent: Duration,
    },
    /// Somebody else was first.
    Lost(Box<Seen>),
}

impl Ledger {
    /// Creates a name, if nobody else has. An answer that was lost is asked for until it is known.
    pub(crate) async fn claim(&self, number: u64, claim: &Claim) -> Result<Claimed, Fault> {
        let (begun, mut pause, mut in_doubt) = (clock::now(), FIRST_PAUSE, None);
        loop {
            let now = clock::now();
            let sent = in_doubt.unwrap_or(now);
            match self.create(number, claim).await {
                Ok(()) => return Ok(Claimed::Won { sent }),
                Err(fault) if fault.has_code("ParameterAlreadyExists") => {
                    let seen = self.read_back(number).await?;
                    let is_ours = seen.claim.holder.id == claim.holder.id;
                    return Ok(if is_ours { Claimed::Won { sent } } else { Claimed::Lost(Box::new(seen)) });
                }
                Err(fault) => {
                    let may_pass = fault.is_unanswered() || fault.retry == Retry::Later;
                    if !may_pass || clock::since(begun) > PATIENCE {
                        return Err(fault);
                    }
                    in_doubt = in_doubt.or(fault.is_unanswered().then_some(now));
                }
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Reads a name that exists, as soon as it can be read.
    async fn read_back(&self, number: u64) -> Result<Seen, Fault> {
        let begun = clock::now();
        loop {
            match self.read(number).await? {
                Some(seen) => return Ok(seen),
                None if clock::since(begun) > NEWNESS => {
                    let message = format!("the lock {number} exists and cannot be read");
                    return Err(Fault::new(FaultKind::Unavailable, message));
                }
                None => tokio::time::sleep(FIRST_PAUSE * 2).await,
            }
        }
    }
}
