//! The plugin `sidecar`: containers that run beside those of every service, or of some.
//!
//! It adds to what the stage `ecs` desires and makes nothing by itself but log groups. It never imports an AWS SDK, the
//! engine or another stage, and performs no input or output.

mod check;
mod config;
mod container;
mod join;
mod meaning;
mod output;
mod stage;

use deploy_plugin::{Host, Plugin};

fn plugin(_host: &Host) -> Plugin {
    Plugin::new("sidecar").stage(stage::Sidecars)
}

deploy_plugin::export! {
    manifest: include_str!("../plugin.toml"),
    plugin: plugin,
}

#[cfg(test)]
mod tests;
