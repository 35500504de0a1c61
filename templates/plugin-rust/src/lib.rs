//! The plugin `{{name}}`: a log group of its own for every environment.

use deploy_kinds::ecs::LogGroup;
use deploy_plugin::model::KeyPath;
use deploy_plugin::schemars::{self, JsonSchema};
use deploy_plugin::{Graph, Host, Plugin, Stage, StageContext};
use serde::{Deserialize, Serialize};

/// The section `[{{name}}]` of the environment files.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// For how many days the log is kept.
    retention_days: i32,
}

impl Default for Config {
    fn default() -> Self {
        Self { retention_days: 30 }
    }
}

/// The stage, which owns the section.
pub struct {{Name}}Stage;

impl Stage for {{Name}}Stage {
    const NAME: &'static str = "{{name}}";
    type Config = Config;

    fn desired(&self, config: &Config, cx: &StageContext, graph: &mut Graph) {
        // What begins with the environment's prefix is found again, whatever becomes of this plugin.
        let name = cx.name("{{name}}");
        let log = LogGroup {
            tags: cx.tags_named(&name),
            name,
            retention_days: Some(config.retention_days),
            kms_key: None,
        };
        let section = KeyPath::of([Self::NAME]);
        let _ = graph.add("{{name}}", section.clone(), &log).field("retention_days", section.child("retention_days"));
    }
}

fn plugin(_host: &Host) -> Plugin {
    Plugin::new("{{name}}").stage({{Name}}Stage)
}

deploy_plugin::export! {
    manifest: include_str!("../plugin.toml"),
    plugin: plugin,
}

#[cfg(test)]
mod tests {
    use deploy_plugin::model::Owner;

    use super::*;

    #[test]
    fn the_log_is_named_after_the_environment() {
        let cx = StageContext {
            owner: Owner { application: "shop".into(), environment: "dev".into() },
            prefix: "shop-dev".into(),
            tags: Default::default(),
        };
        let mut graph = Graph::new();
        Stage::desired(&{{Name}}Stage, &Config::default(), &cx, &mut graph);
        let blueprint = graph.finish().expect("nothing is wrong with it");
        let (_, log) = blueprint.all::<LogGroup>().next().expect("a log group");
        assert_eq!((log.name.as_str(), log.retention_days), ("shop-dev-{{name}}", Some(30)));
    }
}
