//! What is to depend on nothing but the question: asked twice, and once more in a fresh process.

use std::sync::Arc;

use deploy_plugin::wire::{Call, Changes, Check, Desired, StageDescription, Transform};
use serde_json::Value;

use crate::case::{Shown, Verdict};
use crate::probe::Probe;
use crate::stand::Question;
use crate::subject::Subject;
use crate::words::difference;

/// What a stage is asked about one environment.
pub struct Pure {
    /// The plugin.
    pub subject: Arc<Subject>,
    /// The stage.
    pub stage: StageDescription,
    /// The environment.
    pub question: Question,
}

impl Pure {
    /// What it desires.
    pub fn desired(&self) -> Shown {
        let call = Desired {
            stage: self.stage.section.name.clone(),
            config: self.question.config.clone(),
            environment: self.question.context.clone(),
        };
        self.same(&call).map(drop)
    }

    /// What it changes of others, which is changed once.
    pub fn transform(&self) -> Shown {
        if !self.stage.methods.transform {
            return Err(Verdict::skipped("it asks not to be asked"));
        }
        let call = Transform {
            stage: self.stage.section.name.clone(),
            config: self.question.config.clone(),
            environment: self.question.context.clone(),
            blueprint: self.question.blueprint.clone().into(),
        };
        let first = parsed(self.same(&call)?)?;
        if !first.problems.is_empty() {
            let why = first.problems[0].to_string();
            return Err(Verdict::skipped(format!("it stands in the way of the environment: {why}")));
        }
        let mut changed = self.question.blueprint.clone();
        let _ = first.apply_to(&mut changed);
        let again = parsed(self.same(&Transform { blueprint: changed.into(), ..call })?)?;
        let put = again.put.desired.iter().map(|desired| desired.address.to_string());
        let gone = again.removed.iter().map(ToString::to_string);
        match put.chain(gone).next() {
            None => Ok(()),
            Some(address) => Err(Verdict::failed(
                format!("changes `{address}` again when it has changed it already"),
                "look whether what it adds is there: a plan is made more than once",
            )),
        }
    }

    /// What it finds in a plan.
    pub fn check(&self) -> Shown {
        if !self.stage.methods.check {
            return Err(Verdict::skipped("it asks not to be asked"));
        }
        let Some(plan) = &self.question.plan else {
            return Err(Verdict::skipped("there is no plan: see `inputs`"));
        };
        let call = Check {
            stage: self.stage.section.name.clone(),
            config: self.question.config.clone(),
            plan: plan.clone(),
            desired: self.question.desired.clone(),
            answers: self.question.answers.clone(),
        };
        self.same(&call).map(drop)
    }

    /// The answer, which is the same twice and in a fresh process, and for which nothing was called.
    fn same<C: Call>(&self, call: &C) -> Result<Value, Verdict> {
        let help = "let the answer follow from the question alone: no clock, no file, no variable, no memory, no call";
        let failed = |what: String| Verdict::failed(what, help);
        let (mut probe, _) = Probe::introduced(&self.subject).map_err(failed)?;
        let first = probe.expect(call).map_err(failed)?;
        let again = probe.expect(call).map_err(failed)?;
        let (mut anew, _) = Probe::introduced(&self.subject).map_err(failed)?;
        let fresh = anew.expect(call).map_err(failed)?;
        for (when, other) in [("when it is asked again", &again), ("in a fresh process", &fresh)] {
            if let Some(difference) = difference(&first, other) {
                return Err(failed(format!("answers `{}` in another way {when}, {difference}", C::METHOD)));
            }
        }
        match probe.asked.first().or(anew.asked.first()) {
            Some(method) => Err(failed(format!("calls `{method}` to answer `{}`", C::METHOD))),
            None => Ok(first),
        }
    }
}

fn parsed(answer: Value) -> Result<Changes, Verdict> {
    serde_json::from_value(answer).map_err(|error| {
        let what = format!("answers `{}` in another form: {error}", Transform::METHOD);
        Verdict::failed(what, "answer with `desired`, `given`, `queries`, `removed` and `problems`")
    })
}
