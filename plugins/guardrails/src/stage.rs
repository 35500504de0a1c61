//! The stage: desires nothing, and looks at every plan.

use deploy_plugin::model::Finding;
use deploy_plugin::{Graph, Methods, Outlook, Stage, StageContext};

use crate::breach::Breach;
use crate::check;
use crate::config::{Config, Level};
use crate::rules::RULES;

/// The owner of the section `[guardrails]`.
pub struct Guardrails;

impl Stage for Guardrails {
    const NAME: &'static str = "guardrails";
    const METHODS: Methods = Methods { check: true, ..Methods::NONE };
    type Config = Config;

    fn desired(&self, config: &Config, _cx: &StageContext, graph: &mut Graph) {
        check::section(config, graph);
    }

    fn check(&self, config: &Config, outlook: &Outlook<'_>) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (rule, breaches) in RULES {
            let level = config.level_of(rule);
            if level == Level::Off {
                continue;
            }
            let is_exempt = |breach: &Breach| {
                config.exempt.get(&breach.address.to_string()).is_some_and(|rules| rules.contains(&rule))
            };
            let breaches = breaches(config, outlook).into_iter().filter(|breach| !is_exempt(breach));
            findings.extend(breaches.filter_map(|breach| breach.finding(rule, level)));
        }
        findings
    }
}
