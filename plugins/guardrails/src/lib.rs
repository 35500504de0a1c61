//! The plugin `guardrails`: rules that a plan must keep before it can be applied.
//!
//! It looks at everything that is desired, and makes and changes nothing. It never imports an AWS SDK, the engine or another
//! stage, and performs no input or output.

mod breach;
mod check;
mod config;
mod rules;
mod stage;

use deploy_plugin::{Host, Plugin};

fn plugin(_host: &Host) -> Plugin {
    Plugin::new("guardrails").stage(stage::Guardrails)
}

deploy_plugin::export! {
    manifest: include_str!("../plugin.toml"),
    plugin: plugin,
}

#[cfg(test)]
mod tests;
