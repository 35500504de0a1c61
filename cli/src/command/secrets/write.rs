//! The one way in which a value is written: sent again while AWS refuses it for now, and looked after where nobody
//! knows what became of it.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use deploy_engine::Backoff;
use deploy_kinds::secrets::{Store, VersionName};
use deploy_model::{Fault, FaultKind, Retry};
use deploy_secrets::Secret;
use deploy_secrets::store::{self, Before};

use super::outcome::{Became, look_after_deletion, look_after_value};
use super::pace::Pace;
use super::vault::{Declared, Vault, failed};
use crate::error::CommandError;
use crate::interrupt::Say;

/// How long one write is sent again while AWS refuses it for now.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long it is looked again at what is said to be there and is not seen: a read may lag behind a write.
const PATIENCE_WITH_READS: Duration = Duration::from_secs(10);
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Writes to one vault, all at one pace.
pub struct Writer<'a> {
    vault: &'a Vault,
    pace: Pace,
    say: Say,
    has_said: Cell<bool>,
}

/// A value that was set.
#[derive(Debug)]
pub struct Written {
    /// The parameter's full name.
    pub name: String,
    /// What it was before, as far as it was looked at.
    pub before: Option<Before>,
    /// The version that holds the value.
    pub version: VersionName,
}

impl Written {
    /// The versions that came in between: others have set them, or the look before lagged behind.
    pub fn between(&self) -> Option<String> {
        let (VersionName::Number(before), VersionName::Number(now)) = (self.before.as_ref()?.version(), &self.version)
        else {
            return None;
        };
        let (first, last) = (before + 1, now - 1);
        match last - first {
            0 => Some(format!("v{first}")),
            1.. => Some(format!("v{first} to v{last}")),
            _ => None,
        }
    }
}

/// What to do about a write that was not simply done.
enum Reaction {
    /// It was refused before it had any effect, and time will help.
    SendAgain,
    /// The parameter is not what it was taken for.
    LookAtItAgain,
    /// Nobody knows whether it took effect.
    LookWhatBecameOfIt,
    /// The value is set, and some tags are not.
    TagIt,
    /// It failed.
    GiveUp,
}

impl Reaction {
    fn to(fault: &Fault) -> Self {
        let operation = fault.operation.as_deref().unwrap_or_default();
        let is_read = ["Describe", "List", "Get", "BatchGet"].iter().any(|verb| operation.starts_with(verb));
        if operation.contains("Tag") && !is_read {
            Self::TagIt
        } else if fault.retry == Retry::Later {
            Self::SendAgain
        } else if is_taken(fault) || (is_read && fault.kind == FaultKind::NotFound) {
            Self::LookAtItAgain
        } else if fault.is_unanswered() && !is_read {
            Self::LookWhatBecameOfIt
        } else {
            Self::GiveUp
        }
    }
}

impl<'a> Writer<'a> {
    /// A writer that says what takes its time by `say`.
    pub fn new(vault: &'a Vault, pace: Pace, say: Say) -> Self {
        Self { vault, pace, say, has_said: Cell::default() }
    }

    /// A writer of a single value.
    pub fn of_one(vault: &'a Vault, terminal: crate::terminal::Terminal) -> Self {
        Self::new(vault, Pace::new(Arc::default()), Arc::new(move |words| terminal.say(&format!("{words}\n"))))
    }

    /// Gives a secret its value. What comes back is true: where the answer was lost, it was looked what became of it.
    ///
    /// # Errors
    /// What AWS answers, that the value was not set, or that nobody can tell.
    pub async fn set(
        &self,
        declared: &Declared,
        mut before: Option<Before>,
        value: &Secret,
    ) -> Result<Written, CommandError> {
        let clients = &self.vault.connection.clients;
        let owner = &self.vault.intended.context.owner;
        let target = (&declared.address, &declared.inputs);
        let mut backoff = Patient::new(PATIENCE);
        let mut looks = Patient::new(PATIENCE_WITH_READS);
        let written = |before: Option<Before>, version| Written { name: declared.inputs.name.clone(), before, version };
        loop {
            self.pace.turn().await?;
            let fault = match store::set(clients, owner, target, before.as_ref(), value).await {
                Ok(outcome) => {
                    self.pace.taken();
                    // It was deleted meanwhile, and what was made anew has no tags.
                    if before.as_ref().is_some_and(|before| begins_anew(before.version(), &outcome.version)) {
                        self.claim(declared, &outcome.version).await?;
                        before = None;
                    }
                    return Ok(written(before, outcome.version));
                }
                Err(fault) => fault,
            };
            let reaction = match Reaction::to(&fault) {
                // What was to be overwritten cannot be in the way.
                Reaction::LookAtItAgain if before.is_some() && fault.kind == FaultKind::Conflict => Reaction::GiveUp,
                reaction => reaction,
            };
            match reaction {
                Reaction::SendAgain => {
                    self.pace.refused();
                    self.wait(&mut backoff, &fault, || failed("set", declared)(fault.clone())).await?;
                }
                Reaction::LookAtItAgain => {
                    self.wait(&mut looks, &fault, || failed("set", declared)(fault.clone())).await?;
                    before = self.vault.before(declared).await?;
                    if let Some(before) = &before {
                        let (name, version) = (&declared.inputs.name, before.version());
                        (self.say)(&format!(
                            "another run has just set {name} ({version}); this becomes the next version"
                        ));
                    }
                }
                Reaction::LookWhatBecameOfIt => {
                    let version = look_after_value(self.vault, declared, before.as_ref(), value).await;
                    let version = self.came_true(declared, version, fault)?;
                    self.claim(declared, &version).await?;
                    return Ok(written(before, version));
                }
                Reaction::TagIt => {
                    let version = look_after_value(self.vault, declared, before.as_ref(), value).await;
                    let Some(version) = version.version().or_else(|| next(declared, before.as_ref())) else {
                        return Err(failed("tag", declared)(fault));
                    };
                    self.claim(declared, &version).await?;
                    return Ok(written(before, version));
                }
                Reaction::GiveUp => return Err(failed("set", declared)(fault)),
            }
        }
    }

    /// Deletes a secret's value with all of its versions. Says whether there was one.
    ///
    /// # Errors
    /// What AWS answers, that it was not deleted, or that nobody can tell.
    pub async fn remove(&self, declared: &Declared) -> Result<bool, CommandError> {
        let owner = &self.vault.intended.context.owner;
        let mut backoff = Patient::new(PATIENCE);
        loop {
            self.pace.turn().await?;
            let removed = store::remove(&self.vault.connection.clients, owner, &declared.place()).await;
            let fault = match removed {
                Ok(removed) => return Ok(removed),
                Err(fault) => fault,
            };
            match Reaction::to(&fault) {
                Reaction::SendAgain => {
                    self.wait(&mut backoff, &fault, || failed("delete", declared)(fault.clone())).await?;
                }
                Reaction::LookWhatBecameOfIt => return look_after_deletion(self.vault, declared, fault).await,
                _ => return Err(failed("delete", declared)(fault)),
            }
        }
    }
}

impl Writer<'_> {
    /// Waits before a write is sent again, or gives it up.
    async fn wait(
        &self,
        backoff: &mut Patient,
        fault: &Fault,
        giving_up: impl FnOnce() -> CommandError,
    ) -> Result<(), CommandError> {
        self.pace.pause(self.pause_for(backoff, fault, giving_up)?).await
    }

    /// How long to wait before a write is sent again. The user is told once.
    fn pause_for(
        &self,
        backoff: &mut Patient,
        fault: &Fault,
        giving_up: impl FnOnce() -> CommandError,
    ) -> Result<Duration, CommandError> {
        let pause = backoff.pauses.pause(backoff.patience).ok_or_else(giving_up)?;
        if pause > FIRST_PAUSE && !self.has_said.replace(true) {
            let code = fault.code.as_deref().unwrap_or("for now");
            let rest = match code {
                // <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameter.html>
                "TooManyUpdates" => ": a name that was deleted must rest for 30 seconds",
                _ => "",
            };
            (self.say)(&format!(
                "refused for now ({code}){rest}; it is tried again for up to {} seconds",
                backoff.patience.as_secs()
            ));
        }
        Ok(pause)
    }

    /// The version that a lost answer has turned out to be about.
    fn came_true(&self, declared: &Declared, became: Became, fault: Fault) -> Result<VersionName, CommandError> {
        let version = became.or_error(declared, self.vault.environment(), fault)?;
        let name = &declared.inputs.name;
        (self.say)(&format!("the answer was lost, so it was looked: {name} holds the value, as {version}"));
        Ok(version)
    }

    /// Puts tags on a parameter that has its value already. This can be done twice.
    async fn claim(&self, declared: &Declared, version: &VersionName) -> Result<(), CommandError> {
        let clients = &self.vault.connection.clients;
        let owner = &self.vault.intended.context.owner;
        let mut backoff = Patient::new(PATIENCE);
        loop {
            let claimed = store::claim(clients, owner, (&declared.address, &declared.inputs)).await;
            let Err(fault) = claimed else { return Ok(()) };
            let is_passing = fault.retry == Retry::Later || fault.kind == FaultKind::Unavailable;
            let help = format!("`deploy apply {}` puts them on", self.vault.environment());
            let what = format!("{} is set ({version}), but lacks tags", declared.address);
            let error = || CommandError::Fault(what.clone(), fault.clone().help(help.clone()));
            if !is_passing {
                return Err(error());
            }
            // No stop cuts this short: the value is set, and would be told as one that was not sent.
            tokio::time::sleep(self.pause_for(&mut backoff, &fault, error)?).await;
        }
    }
}

/// Pauses, and for how long there may be any.
struct Patient {
    pauses: Backoff,
    patience: Duration,
}

impl Patient {
    fn new(patience: Duration) -> Self {
        Self { pauses: Backoff::new(FIRST_PAUSE, LONGEST_PAUSE), patience }
    }
}

/// Whether somebody else has made it meanwhile.
fn is_taken(fault: &Fault) -> bool {
    fault.has_code("ParameterAlreadyExists") || fault.has_code("ResourceExistsException")
}

/// Whether the numbers of a parameter have begun again, as they do where it was deleted.
fn begins_anew(before: &VersionName, now: &VersionName) -> bool {
    matches!((before, now), (VersionName::Number(before), VersionName::Number(now)) if now <= before)
}

/// The version that comes after `before`, where versions are counted.
fn next(declared: &Declared, before: Option<&Before>) -> Option<VersionName> {
    match before.map(Before::version) {
        Some(VersionName::Number(number)) => Some(VersionName::Number(number + 1)),
        None if declared.inputs.store == Store::ParameterStore => Some(VersionName::Number(1)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(operation: &str, code: &str, kind: FaultKind) -> Fault {
        let (operation, code) = (Some(operation.to_owned()), Some(code.to_owned()));
        let retry = if kind == FaultKind::Throttled { Retry::Later } else { Retry::Never };
        Fault { operation, code, retry, ..Fault::new(kind, "") }
    }

    #[test]
    fn only_what_had_no_effect_is_sent_again() {
        use FaultKind::{Conflict, Denied, NotFound, Throttled, Timeout, Unavailable};
        let reaction = |operation, code, kind| match Reaction::to(&fault(operation, code, kind)) {
            Reaction::SendAgain => "send",
            Reaction::LookAtItAgain => "look at it",
            Reaction::LookWhatBecameOfIt => "look what became",
            Reaction::TagIt => "tag",
            Reaction::GiveUp => "give up",
        };
        assert_eq!(reaction("PutParameter", "ThrottlingException", Throttled), "send");
        assert_eq!(reaction("PutParameter", "TooManyUpdates", Throttled), "send");
        assert_eq!(reaction("PutParameter", "ParameterAlreadyExists", Conflict), "look at it");
        assert_eq!(reaction("CreateSecret", "ResourceExistsException", Conflict), "look at it");
        assert_eq!(reaction("ListTagsForResource", "InvalidResourceId", NotFound), "look at it");
        assert_eq!(reaction("UpdateSecret", "InternalServiceError", Unavailable), "look what became");
        assert_eq!(reaction("BatchGetSecretValue", "InternalServiceError", Unavailable), "give up");
        assert_eq!(reaction("TagResource", "ThrottlingException", Throttled), "tag");
        assert_eq!(reaction("PutParameter", "InternalServerError", Unavailable), "look what became");
        assert_eq!(reaction("PutParameter", "", Timeout), "look what became");
        assert_eq!(reaction("ListTagsForResource", "InternalServerError", Unavailable), "give up");
        assert_eq!(reaction("AddTagsToResource", "ThrottlingException", Throttled), "tag");
        assert_eq!(reaction("AddTagsToResource", "AccessDeniedException", Denied), "tag");
        assert_eq!(reaction("PutParameter", "AccessDeniedException", Denied), "give up");
    }
}
