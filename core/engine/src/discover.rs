//! What is there: one listing a kind, all kinds at once.

use std::collections::BTreeMap;

use deploy_model::{Address, Fault, FaultKind, KindName, Live, Owner};
use deploy_plugin::{Blueprint, Context, Purpose, Scope, Wanted};
use futures::stream::{FuturesUnordered, StreamExt};

use crate::aftermath::Aftermath;
use crate::event::{Event, Observer};
use crate::kinds::Kinds;
use crate::lag::{Lag, Sleep};

/// Every live resource of one owner, by address.
pub type Actual = BTreeMap<Address, Live>;

/// Two live resources with one address. Nothing is changed until one of them goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Twins {
    /// The address.
    pub address: Address,
    /// The ids of the two.
    pub ids: [String; 2],
}

/// Why it is not known what is there.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DiscoverError {
    /// A listing failed.
    #[error("cannot list every {}: {fault}", kind.words())]
    Failed {
        /// The kind that was listed.
        kind: KindName,
        /// Why.
        fault: Fault,
    },
    /// Two resources claim one address.
    #[error("two resources are tagged `{}`: {} and {}", .0.address, .0.ids[0], .0.ids[1])]
    Twins(Twins),
}

impl DiscoverError {
    /// Whether it may come of reads that lag: what has got another address is shown under the one that it had, and what
    /// is gone is listed and not found.
    fn may_pass(&self) -> bool {
        match self {
            Self::Twins(_) => true,
            Self::Failed { fault, .. } => fault.kind == FaultKind::NotFound,
        }
    }
}

/// What to look for.
#[derive(Clone, Copy)]
pub struct Search<'a> {
    /// The beginning that the environment's names share by default.
    pub prefix: &'a str,
    /// What is desired: it helps to find, and does not limit what is found.
    pub blueprint: &'a Blueprint,
    /// What the findings are for.
    pub purpose: Purpose,
}

/// Finds every resource that the context's owner has, whatever the blueprint says of it.
///
/// # Errors
/// The first failed listing, or two resources with one address.
pub async fn discover(
    kinds: &Kinds,
    cx: &Context,
    search: Search<'_>,
    observer: &dyn Observer,
) -> Result<Actual, DiscoverError> {
    observer.observe(&Event::DiscoveryStarted { kinds: kinds.names().count() });
    let listings = kinds.iter().map(|(name, known)| async move {
        let scope = search.scope(cx.owner(), name);
        (name, known.kind.discover(cx, &scope).await)
    });
    let mut listings: FuturesUnordered<_> = listings.collect();
    let mut actual = Actual::new();
    while let Some((kind, listing)) = listings.next().await {
        let found = listing.map_err(|fault| DiscoverError::Failed { kind: kind.clone(), fault })?;
        observer.observe(&Event::Discovered { kind: kind.clone(), count: found.len() });
        for live in found {
            if live.address.kind() != kind {
                continue;
            }
            if let Some(other) = actual.get(&live.address) {
                let mut ids = [other.id.clone(), live.id];
                ids.sort();
                return Err(DiscoverError::Twins(Twins { address: live.address, ids }));
            }
            actual.insert(live.address.clone(), live);
        }
    }
    Ok(actual)
}

/// Finds the same soon after a run, while reads may still lag behind what that has written. A look is believed that shows
/// everything as `aftermath` says that it was left, and else the last one, behind which no write can be hidden any more.
///
/// # Errors
/// A listing that failed, or two resources with one address, in the last look.
pub async fn discover_after(
    kinds: &Kinds,
    cx: &Context,
    search: Search<'_>,
    observer: &dyn Observer,
    (aftermath, lag, sleep): (&Aftermath, Lag, &Sleep),
) -> Result<Actual, DiscoverError> {
    let mut left = lag.looks;
    // What a further look finds is no news.
    let silent = |_: &Event| ();
    let mut listener = observer;
    loop {
        let unseen = match discover(kinds, cx, search, listener).await {
            Err(error) if left > 0 && error.may_pass() => None,
            Err(error) => return Err(error),
            Ok(actual) => match aftermath.unseen(&actual) {
                Some(0) => return Ok(actual),
                _ if left == 0 => return Ok(actual),
                unseen => unseen,
            },
        };
        observer.observe(&Event::DiscoveryRepeated { unseen });
        sleep(lag.pause).await;
        listener = &silent;
        left -= 1;
    }
}

impl Search<'_> {
    fn scope(&self, owner: &Owner, kind: &KindName) -> Scope {
        let wanted = self.blueprint.desired.values().filter(|desired| desired.address.kind() == kind);
        let wanted = wanted.map(|desired| Wanted { address: desired.address.clone(), inputs: desired.inputs.clone() });
        let (owner, prefix) = (owner.clone(), self.prefix.to_owned());
        Scope { owner, prefix, wanted: wanted.collect(), purpose: self.purpose }
    }
}
