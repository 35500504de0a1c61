//! The last events of a run for programs: what went wrong, and how it ended.

use deploy_config::Diagnostic;
use serde_json::{Value, json};

use crate::error::{Advice, CommandError};
use crate::exit::Exit;
use crate::tally::Steps;
use crate::view::suggestion::complete;

/// An `error` for each thing that is wrong, then `finished`.
pub fn closing_json(outcome: &Result<Exit, CommandError>, steps: Steps) -> Vec<Value> {
    let exit = match outcome {
        Ok(exit) => *exit,
        Err(error) => error.exit(),
    };
    let mut events = outcome.as_ref().err().map(errors).unwrap_or_default();
    for error in &mut events {
        error["event"] = "error".into();
        error["exit_code"] = exit.code().into();
    }
    events.push(json!({ "event": "finished", "exit_code": exit.code(), "steps": steps }));
    events
}

fn errors(error: &CommandError) -> Vec<Value> {
    match error {
        CommandError::Configuration(diagnostics) => diagnostics.iter().map(diagnostic).collect(),
        CommandError::BadInput(advice) | CommandError::Refused(advice) | CommandError::Locked(advice) => {
            vec![advised(advice)]
        }
        CommandError::Plugins(errors) => errors
            .iter()
            .map(|error| json!({ "message": error.to_string(), "help": [complete(&error.help)] }))
            .collect(),
        CommandError::NoAccess(what, fault) | CommandError::Fault(what, fault) => {
            vec![json!({ "message": what, "fault": fault })]
        }
        CommandError::Steps(failures) => {
            let one = |failure: &deploy_engine::Failure| json!({ "message": failure.fault.message, "address": failure.address, "fault": failure.fault });
            failures.iter().map(one).collect()
        }
        CommandError::Stopped(_) => vec![json!({ "message": "stopped" })],
        CommandError::Io(what, error) => vec![json!({ "message": format!("{what}: {error}") })],
        CommandError::ReaderGone => Vec::new(),
    }
}

fn diagnostic(diagnostic: &Diagnostic) -> Value {
    let path = diagnostic.path.as_ref().map(ToString::to_string);
    json!({ "message": diagnostic.message, "path": path, "origin": diagnostic.origin, "help": diagnostic.help })
}

fn advised(advice: &Advice) -> Value {
    let mut error = json!({ "message": advice.message, "help": [complete(&advice.help)] });
    if !advice.details.is_empty() {
        error["details"] = json!(advice.details);
    }
    error
}

#[cfg(test)]
mod tests {
    use super::*;
    use deploy_engine::Failure;
    use deploy_model::{Fault, FaultKind};

    #[test]
    fn a_run_ends_with_how_it_ended() {
        let steps = Steps { total: 3, done: 3, failed: 0, skipped: 0 };
        let finished = json!({ "event": "finished", "exit_code": 0, "steps": { "total": 3, "done": 3, "failed": 0, "skipped": 0 } });
        assert_eq!(closing_json(&Ok(Exit::Done), steps), [finished]);
    }

    #[test]
    fn every_error_is_an_event() {
        let fault = Fault::new(FaultKind::Invalid, "The CIDR is invalid");
        let failure = Failure { address: "network.vpc.main".parse().expect("an address"), fault };
        let events = closing_json(&Err(CommandError::Steps(vec![failure])), Steps::default());
        assert_eq!((events.len(), &events[0]["event"], &events[1]["event"]), (2, &json!("error"), &json!("finished")));
        assert_eq!(events[0]["address"], "network.vpc.main");
        assert_eq!((&events[0]["exit_code"], &events[1]["exit_code"]), (&json!(1), &json!(1)));
        let refused = CommandError::refused("no", "do").with_details(vec!["a".to_owned()]);
        let events = closing_json(&Err(refused), Steps::default());
        assert_eq!(
            events[0],
            json!({ "event": "error", "exit_code": 5, "message": "no", "help": ["do"], "details": ["a"] })
        );
        assert_eq!(closing_json(&Err(CommandError::ReaderGone), Steps::default()).len(), 1);
    }
}
