//! `deploy rollout status`: which revisions of the services run, and how their rollouts stand.

use serde_json::json;

use super::services::Services;
use crate::arguments::{Format, RolloutStatus};
use crate::command::Session;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::view::rollout::rollouts_text;

pub async fn run(session: &Session, arguments: RolloutStatus) -> Result<Exit, CommandError> {
    let services = Services::open(session, arguments.environment.as_deref()).await?;
    let meant = services.named(arguments.service.as_deref())?;
    match arguments.format {
        Format::Text => session.terminal.print(&rollouts_text(&meant, session.terminal.out))?,
        Format::Json => session.terminal.print_json(&json!({ "services": meant }))?,
    }
    Ok(Exit::Done)
}
