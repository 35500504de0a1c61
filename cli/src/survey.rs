//! What is there, compared with what shall be.

use std::collections::BTreeMap;
use std::sync::Arc;

use deploy_engine::{
    Actual, Aftermath, DiscoverError, Intent, Kinds, Observer, Search, Sleep, ask, changed_by_others, desired_at,
    discover_after, doubts, plan,
};
use deploy_model::{KeyPath, Plan};
use deploy_plugin::{Answers, Blueprint, Context, Outlook, Purpose};

use crate::arguments::Format;
use crate::connect::Connection;
use crate::error::CommandError;
use crate::terminal::Terminal;
use crate::view::progress::Progress;
use crate::workspace::{Intended, Workspace, located};

/// What was found, and the plan that follows from it.
pub struct Survey {
    /// What is there.
    pub actual: Actual,
    /// What would be done, with what the checks say of it.
    pub plan: Plan,
    /// The hosts that were asked instead of AWS's own.
    pub endpoints: Vec<String>,
}

impl Survey {
    /// What a header says of where this comes from: the file, and the hosts that were asked instead of AWS's own.
    pub fn source(&self, intended: &Intended) -> String {
        match self.endpoints.as_slice() {
            [] => intended.source(),
            hosts => format!("{}   endpoint {}", intended.source(), hosts.join(", ")),
        }
    }
}

/// Whether a plan brings an environment up to its files, or takes it down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Up to its files.
    Up,
    /// Down.
    Down,
}

/// The way of every command that only looks: what the files want of an environment, and what is there of it.
///
/// # Errors
/// As [`Workspace::intended`], [`Connection::open`] and [`survey`].
pub async fn look(
    workspace: &Workspace,
    environment: Option<&str>,
    terminal: Terminal,
) -> Result<(Intended, Survey), CommandError> {
    let intended = workspace.intended(environment)?;
    let connection = Connection::open(workspace, &intended).await?;
    let progress = Progress::of(Format::Text, 0, terminal);
    let survey = survey(&intended, &connection, Direction::Up, (&connection.journal.aftermath(), &progress)).await?;
    Ok((intended, survey))
}

/// Looks at what is there and makes the plan. Changes nothing. `aftermath` is what the last run may have left behind.
///
/// # Errors
/// Where the account is not the environment's, a listing fails, two resources claim one address, or what belongs to
/// others is not what the files take it for.
pub async fn survey(
    intended: &Intended,
    connection: &Connection,
    direction: Direction,
    (aftermath, observer): (&Aftermath, &dyn Observer),
) -> Result<Survey, CommandError> {
    let kinds = Kinds::new(connection.registry.kinds());
    let context = Context::quiet(intended.context.owner.clone());
    let purpose = match direction {
        Direction::Up => Purpose::Compare,
        Direction::Down => Purpose::Delete,
    };
    let search = Search { prefix: &intended.context.prefix, blueprint: &intended.blueprint, purpose };
    let found = async {
        let answers = async {
            match direction {
                Direction::Up => ask(&kinds, &context, &intended.blueprint).await,
                Direction::Down => Answers::default(),
            }
        };
        let (lag, sleep) = (connection.lag(), sleep());
        let discovered = discover_after(&kinds, &context, search, observer, (aftermath, lag, &sleep));
        tokio::join!(discovered, doubts(&kinds, &context, search), answers)
    };
    let (place, (found, doubts, answers)) = connection.place_beside(intended, found).await?;
    let (actual, doubts) = (found.map_err(not_found_out)?, doubts.map_err(not_found_out)?);
    if !doubts.is_empty() {
        return Err(located(&intended.configuration, doubts));
    }
    let stages = connection.registry.stages();
    let blueprint = match direction {
        Direction::Up => &intended.with_answers(&connection.registry, &answers)?,
        Direction::Down => &intended.blueprint,
    };
    let origin = |path: &KeyPath| intended.configuration.origin(path);
    let digest = intended.configuration.digest();
    let intent = Intent {
        owner: &intended.context.owner,
        place: &place,
        configuration: &digest,
        blueprint,
        destroy: direction == Direction::Down,
        origin: &origin,
    };
    let mut plan = plan(&intent, &actual, &kinds)
        .map_err(|error| CommandError::bad_input(error.to_string(), "take one of the references out"))?;
    let desired = if plan.destroy { BTreeMap::new() } else { desired_at(blueprint, &plan.place) };
    let outlook = Outlook { plan: &plan, desired: &desired, answers: &answers };
    let mut findings = intended.findings(&stages, &outlook)?;
    findings.extend(changed_by_others(blueprint, &plan));
    plan.findings = findings;
    Ok(Survey { actual, plan, endpoints: connection.clients.endpoints().to_vec() })
}

/// What the files want of an environment, with what the stages ask AWS for to know it.
///
/// # Errors
/// What is wrong with the answers.
pub async fn answered(intended: &Intended, connection: &Connection) -> Result<Blueprint, CommandError> {
    let kinds = Kinds::new(connection.registry.kinds());
    let context = Context::quiet(intended.context.owner.clone());
    let answers = ask(&kinds, &context, &intended.blueprint).await;
    intended.with_answers(&connection.registry, &answers)
}

/// Waits on this process's own clock.
pub fn sleep() -> Sleep {
    Arc::new(|pause| Box::pin(tokio::time::sleep(deploy_aws::hastened(pause))))
}

fn not_found_out(error: DiscoverError) -> CommandError {
    match error {
        DiscoverError::Failed { kind, fault } => {
            CommandError::Fault(format!("cannot list every {}", kind.words()), fault)
        }
        DiscoverError::Twins(_) => {
            CommandError::refused(error.to_string(), "delete one of the two, or take its tag `deploy:address` away")
        }
    }
}
