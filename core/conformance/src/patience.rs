//! Whether an operation ends when its time is over, or when nobody wants it any more.

use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;

use deploy_model::{FaultKind, KindName, Owner};
use deploy_plugin::Purpose;
use deploy_plugin::wire::{Call, Cancel, Connect, Description, Discover, Notice, Operation};
use serde_json::json;

use crate::canary::planted;
use crate::case::{Shown, Verdict};
use crate::manners::alive;
use crate::probe::Probe;
use crate::subject::Subject;

/// How much longer a host waits than it tells the plugin to take.
const MARGIN: Duration = Duration::from_secs(1);
const SHORT: Duration = Duration::from_millis(300);
const LONGER: Duration = Duration::from_secs(1);

/// An operation ends at its deadline, and the conversation goes on.
pub fn deadline(subject: &Subject, description: &Description, region: &str) -> Shown {
    let help = "give up with a fault of the kind `timeout` when `deadline_ms` are over, and go on";
    on_silence(subject, description, region, SHORT, help, |_, _| ())
}

/// An operation that is cancelled ends, and the conversation goes on.
pub fn cancel(subject: &Subject, description: &Description, region: &str) -> Shown {
    let help = "finish the call in flight where `$/cancel` comes, at the deadline at the latest, and go on";
    on_silence(subject, description, region, LONGER, help, |probe, id| {
        probe.message(&json!({ "jsonrpc": "2.0", "method": Cancel::METHOD, "params": Cancel { id } }));
    })
}

/// A look at what there is, where AWS takes every call and answers none.
fn on_silence(
    subject: &Subject,
    description: &Description,
    region: &str,
    limit: Duration,
    help: &str,
    meanwhile: impl Fn(&mut Probe, u64),
) -> Shown {
    let Some(kind) = description.kinds.first() else {
        return Err(Verdict::skipped("it has no kind, so that it is asked for no operation"));
    };
    let failed = |what: String| Verdict::failed(what, help);
    let (mut probe, _) = Probe::introduced(subject).map_err(failed)?;
    let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|silent| Ok((silent.local_addr()?, silent)));
    let (address, _silent) = silent.map_err(|error| Verdict::skipped(format!("no port is to be had: {error}")))?;
    if subject.manifest.scopes.iter().any(|scope| scope == "aws") {
        probe.credentials = Some(planted("123456789012".to_owned()));
        let endpoint_url = Some(format!("http://{address}"));
        probe.expect(&Connect { region: region.to_owned(), endpoint_url }).map_err(failed)?;
    }
    let call = discover(kind.name.clone(), limit);
    let id = probe.send(Discover::METHOD, serde_json::to_value(&call).expect("a message is plain data"));
    meanwhile(&mut probe, id);
    if let Err(failure) = probe.answer(id, Discover::METHOD, limit + MARGIN).map_err(failed)?
        && failure.data.as_ref().is_some_and(|fault| fault.kind == FaultKind::Internal)
    {
        return Err(failed(format!("ends the operation as broken: {}", failure.message)));
    }
    alive(&mut probe).map_err(failed)
}

fn discover(kind: KindName, limit: Duration) -> Discover {
    let operation = Operation {
        id: "conformance-1".to_owned(),
        attempt: 1,
        deadline_ms: u64::try_from(limit.as_millis()).unwrap_or(u64::MAX),
        owner: Owner { application: "conformance".to_owned(), environment: "dev".to_owned() },
    };
    Discover { kind, operation, prefix: "conformance-dev".to_owned(), wanted: Vec::new(), purpose: Purpose::Compare }
}
