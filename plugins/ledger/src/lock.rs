//! The names of a lock: `…/lock/1`, `…/lock/2`. Whoever creates the next one has it.
//!
//! No name is ever used twice: Parameter Store does not let a deleted one be created again at once, and what creates a
//! name that nobody else ever creates cannot be misled by what it has read.

use deploy_aws::ssm::types::{Parameter, ParameterType};
use deploy_aws::{ServerClock, absent, fault};
use deploy_model::Fault;

use crate::Ledger;
use crate::claim::Claim;
use crate::terms::Terms;

/// Names in one DeleteParameters.
/// Source: <https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameters.html>
const NAMES_A_CALL: usize = 10;

/// One name of a lock as it was read.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) number: u64,
    pub(crate) claim: Claim,
    /// Which time it was written.
    pub(crate) version: i64,
    /// When it was last written, by AWS's clock: milliseconds since 1970.
    pub(crate) written: Option<i64>,
    /// When it was read, by AWS's clock: seconds since 1970.
    pub(crate) read: Option<i64>,
}

/// What there is of a lock.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) highest: Option<Seen>,
    /// The numbers of the others.
    pub(crate) older: Vec<u64>,
    /// What time it was, by AWS's clock.
    pub(crate) read: Option<i64>,
}

impl Ledger {
    /// All names of the lock.
    pub(crate) async fn names(&self) -> Result<Names, Fault> {
        let (mut found, mut token, clock) = (Vec::new(), None, ServerClock::default());
        loop {
            let request = self.reads().get_parameters_by_path().path(self.name("lock")).set_next_token(token);
            let reply = request.customize().interceptor(clock.clone()).send().await;
            let reply = reply.map_err(fault("GetParametersByPath")).map_err(|fault| self.explained(fault))?;
            found.extend(reply.parameters.unwrap_or_default());
            token = reply.next_token.filter(|token| !token.is_empty());
            if token.is_none() {
                break;
            }
        }
        let read = clock.seconds();
        let mut seen: Vec<Seen> = found.into_iter().filter_map(|parameter| seen(parameter, read)).collect();
        seen.sort_by_key(|seen| seen.number);
        let highest = seen.pop();
        Ok(Names { highest, older: seen.into_iter().map(|seen| seen.number).collect(), read })
    }

    /// One name of the lock.
    pub(crate) async fn read(&self, number: u64) -> Result<Option<Seen>, Fault> {
        let clock = ServerClock::default();
        let request = self.reads().get_parameter().name(self.numbered(number));
        let reply = absent(request.customize().interceptor(clock.clone()).send().await.map_err(fault("GetParameter")));
        let parameter = reply.map_err(|fault| self.explained(fault))?.and_then(|reply| reply.parameter);
        Ok(parameter.and_then(|parameter| seen(parameter, clock.seconds())))
    }

    /// Creates a name of the lock. Of all who try, one succeeds.
    pub(crate) async fn create(&self, number: u64, claim: &Claim) -> Result<(), Fault> {
        self.put(number, claim, false).await.map(drop)
    }

    /// Writes into a name that is held already. Says which time it is written.
    pub(crate) async fn write(&self, number: u64, claim: &Claim) -> Result<i64, Fault> {
        self.put(number, claim, true).await
    }

    /// Deletes names that are over.
    pub(crate) async fn delete(&self, numbers: &[u64]) -> Result<(), Fault> {
        for numbers in numbers.chunks(NAMES_A_CALL) {
            let names = numbers.iter().map(|number| self.numbered(*number)).collect();
            let request = self.writes().delete_parameters().set_names(Some(names));
            request.send().await.map_err(fault("DeleteParameters"))?;
        }
        Ok(())
    }

    async fn put(&self, number: u64, claim: &Claim, overwrite: bool) -> Result<i64, Fault> {
        let request = self.writes().put_parameter().name(self.numbered(number)).value(claim.text());
        let request = request.r#type(ParameterType::String).overwrite(overwrite);
        let reply = request.send().await.map_err(fault("PutParameter")).map_err(|fault| self.explained(fault))?;
        Ok(reply.version)
    }

    fn numbered(&self, number: u64) -> String {
        self.name(&format!("lock/{number}"))
    }
}

fn seen(parameter: Parameter, read: Option<i64>) -> Option<Seen> {
    // What is larger than any that was ever counted to is somebody's own.
    let number = parameter.name.as_deref()?.rsplit('/').next()?.parse().ok().filter(|number| *number < u64::MAX / 2)?;
    let claim = Claim::read(parameter.value.as_deref().unwrap_or_default(), Terms::default().lease);
    let written = parameter.last_modified_date.and_then(|date| date.to_millis().ok());
    Some(Seen { number, claim, version: parameter.version, written, read })
}
