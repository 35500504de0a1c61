//! All cases, one after the other.

use std::collections::BTreeSet;
use std::sync::Arc;

use deploy_engine::Kinds;
use deploy_model::KindName;
use deploy_plugin::Purpose;
use deploy_plugin::wire::{Description, StageDescription};

use crate::bench::{Bench, Prepared};
use crate::canary::Heard;
use crate::case::{
    AGAIN, CANCEL, CHECK, CREATE, Case, DEADLINE, DELETE, DESCRIBE, DESIRED, DROPPED, END_OF_INPUT, GARBAGE, GONE,
    HANDSHAKE, INPUTS, ONCE, OUTPUTS, OVERSIZED, Outcome, REPLACE, SECRETS, SECTION, SHUTDOWN, Shown, TRANSFORM, TWICE,
    UNKNOWN_FIELD, UNKNOWN_METHOD, UPDATE, VERSIONS, Verdict,
};
use crate::double::Doubles;
use crate::life::Life;
use crate::pure::Pure;
use crate::stand::{Question, Stand};
use crate::subject::Subject;
use crate::{described, handshake, manners, patience, remains};

/// What a run of the suite needs.
pub struct Context<'a> {
    /// The plugin.
    pub subject: Arc<Subject>,
    /// What it says of itself and where it meets the others, or why the host cannot start it.
    pub bench: Result<(Description, &'a dyn Bench), String>,
    /// What the host hears of it.
    pub heard: Heard,
    /// Hears of each case as soon as something has become of it.
    pub hear: &'a dyn Fn(&Outcome),
}

/// A case that speaks to the plugin itself.
type Spoken = (Case, fn(&Subject) -> Shown);

/// A case that asks a stage.
type Asked = (Case, fn(&Pure) -> Shown);
/// A case that asks for an operation.
type Patient = (Case, fn(&Subject, &Description, &str) -> Shown);

const FIRST: [Spoken; 3] =
    [(HANDSHAKE, handshake::handshake), (VERSIONS, handshake::versions), (DESCRIBE, described::describe)];
const MANNERS: [Spoken; 6] = [
    (UNKNOWN_METHOD, manners::unknown_method),
    (UNKNOWN_FIELD, manners::unknown_field),
    (GARBAGE, manners::garbage),
    (OVERSIZED, manners::oversized),
    (SHUTDOWN, manners::shutdown),
    (END_OF_INPUT, manners::end_of_input),
];

/// Shows every case. What came out is in their order.
pub async fn run(context: Context<'_>) -> Vec<Outcome> {
    let mut told = Told { outcomes: Vec::new(), hear: context.hear };
    speak(&context.subject, &FIRST, &mut told).await;
    match &context.bench {
        Err(why) => {
            speak(&context.subject, &[(SECTION, described::section_alone)], &mut told).await;
            speak(&context.subject, &MANNERS, &mut told).await;
            let rest = [
                INPUTS, DESIRED, TRANSFORM, CHECK, DEADLINE, CANCEL, CREATE, AGAIN, OUTPUTS, UPDATE, REPLACE, DROPPED,
                DELETE, GONE, TWICE, ONCE, SECRETS,
            ];
            rest.into_iter().for_each(|case| told.tell(case.is(Verdict::skipped(why.clone()))));
        }
        Ok((description, bench)) => in_full(&context, description, *bench, &mut told).await,
    }
    told.outcomes
}

async fn in_full(context: &Context<'_>, description: &Description, bench: &dyn Bench, told: &mut Told<'_>) {
    let doubles = Doubles::default();
    let own: BTreeSet<KindName> = description.kinds.iter().map(|kind| kind.name.clone()).collect();
    let kinds = bench.registry().kinds().into_iter();
    let doubled = kinds.map(|kind| if own.contains(&kind.describe().name) { doubles.around(kind) } else { kind });
    let stand = Stand::new(bench, Kinds::new(doubled), context.heard.clone());
    let stage = description.stages.first();
    told.tell(SECTION.shown(described::section(description)));
    let first = prepared(&stand, context, stage);
    let asked = match &first {
        Ok(first) => question(&stand, first, stage).await,
        Err(what) => Err(what.clone()),
    };
    let help = "see which key or field it is about";
    told.tell(INPUTS.shown(asked.as_ref().map(drop).map_err(|what| Verdict::failed(what.clone(), help))));
    purity(context, stage, asked.as_ref().ok(), told).await;
    speak(&context.subject, &MANNERS, told).await;
    patiently(context, description, &bench.services().region(), told).await;
    let script = &context.subject.script;
    let section = stage.map(|stage| stage.section.name.as_str());
    let life = Life { stand: &stand, script, section, kinds: &own };
    let now = match (first, asked) {
        (Ok(first), Ok(_)) => {
            let lived = life.begin(first).await;
            lived.outcomes.into_iter().for_each(|outcome| told.tell(outcome));
            lived.now
        }
        _ => {
            let untold = [CREATE, AGAIN, OUTPUTS, UPDATE, REPLACE, DROPPED];
            untold.into_iter().for_each(|case| told.tell(case.is(Verdict::skipped("there is no plan: see `inputs`"))));
            None
        }
    };
    remains::end(&stand, now.as_ref(), &own).await.into_iter().for_each(|outcome| told.tell(outcome));
    told.tell(remains::once(&stand, &own, &doubles));
    told.tell(SECRETS.shown(secrets(context)));
}

/// What the files say with the first contents of the section.
fn prepared(stand: &Stand<'_>, context: &Context<'_>, stage: Option<&StageDescription>) -> Result<Prepared, String> {
    let first = &context.subject.script.first;
    stand.bench.prepare(stage.map(|stage| (stage.section.name.as_str(), first)))
}

/// What the stage is asked, once it is known that what it desires can be planned.
async fn question(stand: &Stand<'_>, first: &Prepared, stage: Option<&StageDescription>) -> Result<Question, String> {
    let untouched = stand.untouched(first)?;
    let survey = stand.survey(first, Purpose::Compare).await?;
    let name = stage.map(|stage| stage.section.name.as_str()).unwrap_or_default();
    Ok(Question {
        config: first.sections.get(name).cloned().unwrap_or_default(),
        context: first.context.clone(),
        blueprint: untouched,
        plan: Some(survey.plan),
        desired: survey.desired,
        answers: survey.answers,
    })
}

async fn purity(
    context: &Context<'_>,
    stage: Option<&StageDescription>,
    question: Option<&Question>,
    told: &mut Told<'_>,
) {
    let cases: [Asked; 3] = [(DESIRED, Pure::desired), (TRANSFORM, Pure::transform), (CHECK, Pure::check)];
    for (case, show) in cases {
        let shown = match (stage, question) {
            (None, _) => Err(Verdict::skipped("it has no stage")),
            (_, None) => Err(Verdict::skipped("there is nothing to ask about: see `inputs`")),
            (Some(stage), Some(question)) => {
                let (subject, stage, question) = (Arc::clone(&context.subject), stage.clone(), question.clone());
                aside(move || show(&Pure { subject, stage, question })).await
            }
        };
        told.tell(case.shown(shown));
    }
}

async fn patiently(context: &Context<'_>, description: &Description, region: &str, told: &mut Told<'_>) {
    let cases: [Patient; 2] = [(DEADLINE, patience::deadline), (CANCEL, patience::cancel)];
    for (case, show) in cases {
        let (subject, description, region) = (Arc::clone(&context.subject), description.clone(), region.to_owned());
        told.tell(case.shown(aside(move || show(&subject, &description, &region)).await));
    }
}

async fn speak(subject: &Arc<Subject>, cases: &[Spoken], told: &mut Told<'_>) {
    for (case, show) in cases {
        let (subject, show) = (Arc::clone(subject), *show);
        told.tell(case.shown(aside(move || show(&subject)).await));
    }
}

fn secrets(context: &Context<'_>) -> Shown {
    let places = context.heard.places();
    if !places.is_empty() {
        let what = format!("what it was given stands in {}", places.join(" and in "));
        return Err(Verdict::failed(what, "say the name of a key or a secret, never its value"));
    }
    if context.subject.manifest.scopes.is_empty() {
        return Err(Verdict::skipped("its manifest names no scope, so that it is given nothing"));
    }
    Ok(())
}

/// Runs what waits for a process, while whoever answers that process goes on.
async fn aside(show: impl FnOnce() -> Shown + Send + 'static) -> Shown {
    tokio::task::spawn_blocking(show).await.unwrap_or_else(|_| Err(Verdict::skipped("the suite itself is broken")))
}

/// What has become of the cases so far, and who hears of it.
struct Told<'a> {
    outcomes: Vec<Outcome>,
    hear: &'a dyn Fn(&Outcome),
}

impl Told<'_> {
    fn tell(&mut self, outcome: Outcome) {
        (self.hear)(&outcome);
        self.outcomes.push(outcome);
    }
}
