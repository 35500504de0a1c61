//! What becomes of something that was made and is no longer desired: the tool finds it without being told of it.

use std::collections::BTreeSet;

use deploy_model::{Address, Verb};
use deploy_plugin::Purpose;

use crate::bench::Prepared;
use crate::case::{Shown, Verdict};
use crate::life::Life;
use crate::stand::Survey;
use crate::words;

/// Leaves the plugin's section out, and shows that what it desired is deleted.
pub async fn dropped(life: &Life<'_>, now: &Prepared) -> Shown {
    let Some(section) = life.section else { return Err(Verdict::skipped("it has no stage")) };
    let failed = |what: String| Verdict::failed(what, "see the fault: it is what the operation on the kind came to");
    let before = life.stand.survey(now, Purpose::Compare).await.map_err(failed)?;
    let made: BTreeSet<&Address> = life.own(&before).filter(|address| before.actual.contains_key(*address)).collect();
    if made.is_empty() {
        return Err(Verdict::skipped("there is nothing that its section asks for"));
    }
    if let Err(what) = life.stand.wanted(now, Some(section)) {
        return Err(Verdict::skipped(format!("others stand on what it desires: {what}")));
    }
    let without = async || life.stand.survey_without(now, Purpose::Compare, Some(section)).await.map_err(failed);
    let survey = without().await?;
    all_go(&made, &survey)?;
    life.stand.apply(survey.plan).await.map_err(failed)?;
    let shown = all_gone(&made, &without().await?);
    if !life.kinds.is_empty() {
        make_again(life, now).await;
    }
    shown
}

/// Makes what the plugin's kinds are to delete once more. It is no part of what is shown: a service may keep the name of what
/// was deleted for a while, as Parameter Store does.
async fn make_again(life: &Life<'_>, now: &Prepared) {
    if let Ok(survey) = life.stand.survey(now, Purpose::Compare).await {
        let _ = life.stand.apply(survey.plan).await;
    }
}

fn all_go(made: &BTreeSet<&Address>, survey: &Survey) -> Shown {
    let goes = |address: &Address| {
        survey.plan.changes.iter().any(|change| change.verb == Verb::Destroy && change.address == *address)
    };
    none_left(made.iter().filter(|address| !goes(address)), "nobody finds what is desired no more")
}

fn all_gone(made: &BTreeSet<&Address>, survey: &Survey) -> Shown {
    none_left(made.iter().filter(|address| survey.actual.contains_key(**address)), "found again after it was deleted")
}

fn none_left<'a>(left: impl Iterator<Item = &'a &'a Address>, what: &str) -> Shown {
    let left: Vec<String> = left.map(|address| format!("`{address}`")).collect();
    if left.is_empty() {
        return Ok(());
    }
    let help = "have `discover` find everything that is the environment's, by its tags or by a name that begins with its \
                prefix, and not only what is `wanted`";
    Err(Verdict::failed(format!("{what}: {}", words::several(left)), help))
}
