//! `deploy secrets list`: the declared secrets, which of them have a value, and who reads them.

use deploy_secrets::store::{self, ParameterStatus};
use serde_json::{Value, json};

use super::vault::{Vault, declared};
use crate::arguments::{Format, Shown};
use crate::command::Session;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::view::Style;
use crate::view::time::{age, now};
use crate::workspace::Workspace;

/// One line of the list.
struct Row<'a> {
    status: ParameterStatus,
    readers: Vec<&'a str>,
}

pub async fn run(session: &Session, arguments: Shown) -> Result<Exit, CommandError> {
    let workspace = Workspace::open(&session.global, session.terminal)?;
    let vault = Vault::open(&workspace, workspace.intended(arguments.environment.as_deref())?).await?;
    let declared: Vec<_> =
        declared(&vault.intended).into_iter().map(|declared| (declared.address, declared.inputs)).collect();
    let owner = &vault.intended.context.owner;
    let statuses = store::list(&vault.connection.clients, owner, &declared).await;
    let statuses = statuses.map_err(|fault| CommandError::Fault("cannot list the secrets".to_owned(), fault))?;
    let row = |status: ParameterStatus| Row { readers: vault.readers(&status.address), status };
    let rows: Vec<Row<'_>> = statuses.into_iter().map(row).collect();
    match arguments.format {
        Format::Text => session.terminal.print(&text(&rows, vault.environment(), session.terminal.out))?,
        Format::Json => session.terminal.print_json(&rows.iter().map(json).collect())?,
    }
    Ok(Exit::Done)
}

fn text(rows: &[Row<'_>], environment: &str, style: Style) -> String {
    if rows.is_empty() {
        return format!("{environment} declares no secrets.\n");
    }
    let width = |of: fn(&ParameterStatus) -> &str| rows.iter().map(|row| of(&row.status).len()).max().unwrap_or(0);
    let (key, name) = (width(|status| status.address.name()), width(|status| &status.place.name));
    let now = now();
    let line = |Row { status, readers }: &Row<'_>| {
        let state = match &status.current {
            None => style.bad(format!("{:12}", "no value")),
            Some(current) => {
                let age = current.modified.map(|at| age(now, at)).unwrap_or_default();
                style.good(format!("{:5}", current.version.to_string())) + &format!(" {age:>6}")
            }
        };
        let untagged = status.current.is_some() && !status.is_tagged;
        let notes = [
            untagged.then(|| style.careful("untagged")),
            Some(if readers.is_empty() { style.careful("unused") } else { readers.join(", ") }),
        ];
        let notes: Vec<String> = notes.into_iter().flatten().collect();
        let (address, parameter) = (status.address.name(), &status.place.name);
        format!("{address:key$}  {parameter:name$}  {:12}  {state}  {}\n", status.value_type, notes.join("  "))
    };
    rows.iter().map(line).collect()
}

fn json(Row { status, readers }: &Row<'_>) -> Value {
    json!({
        "secret": status.address.name(),
        "name": status.place.name,
        "type": status.value_type,
        "version": status.current.as_ref().map(|current| &current.version),
        "modified": status.current.as_ref().and_then(|current| current.modified),
        "tagged": status.is_tagged,
        "read_by": readers,
    })
}
