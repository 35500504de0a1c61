//! `deploy secrets`: sets and lists secrets. No value is ever shown, and none is taken from the command line.

mod list;
mod prompt;
mod set;

use deploy_model::Address;
use deploy_secrets::ParameterInputs;

use crate::arguments::Secrets;
use crate::command::Session;
use crate::error::CommandError;
use crate::exit::Exit;
use crate::workspace::Intended;

pub async fn run(session: &Session, command: Secrets) -> Result<Exit, CommandError> {
    match command {
        Secrets::Set(arguments) => set::run(session, arguments).await,
        Secrets::List(arguments) => list::run(session, arguments).await,
        Secrets::Get(_) => Err(CommandError::bad_input(
            "there is no `secrets get`: this program reads no value back",
            "see which secrets have a value, and since when: `deploy secrets list`",
        )),
    }
}

/// The parameters that an environment declares.
fn declared(intended: &Intended) -> Vec<(Address, ParameterInputs)> {
    let parameters = intended.blueprint.desired.values().filter(|desired| {
        let kind = desired.address.kind();
        kind.stage() == "secrets" && kind.kind() == "parameter"
    });
    let typed = |desired: &deploy_model::Desired| {
        let inputs = serde_json::from_value(desired.inputs.clone());
        (desired.address.clone(), inputs.expect("the stage that desires a parameter wrote its inputs"))
    };
    parameters.map(typed).collect()
}
