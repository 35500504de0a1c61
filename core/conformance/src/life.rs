//! The life of what the plugin desires: made, found, changed, replaced.

use std::collections::BTreeSet;

use deploy_model::{Address, Change, KindName, Verb};
use deploy_plugin::Purpose;
use toml::Table;

use crate::bench::Prepared;
use crate::case::{AGAIN, CREATE, DROPPED, OUTPUTS, Outcome, REPLACE, Shown, UPDATE, Verdict};
use crate::dropped::dropped;
use crate::schema::misfit;
use crate::script::{SCRIPT, Script};
use crate::stand::{Stand, Survey};
use crate::words;

/// What is followed through its life.
pub struct Life<'a> {
    /// The engine.
    pub stand: &'a Stand<'a>,
    /// What the section is given.
    pub script: &'a Script,
    /// The section, if there is one.
    pub section: Option<&'a str>,
    /// The plugin's own kinds.
    pub kinds: &'a BTreeSet<KindName>,
}

/// How far a life has come.
pub struct Lived {
    /// The cases so far.
    pub outcomes: Vec<Outcome>,
    /// What the environment is told now, if anything was made.
    pub now: Option<Prepared>,
}

impl Life<'_> {
    /// From the first creation to the last change.
    pub async fn begin(&self, first: Prepared) -> Lived {
        let (created, is_made) = self.create(&first).await;
        let mut lived = Lived { outcomes: vec![CREATE.shown(created)], now: None };
        if !is_made {
            let untold = [AGAIN, OUTPUTS, UPDATE, REPLACE, DROPPED];
            lived.outcomes.extend(untold.map(|case| case.is(Verdict::skipped("nothing was made: see `create`"))));
            return lived;
        }
        let again = self.again(&first).await;
        let is_found = again.is_ok();
        lived.outcomes.push(AGAIN.shown(again.map(drop)));
        lived.outcomes.push(OUTPUTS.shown(self.outputs(&first).await));
        lived.now = Some(first);
        for (case, contents) in [(UPDATE, self.script.after_then()), (REPLACE, self.script.after_replaced())] {
            let shown = match contents {
                None => Err(Verdict::skipped(format!("`{SCRIPT}` has no `[{}]`", name_of(case == UPDATE)))),
                Some(_) if !is_found => Err(Verdict::skipped("the plan is not empty before: see `empty-plan`")),
                Some(contents) => self.turn(&contents, case == UPDATE, &mut lived.now).await,
            };
            lived.outcomes.push(case.shown(shown));
        }
        let dropped = match &lived.now {
            Some(now) if is_found => dropped(self, now).await,
            _ => Err(Verdict::skipped("the plan is not empty before: see `empty-plan`")),
        };
        lived.outcomes.push(DROPPED.shown(dropped));
        lived
    }

    /// The addresses of what is the plugin's: of its kinds, or asked for by its section.
    pub(crate) fn own<'s>(&'s self, survey: &'s Survey) -> impl Iterator<Item = &'s Address> {
        let from_section = |source: &deploy_model::KeyPath| {
            self.section.is_some() && source.segments().first().map(String::as_str) == self.section
        };
        let desired = survey.blueprint.desired.values();
        let own = desired.filter(move |one| self.kinds.contains(one.address.kind()) || from_section(&one.source));
        own.map(|desired| &desired.address)
    }

    /// What became of the creation, and whether there is anything now.
    async fn create(&self, first: &Prepared) -> (Shown, bool) {
        let help = "see the fault: it is what the operation on the kind came to";
        let failed = |what: String| (Err(Verdict::failed(what, help)), false);
        let survey = match self.stand.survey(first, Purpose::Compare).await {
            Ok(survey) => survey,
            Err(what) => return failed(what),
        };
        let desires_something = self.own(&survey).next().is_some();
        match self.stand.apply(survey.plan).await {
            Err(what) => failed(what),
            Ok(()) if desires_something => (Ok(()), true),
            Ok(()) => (Err(Verdict::skipped("it desires nothing with this section")), true),
        }
    }

    /// The next plan, which is empty.
    async fn again(&self, prepared: &Prepared) -> Result<Survey, Verdict> {
        let help = "have `discover` give back every input as the stage desires it, or mark what the service chooses \
                    as `x-computed`";
        let failed = |what: String| Verdict::failed(what, help);
        let survey = self.stand.survey(prepared, Purpose::Compare).await.map_err(failed)?;
        if survey.plan.is_empty() {
            return Ok(survey);
        }
        Err(failed(format!("the next plan is not empty: {}", words::changes(&survey.plan.changes))))
    }

    /// What others may refer to has the form that was described.
    async fn outputs(&self, prepared: &Prepared) -> Shown {
        if self.kinds.is_empty() {
            return Err(Verdict::skipped("it has no kind"));
        }
        let help = "have `outputs` fit the schema that `describe` gives for them";
        let survey = self.stand.survey(prepared, Purpose::Compare).await;
        let survey = survey.map_err(|what| Verdict::failed(what, help))?;
        let own: Vec<_> = survey.actual.values().filter(|live| self.kinds.contains(live.address.kind())).collect();
        if own.is_empty() {
            return Err(Verdict::skipped("there is none of its kinds"));
        }
        for live in own {
            let described = self.stand.kinds.description(live.address.kind());
            if let Some(misfit) = described.and_then(|kind| misfit(&kind.outputs, &live.outputs)) {
                return Err(Verdict::failed(format!("the outputs of `{}`: {misfit}", live.address), help));
            }
        }
        Ok(())
    }

    /// Gives the section other contents, and shows that this changes what it is about and nothing else.
    async fn turn(&self, contents: &Table, stands: bool, now: &mut Option<Prepared>) -> Shown {
        let failed = |what: String| Verdict::failed(what, format!("see `[{}]` in `{SCRIPT}`", name_of(stands)));
        let section = self.section.map(|section| (section, contents));
        let next = self.stand.bench.prepare(section).map_err(failed)?;
        let before = self.stand.survey(&next, Purpose::Compare).await.map_err(failed)?;
        let own: BTreeSet<&Address> = self.own(&before).collect();
        let is_own = |change: &&Change| own.contains(&change.address);
        let replaced = before.plan.changes.iter().filter(is_own).any(|change| change.verb.is_replacement());
        let is_right = if stands { before.plan.changes.iter().any(|change| is_own(&change)) } else { replaced };
        if !is_right {
            let what = if stands { "changes nothing of the plugin's" } else { "replaces nothing of the plugin's" };
            let told = words::changes(&before.plan.changes);
            return Err(failed(format!("it {what}{}", if told.is_empty() { told } else { format!(": {told}") })));
        }
        if let Some(other) = before.plan.changes.iter().find(|change| stands && change.verb != Verb::Update) {
            return Err(failed(format!("more happens than a change: {}", words::changes([other]))));
        }
        let plan = before.plan.clone();
        // Whatever becomes of it, this is what is to be taken down at the end.
        *now = Some(next.clone());
        self.stand.apply(plan).await.map_err(failed)?;
        let after = self.again(&next).await?;
        if stands { unmoved(&before, &after).map_err(failed) } else { Ok(()) }
    }
}

fn name_of(stands: bool) -> &'static str {
    if stands { "then" } else { "replaced" }
}

/// Everything is the same thing as before, and what the plan did not name is as it was.
fn unmoved(before: &Survey, after: &Survey) -> Result<(), String> {
    for (address, live) in &before.actual {
        let Some(now) = after.actual.get(address) else { return Err(format!("`{address}` is gone")) };
        if now.id != live.id {
            return Err(format!("`{address}` was `{}` and is `{}`: it was made anew", live.id, now.id));
        }
        let is_named = before.plan.changes.iter().any(|change| change.address == *address);
        if !is_named && now.inputs != live.inputs {
            let difference = words::difference(&live.inputs, &now.inputs).unwrap_or_default();
            return Err(format!("`{address}` has changed, and the plan did not say so, {difference}"));
        }
    }
    Ok(())
}
