//! How the plugin takes what it does not expect, and how it ends.

use std::process::ExitStatus;
use std::time::Duration;

use deploy_plugin::wire::{Call, Describe, METHOD_NOT_FOUND, NEWEST_PROTOCOL, Shutdown, frame};
use serde_json::json;

use crate::case::{Shown, Verdict};
use crate::probe::{Probe, SOON};
use crate::subject::Subject;

/// How long the end of a plugin may take.
const FAREWELL: Duration = Duration::from_secs(1);
/// How long it may take to look at what is wrong.
const A_LOOK: Duration = Duration::from_secs(2);

/// A method that it does not know is refused as JSON-RPC wants it.
pub fn unknown_method(subject: &Subject) -> Shown {
    let help = "answer every unknown method with the error -32601, so that an older plugin serves a newer host";
    let failed = |what: String| Verdict::failed(what, help);
    let (mut probe, _) = Probe::introduced(subject).map_err(failed)?;
    match probe.ask("conformance/nobody_knows_this", json!({}), SOON).map_err(failed)? {
        Err(failure) if failure.code == METHOD_NOT_FOUND => alive(&mut probe).map_err(failed),
        Err(failure) => Err(failed(format!("refuses an unknown method with the code {}", failure.code))),
        Ok(_) => Err(failed("answers a method that nobody knows".to_owned())),
    }
}

/// Fields that it does not know are ignored.
pub fn unknown_field(subject: &Subject) -> Shown {
    let help = "ignore every unknown field, so that an older plugin serves a newer host";
    let failed = |what: String| Verdict::failed(what, help);
    let (mut probe, described) = Probe::introduced(subject).map_err(failed)?;
    let params = json!({ "protocol": NEWEST_PROTOCOL, "conformance": { "new": [1] } });
    probe.message(&json!({
        "jsonrpc": "2.0", "id": 1000, "method": Describe::METHOD, "params": params, "conformance": true,
    }));
    match probe.answer(1000, Describe::METHOD, SOON).map_err(failed)? {
        Ok(answer) if answer == described => Ok(()),
        Ok(_) => Err(failed("answers `describe` in another way where a field is new".to_owned())),
        Err(failure) => Err(failed(format!("refuses a message with a new field: {}", failure.message))),
    }
}

/// What is no message is refused, or ends it cleanly.
pub fn garbage(subject: &Subject) -> Shown {
    let nested = "[".repeat(100_000);
    let bodies: [(&str, &[u8]); 5] = [
        ("an empty frame", b""),
        ("a text that is no JSON", b"this is no message"),
        ("bytes that are no text", &[0xff, 0xfe, 0x00, 0x80]),
        ("JSON that is no message", b"[1, 2, 3]"),
        ("a hundred thousand lists in each other", nested.as_bytes()),
    ];
    for (what, body) in bodies {
        survives(subject, what, |probe| probe.body(body))?;
    }
    Ok(())
}

/// A frame that is too large is refused, or ends it cleanly.
pub fn oversized(subject: &Subject) -> Shown {
    let largest = u32::try_from(frame::MAX_FRAME).unwrap_or(u32::MAX);
    for length in [largest + 1, u32::MAX] {
        let what = format!("a frame that announces {length} bytes");
        survives(subject, &what, |probe| probe.bytes([&length.to_le_bytes()[..], b"{}"].concat()))?;
    }
    Ok(())
}

/// It is told something wrong: afterwards it answers still, or ends, and not by a signal.
fn survives(subject: &Subject, what: &str, say: impl Fn(&mut Probe)) -> Shown {
    let help = "refuse it with the error -32700 and go on, or end with an exit code";
    let failed = |what: String| Verdict::failed(what, help);
    let (mut probe, _) = Probe::introduced(subject).map_err(failed)?;
    say(&mut probe);
    let id = probe.send(Describe::METHOD, json!({ "protocol": NEWEST_PROTOCOL }));
    if probe.answer(id, Describe::METHOD, A_LOOK).is_ok() {
        return Ok(());
    }
    probe.leave();
    match probe.ending(A_LOOK) {
        Some(status) if status.code().is_some() => Ok(()),
        Some(status) => Err(failed(format!("ends badly after {what} ({status})"))),
        None => Err(failed(format!("neither answers nor ends after {what}"))),
    }
}

/// It ends within a second when it is asked to.
pub fn shutdown(subject: &Subject) -> Shown {
    let help = "answer `shutdown`, then end with the exit code 0, whatever is still running";
    let failed = |what: String| Verdict::failed(what, help);
    let (mut probe, _) = Probe::introduced(subject).map_err(failed)?;
    let asked = probe.ask(Shutdown::METHOD, json!({}), FAREWELL).map_err(failed)?;
    asked.map_err(|failure| failed(format!("refuses `shutdown`: {}", failure.message)))?;
    // As a host does it: nothing more is written, which is the sign that nobody listens.
    probe.leave();
    ended(probe.ending(FAREWELL), "when it is asked to").map_err(failed)
}

/// It ends within a second when the host is gone.
pub fn end_of_input(subject: &Subject) -> Shown {
    let failed = |what: String| Verdict::failed(what, "end with the exit code 0 where standard input ends");
    let (mut probe, _) = Probe::introduced(subject).map_err(failed)?;
    probe.leave();
    ended(probe.ending(FAREWELL), "when its input ends").map_err(failed)
}

fn ended(status: Option<ExitStatus>, when: &str) -> Result<(), String> {
    match status {
        Some(status) if status.success() => Ok(()),
        Some(status) => Err(format!("ends badly {when} ({status})")),
        None => Err(format!("does not end within {} s {when}", FAREWELL.as_secs())),
    }
}

/// Whether the conversation goes on.
pub fn alive(probe: &mut Probe) -> Result<(), String> {
    probe.expect(&Describe { protocol: NEWEST_PROTOCOL }).map(drop).map_err(|silence| format!("{silence} afterwards"))
}
