//! The first words: versions, and who the plugin is.

use deploy_plugin::wire::{Initialize, Initialized, NEWEST_PROTOCOL, OLDEST_PROTOCOL};

use crate::case::{Shown, Verdict};
use crate::probe::Probe;
use crate::subject::Subject;

/// A version of the protocol that no plugin speaks yet.
const FAR_AHEAD: u32 = 1_000_000;

/// It agrees on a version, and is who its manifest says.
pub fn handshake(subject: &Subject) -> Shown {
    let said = said(subject, OLDEST_PROTOCOL, NEWEST_PROTOCOL)?;
    if said.oldest > NEWEST_PROTOCOL || said.newest < OLDEST_PROTOCOL {
        let what = format!(
            "speaks the versions {} to {}, and this suite {OLDEST_PROTOCOL} to {NEWEST_PROTOCOL}",
            said.oldest, said.newest
        );
        return Err(Verdict::failed(what, "update the older of the two"));
    }
    let manifest = &subject.manifest;
    if said.name != manifest.name || said.version != manifest.version {
        let what = format!(
            "says that it is {} {}, and its manifest says {} {}",
            said.name, said.version, manifest.name, manifest.version
        );
        return Err(Verdict::failed(what, "have the answer to `initialize` come from `plugin.toml`"));
    }
    match said.scopes.iter().find(|scope| !manifest.scopes.contains(scope)) {
        Some(scope) => Err(Verdict::failed(
            format!("asks for `{scope}`, which its manifest does not name"),
            "name it under `scopes` in `plugin.toml`",
        )),
        None => Ok(()),
    }
}

/// A host of another age is told which versions it speaks, the same as every other.
pub fn versions(subject: &Subject) -> Shown {
    let usual = said(subject, OLDEST_PROTOCOL, NEWEST_PROTOCOL)?;
    for (age, version) in [("old", 0), ("new", FAR_AHEAD)] {
        let said = said(subject, version, version)?;
        if (said.oldest, said.newest) != (usual.oldest, usual.newest) || said.oldest > said.newest {
            let what = format!(
                "tells a host that is too {age} that it speaks {} to {}, and others {} to {}",
                said.oldest, said.newest, usual.oldest, usual.newest
            );
            return Err(Verdict::failed(what, "answer `initialize` with the same `oldest` and `newest` at all times"));
        }
    }
    Ok(())
}

fn said(subject: &Subject, oldest: u32, newest: u32) -> Result<Initialized, Verdict> {
    let help = "answer `initialize` with `oldest`, `newest`, `name`, `version` and `scopes`, whoever asks";
    let failed = |what: String| Verdict::failed(what, help);
    let mut probe = Probe::start(subject).map_err(failed)?;
    let call = Initialize { oldest, newest, host: "conformance".to_owned() };
    let answer = probe.expect(&call).map_err(failed)?;
    serde_json::from_value(answer).map_err(|error| failed(format!("answers `initialize` in another form: {error}")))
}
