//! The engine at work on the whole environment, the plugin's part in it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use deploy_engine::{
    Actual, Approval, Event, Intent, Kinds, Lag, Observer, Run, Search, Stakes, apply, approve, ask, blueprint,
    check_inputs, check_references, desired_at, discover, doubts, findings, plan, unconditional, with_answers,
};
use deploy_model::{Address, Owner, Plan};
use deploy_plugin::{Answers, AnyStage, Blueprint, Context, Graph, Outlook, Purpose, StageContext};
use serde_json::Value;

use crate::bench::{Bench, Prepared};
use crate::canary::Heard;
use crate::{placeholder, words};

/// The longest pause between two attempts. Nobody else is at work here, so that nothing takes minutes.
const LONGEST_PAUSE: Duration = Duration::from_millis(250);

/// The engine, with the kinds of this run.
pub struct Stand<'a> {
    /// Where the plugin meets the others.
    pub bench: &'a dyn Bench,
    /// All kinds.
    pub kinds: Kinds,
    /// What came from the plugin.
    pub heard: Heard,
    runs: AtomicU32,
}

/// What a stage is asked about one environment.
#[derive(Clone, Debug)]
pub struct Question {
    /// The stage's section.
    pub config: Value,
    /// The environment.
    pub context: StageContext,
    /// What all stages desire, before any changes it.
    pub blueprint: Blueprint,
    /// The plan that follows, if there is one.
    pub plan: Option<Plan>,
    /// What there is once it is carried out.
    pub desired: BTreeMap<Address, Value>,
    /// What became of the questions of all stages.
    pub answers: Answers,
}

/// What is there, compared with what shall be.
#[derive(Debug)]
pub struct Survey {
    /// What is there.
    pub actual: Actual,
    /// What shall be.
    pub blueprint: Blueprint,
    /// The way from one to the other.
    pub plan: Plan,
    /// The inputs of everything that shall be.
    pub desired: BTreeMap<Address, Value>,
    /// What became of the questions.
    pub answers: Answers,
}

impl<'a> Stand<'a> {
    /// An engine with these kinds.
    pub fn new(bench: &'a dyn Bench, kinds: Kinds, heard: Heard) -> Self {
        Self { bench, kinds, heard, runs: AtomicU32::new(1) }
    }

    /// What all stages desire, before any changes it.
    pub fn untouched(&self, prepared: &Prepared) -> Result<Blueprint, String> {
        let mut graph = Graph::new();
        for stage in self.bench.registry().stages() {
            let section = prepared.sections.get(stage.name()).unwrap_or(&Value::Null);
            stage.desired(section, &prepared.context, &mut graph).map_err(|fault| words::of_fault(&fault))?;
        }
        graph.finish().map_err(|problems| words::several(problems.iter().map(ToString::to_string)))
    }

    /// What the stages desire together, checked as the tool does it. One of them is left out where its section says nothing.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn wanted(&self, prepared: &Prepared, without: Option<&str>) -> Result<Blueprint, String> {
        let Prepared { sections, context } = prepared;
        let unsound = |unsound| words::unsound(&unsound);
        let mut wanted = blueprint(&self.stages(without), sections, context).map_err(unsound)?;
        placeholder::fill(&mut wanted);
        check_references(&wanted, &self.kinds).map_err(|problems| words::unsound(&problems.into()))?;
        check_inputs(&wanted, &self.kinds).map_err(unsound)?;
        Ok(wanted)
    }

    fn stages(&self, without: Option<&str>) -> Vec<Arc<dyn AnyStage>> {
        let mut stages = self.bench.registry().stages();
        stages.retain(|stage| Some(stage.name()) != without);
        stages
    }

    /// Looks at what is there and makes the plan.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn survey(&self, prepared: &Prepared, purpose: Purpose) -> Result<Survey, String> {
        self.survey_without(prepared, purpose, None).await
    }

    /// The same where the stage of one section desires nothing any more.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn survey_without(
        &self,
        prepared: &Prepared,
        purpose: Purpose,
        without: Option<&str>,
    ) -> Result<Survey, String> {
        let survey = self.looked(prepared, purpose, without).await;
        match &survey {
            Ok(survey) => self.note("an answer about what is there", &survey.actual),
            Err(error) => self.heard.note("an error", error),
        }
        survey
    }

    async fn looked(&self, prepared: &Prepared, purpose: Purpose, without: Option<&str>) -> Result<Survey, String> {
        let Prepared { sections, context } = prepared;
        let stages = self.stages(without);
        let unsound = |unsound| words::unsound(&unsound);
        let wanted = self.wanted(prepared, without)?;
        let cx = Context::quiet(context.owner.clone());
        let search = Search { prefix: &context.prefix, blueprint: &wanted, purpose };
        let actual = discover(&self.kinds, &cx, search, &self.observer()).await;
        let actual = actual.map_err(|error| words::undiscovered(&error))?;
        let doubts = doubts(&self.kinds, &cx, search).await.map_err(|error| words::undiscovered(&error))?;
        if !doubts.is_empty() {
            return Err(words::several(doubts.iter().map(ToString::to_string)));
        }
        let is_destroyed = purpose == Purpose::Delete;
        let answers = if is_destroyed { Answers::default() } else { ask(&self.kinds, &cx, &wanted).await };
        let wanted = with_answers(&wanted, &stages, sections, &answers, &self.kinds).map_err(unsound)?;
        let intent = Intent {
            owner: &context.owner,
            place: self.bench.place(),
            configuration: "conformance",
            blueprint: &wanted,
            destroy: is_destroyed,
            origin: &|_| None,
        };
        let mut plan = plan(&intent, &actual, &self.kinds).map_err(|error| error.to_string())?;
        let desired = if is_destroyed { BTreeMap::new() } else { desired_at(&wanted, &plan.place) };
        let outlook = Outlook { plan: &plan, desired: &desired, answers: &answers };
        plan.findings = findings(&stages, sections, &outlook).map_err(unsound)?;
        Ok(Survey { actual, blueprint: wanted, plan, desired, answers })
    }

    /// Carries a plan out.
    ///
    /// # Errors
    /// What stands in its way, or the steps that failed.
    pub async fn apply(&self, plan: Plan) -> Result<(), String> {
        if plan.is_blocked() {
            return Err(words::several(plan.blocks().map(|block| format!("{}: {}", block.address, block.message))));
        }
        let Owner { application, environment } = &plan.owner;
        let prefix = format!("{application}-{environment}");
        let stakes = Stakes::of(&plan, false);
        let approved = approve(plan, stakes, false, Approval::Named).map_err(|refusal| refusal.to_string())?;
        let run = Run {
            kinds: self.kinds.clone(),
            observer: Arc::new(self.observer()),
            sleep: Arc::new(|pause: Duration| Box::pin(tokio::time::sleep(pause.min(LONGEST_PAUSE)))),
            cancelled: Arc::default(),
            permit: unconditional(),
            name: self.run_name(),
            lag: Lag::NONE,
            prefix,
        };
        let report = apply(&approved, &run).await;
        if report.failed.is_empty() {
            return Ok(());
        }
        let failures = report.failed.iter();
        Err(words::several(
            failures.map(|failure| format!("`{}`: {}", failure.address, words::of_fault(&failure.fault))),
        ))
    }

    /// A context for one operation outside of a plan.
    pub fn operation(&self, prepared: &Prepared) -> Context {
        Context::new(prepared.context.owner.clone(), self.run_name(), Arc::new(|_| ()), Arc::default())
    }

    fn run_name(&self) -> String {
        format!("conformance-{}", self.runs.fetch_add(1, Ordering::Relaxed))
    }

    /// Whatever is said in the course of a run is looked at.
    fn observer(&self) -> impl Observer + use<> {
        let heard = self.heard.clone();
        move |event: &Event| {
            let place = match event {
                Event::StepProgress { .. } | Event::StepCheckpoint { .. } => "what it says of its progress",
                Event::StepFailed { .. } | Event::StepRetried { .. } => "an error",
                _ => "an answer",
            };
            heard.note(place, &serde_json::to_string(event).expect("an event is plain data"));
        }
    }

    fn note(&self, place: &str, actual: &Actual) {
        let lives: Vec<_> = actual.values().collect();
        self.heard.note(place, &serde_json::to_string(&lives).expect("what is there is plain data"));
    }
}
