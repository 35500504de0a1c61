//! `deploy local serve`: answers on a loopback port until it is stopped.

use deploy_local::serve::Server;

use crate::arguments::LocalServe;
use crate::command::Session;
use crate::connect::{LOCAL_REGION, local_error, open_local};
use crate::error::CommandError;
use crate::exit::Exit;
use crate::workspace::Workspace;

pub async fn run(session: &Session, arguments: &LocalServe) -> Result<Exit, CommandError> {
    let workspace = Workspace::open(&session.global, session.terminal)?;
    let project = workspace.project();
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
    let region = workspace.region().unwrap_or_else(|| LOCAL_REGION.to_owned());
    session.terminal.say(&format!(
        "use it: AWS_ENDPOINT_URL=http://{address} AWS_REGION={region} AWS_DEFAULT_REGION={region} AWS_ACCESS_KEY_ID=123456789012 AWS_SECRET_ACCESS_KEY=x aws …\n\
         Ctrl-C ends it\n"
    ));
    server.run().await.map_err(CommandError::io("cannot serve"))?;
    Ok(Exit::Done)
}
