//! The end of what the plugin desires: deleted, gone, deleted once more; and what became of its creation.

use std::collections::{BTreeMap, BTreeSet};

use deploy_model::{KindName, Live};
use deploy_plugin::{AnyKind, Purpose};

use crate::bench::Prepared;
use crate::case::{DELETE, GONE, ONCE, Outcome, Shown, TWICE, Verdict};
use crate::double::{Doubles, Second};
use crate::stand::Stand;
use crate::words;

/// Takes everything down.
pub async fn end(stand: &Stand<'_>, now: Option<&Prepared>, kinds: &BTreeSet<KindName>) -> Vec<Outcome> {
    let Some(now) = now else {
        return [DELETE, GONE, TWICE].map(|case| case.is(Verdict::skipped("nothing was made: see `create`"))).into();
    };
    let (deleted, lives) = delete(stand, now).await;
    let is_deleted = deleted.is_ok();
    let mut outcomes = vec![DELETE.shown(deleted)];
    if !is_deleted {
        let skipped = || Verdict::skipped("not everything was deleted: see `delete`");
        outcomes.extend([GONE, TWICE].map(|case| case.is(skipped())));
        return outcomes;
    }
    outcomes.push(GONE.shown(gone(stand, now).await));
    outcomes.push(TWICE.shown(twice(stand, now, kinds, lives).await));
    outcomes
}

/// Takes everything down, and gives what was there.
async fn delete(stand: &Stand<'_>, now: &Prepared) -> (Shown, Vec<Live>) {
    let failed = |what: String| Verdict::failed(what, "see the fault: it is what the operation on the kind came to");
    let survey = match stand.survey(now, Purpose::Delete).await {
        Ok(survey) => survey,
        Err(what) => return (Err(failed(what)), Vec::new()),
    };
    let lives = survey.actual.into_values().collect();
    (stand.apply(survey.plan).await.map_err(failed), lives)
}

async fn gone(stand: &Stand<'_>, now: &Prepared) -> Shown {
    let failed = |what: String| Verdict::failed(what, "have `discover` leave out what is deleted, or being deleted");
    let survey = stand.survey(now, Purpose::Delete).await.map_err(failed)?;
    let left: Vec<String> = survey.actual.keys().map(|address| format!("`{address}`")).collect();
    if left.is_empty() { Ok(()) } else { Err(failed(format!("still found: {}", words::several(left)))) }
}

async fn twice(stand: &Stand<'_>, now: &Prepared, kinds: &BTreeSet<KindName>, lives: Vec<Live>) -> Shown {
    let own: BTreeMap<KindName, Live> = lives
        .into_iter()
        .filter(|live| kinds.contains(live.address.kind()))
        .map(|live| (live.address.kind().clone(), live))
        .collect();
    if own.is_empty() {
        return Err(Verdict::skipped(if kinds.is_empty() { "it has no kind" } else { "there was none of its kinds" }));
    }
    for (name, live) in own {
        let Some(kind) = kind(stand, &name) else { continue };
        let cx = stand.operation(now);
        if let Err(fault) = kind.delete(&cx, live).await {
            stand.heard.note("an error", &words::of_fault(&fault));
            let what = format!("deleting a {} that is gone ends in a fault: {}", name.words(), words::of_fault(&fault));
            return Err(Verdict::failed(what, "take the service's \"not found\" for success"));
        }
    }
    Ok(())
}

fn kind(stand: &Stand<'_>, name: &KindName) -> Option<std::sync::Arc<dyn AnyKind>> {
    stand.bench.registry().kinds().into_iter().find(|kind| kind.describe().name == *name)
}

/// One creation that was sent twice has made one resource, where the kind says so.
pub fn once(stand: &Stand<'_>, kinds: &BTreeSet<KindName>, doubles: &Doubles) -> Outcome {
    let seen = doubles.seen();
    if seen.is_empty() {
        let why = if kinds.is_empty() { "it has no kind" } else { "nothing was made" };
        return ONCE.is(Verdict::skipped(why));
    }
    let mut skipped = Vec::new();
    for (name, second) in &seen {
        let claims = stand.kinds.description(name).is_some_and(|kind| kind.creates_once);
        let what = match second {
            Second::Same => continue,
            Second::Twin => format!("`{name}` makes two"),
            Second::Refused(why) => format!("`{name}` is refused the second time: {why}"),
        };
        if claims {
            let help = "send the operation's id as the client token, or take the claim `creates_once` back";
            return ONCE.is(Verdict::failed(what, help));
        }
        skipped.push(what);
    }
    let has_shown = skipped.len() < seen.len();
    ONCE.is(if has_shown {
        Verdict::Passed
    } else {
        Verdict::skipped(format!("not claimed, and {}", words::several(skipped)))
    })
}
