//! `deploy rollout stop`: ends a rollout that is under way; what ran before comes back.
//!
//! It takes no lock: the run that began the rollout may hold it, and waits for just this.

use deploy_ecs::rollouts::{AfterStop, Rolling};

use super::services::Services;
use crate::approval::{confirm_change, place_in_words};
use crate::arguments::RolloutChange;
use crate::command::Session;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::view::suggestion::complete;

pub async fn run(session: &Session, arguments: RolloutChange) -> Result<Exit, CommandError> {
    let services = Services::open(session, arguments.environment.as_deref()).await?;
    let service = services.one(arguments.service.as_deref(), Rolling::is_under_way, "no rollout is under way")?;
    stop(session, &services, service, &arguments).await
}

/// Asks, and stops the rollout of a service.
///
/// # Errors
/// Where it is not approved, or what ran before does not come back.
pub async fn stop(
    session: &Session,
    services: &Services,
    service: &Rolling,
    arguments: &RolloutChange,
) -> Result<Exit, CommandError> {
    let rolling = service.primary().map(|primary| primary.revision().to_owned()).unwrap_or_default();
    let question = format!(
        "Stop the rollout of {rolling} in {} ({})? What ran before comes back.",
        services.environment(),
        place_in_words(&services.place)
    );
    confirm_change(session, arguments.approval, &services.intended, &question)?;
    let clients = &services.connection.clients;
    let after = services.watch(session, service, async |cx| service.stop(clients, cx).await).await?;
    session.terminal.say(&said(after, &rolling, services.environment()));
    Ok(Exit::Done)
}

fn said(after: AfterStop, rolling: &str, environment: &str) -> String {
    match after {
        AfterStop::WentBack => format!("stopped: what ran before {rolling} runs again\n{}", roll_forward(environment)),
        AfterStop::NothingToGoBackTo => {
            format!("stopped: nothing ran before {rolling}, and no task more is started\n{}", roll_forward(environment))
        }
        AfterStop::HadSucceeded => format!("{rolling} had succeeded before it could be stopped\n"),
    }
}

/// The files know nothing of it.
pub fn roll_forward(environment: &str) -> String {
    complete(&format!(
        "the files still describe the newer version: `deploy apply {environment}` would roll it out again\n"
    ))
}
