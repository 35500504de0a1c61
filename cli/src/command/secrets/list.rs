//! `deploy secrets list`: the declared secrets, and which of them have a value.

use deploy_secrets::store::{self, ParameterStatus};
use serde_json::{Value, json};

use super::declared;
use crate::arguments::{Format, Shown};
use crate::command::Session;
use crate::connect::Connection;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::view::Style;
use crate::workspace::Workspace;

pub async fn run(session: &Session, arguments: Shown) -> Result<Exit, CommandError> {
    let workspace = Workspace::open(&session.global, session.terminal)?;
    let intended = workspace.intended(arguments.environment.as_deref())?;
    let connection = Connection::open(&workspace, &intended).await?;
    connection.place(&intended).await?;
    let statuses = store::list(&connection.clients, &declared(&intended))
        .await
        .map_err(|fault| CommandError::Fault("cannot list the secrets".to_owned(), fault))?;
    match arguments.format {
        Format::Text => {
            let environment = &intended.configuration.environment;
            session.terminal.print(&text(&statuses, environment, session.terminal.out))?;
        }
        Format::Json => session.terminal.print_json(&statuses.iter().map(json).collect())?,
    }
    Ok(Exit::Done)
}

fn text(statuses: &[ParameterStatus], environment: &str, style: Style) -> String {
    if statuses.is_empty() {
        return format!("{environment} declares no secrets.\n");
    }
    let width = |of: fn(&ParameterStatus) -> &str| statuses.iter().map(|status| of(status).len()).max().unwrap_or(0);
    let (key, name) = (width(|status| status.address.name()), width(|status| &status.name));
    let line = |status: &ParameterStatus| {
        let state = match status.current {
            Some(current) => style.good(format!("v{}", current.version)),
            None => style.bad("no value"),
        };
        format!("{:key$}  {:name$}  {:12}  {state}\n", status.address.name(), status.name, status.value_type)
    };
    statuses.iter().map(line).collect()
}

fn json(status: &ParameterStatus) -> Value {
    json!({
        "secret": status.address.name(),
        "name": status.name,
        "type": status.value_type,
        "version": status.current.map(|current| current.version),
        "modified": status.current.and_then(|current| current.modified),
    })
}
