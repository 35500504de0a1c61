//! The stage: what it makes itself, and what it adds to the tasks of others.

use deploy_kinds::secrets::Parameter;
use deploy_plugin::model::{KeyPath, Problem};
use deploy_plugin::{Blueprint, Graph, Methods, Resource, Stage, StageContext};

use crate::config::Config;
use crate::{check, join, output};

/// The owner of the section `[sidecar]`.
pub struct Sidecars;

impl Stage for Sidecars {
    const NAME: &'static str = "sidecar";
    const METHODS: Methods = Methods { transform: true, ..Methods::NONE };
    type Config = Config;

    fn desired(&self, config: &Config, cx: &StageContext, graph: &mut Graph) {
        for (name, sidecar) in &config.containers {
            let path = path_of(name);
            check::alone(name, sidecar, &path, graph);
            output::add(name, sidecar, &path, cx, graph);
            // What belongs to others is looked at, so that the plan can tell whether the tasks may read it.
            for secret in sidecar.secrets.variables().into_iter().filter(|secret| secret.is_arn()) {
                let kind = Parameter::KIND.parse().expect("a kind's name is a constant");
                graph.query(&kind, secret.secret, path.child("secrets").child(secret.at));
            }
        }
        output::must_differ(config, cx, graph);
    }

    fn transform(&self, config: &Config, cx: &StageContext, blueprint: &mut Blueprint) -> Result<(), Vec<Problem>> {
        let problems = join::join(config, cx, blueprint);
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }
}

/// The key of a sidecar's table.
pub fn path_of(name: &str) -> KeyPath {
    KeyPath::of([Sidecars::NAME, "containers", name])
}
