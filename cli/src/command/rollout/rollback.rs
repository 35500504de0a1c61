//! `deploy rollout rollback`: brings the revision before back.

use std::time::Duration;

use deploy_ecs::Wait;
use deploy_ecs::rollouts::{Rolling, revision};
use deploy_kinds::ecs::Service;

use super::services::Services;
use super::stop::{roll_forward, stop};
use crate::approval::{confirm_change, place_in_words};
use crate::arguments::RolloutChange;
use crate::command::Session;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::tenure::Tenure;

pub async fn run(session: &Session, arguments: RolloutChange) -> Result<Exit, CommandError> {
    let services = Services::open(session, arguments.environment.as_deref()).await?;
    let service = services.one(arguments.service.as_deref(), |_| true, "there is no service")?;
    // ECS itself goes back from a rollout that is under way, to all that the service was before.
    match service.is_under_way() {
        true => stop(session, &services, service, &arguments).await,
        false => go_back(session, &services, service, &arguments).await,
    }
}

async fn go_back(
    session: &Session,
    services: &Services,
    service: &Rolling,
    arguments: &RolloutChange,
) -> Result<Exit, CommandError> {
    let environment = services.environment();
    let clients = &services.connection.clients;
    let previous = service.previous(clients).await;
    let previous = previous.map_err(|fault| CommandError::Fault(service.address.to_string(), fault))?;
    let previous = previous.ok_or_else(|| {
        let message = format!("no other revision of {} has run before", service.name);
        CommandError::bad_input(message, format!("`deploy rollout status {environment}` shows what runs"))
    })?;
    let now = service.primary().map(|primary| primary.revision()).unwrap_or_default();
    let question = format!(
        "Go back from {now} to {} in {environment} ({})?",
        revision(&previous),
        place_in_words(&services.place)
    );
    confirm_change(session, arguments.approval, &services.intended, &question)?;
    let doing = format!("deploy rollout rollback {environment}");
    let (workspace, intended, connection) = (&services.workspace, &services.intended, &services.connection);
    let (wish, session_parts) = ((doing, Duration::ZERO), (session.terminal, &session.interrupts));
    let tenure = Tenure::begin(workspace, intended, connection, wish, session_parts).await?;
    let wait = wait_of(services, service);
    let gone_back =
        services.watch(session, service, async |cx| service.go_back(clients, cx, &previous, wait).await).await;
    tenure.end(None).await;
    gone_back?;
    session.terminal.say(&format!("{} runs again\n{}", revision(&previous), roll_forward(environment)));
    Ok(Exit::Done)
}

/// As the files want the rollouts of the service to be waited for.
fn wait_of(services: &Services, service: &Rolling) -> Wait {
    let mut desired = services.intended.blueprint.all::<Service>();
    let desired = desired.find(|(address, _)| **address == service.address);
    desired.map(|(_, inputs)| Wait::of(&inputs)).unwrap_or_default()
}
