//! A lock that is held: renewed while it lives, and given back.

use std::time::Duration;

use deploy_model::Fault;
use tokio::task::JoinHandle;

use crate::claim::Claim;
use crate::{Fence, Ledger, Terms};

/// How often giving back is tried.
const MOST_ATTEMPTS: usize = 3;
const PAUSE: Duration = Duration::from_millis(300);

/// A lock that is held. Where it is dropped, it is held until its lease is over.
#[derive(Debug)]
pub struct Lease {
    fence: Fence,
    renewal: JoinHandle<()>,
    cleaning: JoinHandle<()>,
}

impl Lease {
    /// Holds what was taken; `older` are the numbers before it.
    pub(crate) fn begin(
        ledger: Ledger,
        terms: Terms,
        number: u64,
        claim: Claim,
        sent: Duration,
        older: Vec<u64>,
    ) -> Self {
        let cleaner = ledger.clone();
        let fence = Fence::new(ledger, terms, number, claim, sent);
        let renewal = tokio::spawn(renew(fence.clone(), terms));
        let cleaning = tokio::spawn(async move {
            // Whoever comes next tries again.
            let _ = cleaner.delete(&older).await;
        });
        Self { fence, renewal, cleaning }
    }

    /// What says whether it is still held.
    pub fn fence(&self) -> Fence {
        self.fence.clone()
    }

    /// Gives the lock back.
    ///
    /// # Errors
    /// Where Parameter Store cannot be written. The lease ends by itself then.
    pub async fn release(mut self) -> Result<(), Fault> {
        self.renewal.abort();
        // It ends one way or the other.
        let _ = (&mut self.cleaning).await;
        let mut attempt = 1;
        loop {
            match self.fence.release().await {
                Err(fault) if attempt < MOST_ATTEMPTS && fault.is_unanswered() => attempt += 1,
                result => return result,
            }
            tokio::time::sleep(PAUSE).await;
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.renewal.abort();
    }
}

/// Renews until the lock is lost. A renewal that fails is tried again sooner than the next one would be due.
async fn renew(fence: Fence, terms: Terms) {
    let mut pause = terms.renewal;
    while fence.lost().is_none() {
        tokio::time::sleep(pause).await;
        pause = if fence.renew().await.is_ok() { terms.renewal } else { terms.renewal / 4 };
    }
}
