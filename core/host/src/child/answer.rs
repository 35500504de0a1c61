//! What a plugin answers, looked at before anybody believes it.

use deploy_model::{Fault, FaultKind};
use deploy_plugin::wire::frame::MAX_FRAME;
use deploy_plugin::wire::{BROKEN, Call, Envelope};

use super::ending::{Ending, UNKNOWN_OUTCOME};
use super::shared::Shared;

/// The answer in its own form. `changing` says what is not known to have happened where the answer cannot be used, with
/// the id that the plugin had got as far as.
pub fn opened<C: Call>(
    shared: &Shared,
    envelope: Envelope,
    changing: Option<Option<String>>,
) -> Result<C::Answer, Fault> {
    let name = &shared.plugin.name;
    if let Some(failure) = envelope.error {
        let code = failure.code;
        let fault = shared.surroundings.redaction.fault(failure.into_fault());
        return Err(match fault.kind {
            _ if code == BROKEN => {
                shared.tell_last_lines();
                let message = format!("the plugin `{name}` {}", fault.message);
                unknown(Fault { message, kind: FaultKind::Internal, ..fault }, changing)
            }
            FaultKind::Internal => Fault { message: format!("the plugin `{name}`: {}", fault.message), ..fault },
            FaultKind::Timeout => {
                unknown(Fault { message: format!("the plugin `{name}`: {}", fault.message), ..fault }, changing)
            }
            FaultKind::Unavailable if fault.help.is_none() => unknown(fault, changing),
            _ => fault,
        });
    }
    if envelope.result.as_ref().is_some_and(|result| shared.surroundings.redaction.stands_in(result.get())) {
        return Err(Ending::Leak.fault(name, C::METHOD, changing));
    }
    envelope.result().map_err(|malformed| {
        let message = format!("the plugin `{name}` answered `{}` with what is {malformed}", C::METHOD);
        unknown(Fault::internal(message), changing)
    })
}

/// A message that no frame holds.
pub fn too_much(plugin: &str, method: &str, length: usize) -> Fault {
    let message =
        format!("`{method}` for the plugin `{plugin}` takes {length} bytes, and a message holds {MAX_FRAME} at most");
    Fault::internal(message).help("nothing was sent: make several smaller environments of this one")
}

/// The fault of a call whose effect may have taken place.
fn unknown(fault: Fault, changing: Option<Option<String>>) -> Fault {
    let Some(made) = changing else { return fault };
    let far = made.map(|id| format!("; it had got as far as `{id}`")).unwrap_or_default();
    Fault { message: fault.message + &far, ..fault }.help(UNKNOWN_OUTCOME)
}
