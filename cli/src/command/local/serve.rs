//! `deploy local serve`: answers on a loopback port until it is stopped.

use deploy_config::Project;
use deploy_local::serve::Server;
use std::path::Path;

use crate::arguments::LocalServe;
use crate::command::Session;
use crate::connect::{local_error, open_local};
use crate::error::CommandError;
use crate::exit::Exit;

pub async fn run(session: &Session, arguments: &LocalServe) -> Result<Exit, CommandError> {
    let project = Project::find(Path::new("."))?;
    let port = arguments.port;
    let local = open_local(project.root())?;
    if arguments.enforce_iam {
        local.with_world(|world| world.settings.enforce_iam = true).map_err(|error| local_error(&error))?;
        session.terminal.say("callers may do what their policies allow, here and in every later run\n");
    }
    let server = Server::bind(local, port).await.map_err(|error| {
        CommandError::bad_input(format!("cannot listen on port {port}: {error}"), "take any free port: `--port 0`")
    })?;
    let address = server.address().map_err(CommandError::io("cannot listen"))?;
    session.terminal.print(&format!("http://{address}\n"))?;
    session.terminal.say(&format!(
        "use it: AWS_ENDPOINT_URL=http://{address} AWS_ACCESS_KEY_ID=123456789012 AWS_SECRET_ACCESS_KEY=x aws …\n\
         Ctrl-C ends it\n"
    ));
    server.run().await.map_err(CommandError::io("cannot serve"))?;
    Ok(Exit::Done)
}
