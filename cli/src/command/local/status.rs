//! `deploy local status`: what is in the embedded AWS.

use std::path::Path;

use deploy_config::Project;
use serde_json::Value;

use crate::command::Session;
use crate::connect::{local_error, local_folder, open_local};
use crate::error::CommandError;
use crate::exit::Exit;

pub fn run(session: &Session) -> Result<Exit, CommandError> {
    let project = Project::find(Path::new("."))?;
    let local = open_local(project.root())?;
    let world = local.with_world(|world| serde_json::to_value(world)).map_err(|error| local_error(&error))?;
    let world = world.expect("the world is plain data");
    session.terminal.print(&format!("{}\n{}", local_folder(project.root()).display(), text(&world)))?;
    Ok(Exit::Done)
}

fn text(world: &Value) -> String {
    let mut text = String::new();
    for (account, state) in entries(&world["accounts"]) {
        text.push_str(&format!("\naccount {account}\n"));
        text.push_str(&service("", "iam", &state["iam"]));
        for (region, services) in entries(&state["regions"]) {
            for (name, state) in entries(services) {
                text.push_str(&service(region, name, state));
            }
        }
    }
    if text.is_empty() { "\nempty\n".to_owned() } else { text }
}

/// One line a service: how many of what it holds.
fn service(region: &str, name: &str, state: &Value) -> String {
    let counts: Vec<String> = entries(state)
        .filter_map(|(what, held)| {
            let count = held.as_object().map(serde_json::Map::len).or_else(|| held.as_array().map(Vec::len))?;
            (count > 0).then(|| format!("{} {count}", what.replace('_', " ")))
        })
        .collect();
    if counts.is_empty() { String::new() } else { format!("  {region:15} {name:14} {}\n", counts.join(", ")) }
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_held_is_counted() {
        let world = json!({"accounts": {"1": {"iam": {"roles": {"a": {}}}, "regions": {"eu-west-1": {
            "ec2": {"vpcs": {"v": {}, "w": {}}, "route_tables": {"r": {}}}, "ssm": {"parameters": {}}}}}}});
        insta::assert_snapshot!(text(&world));
        assert_eq!(text(&json!({"accounts": {}})), "\nempty\n");
    }
}
