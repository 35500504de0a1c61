//! The stage `network` as a dynamic library: what is built in, behind the border that plugins of others are behind.

use deploy_plugin::{Host, Plugin};

fn plugin(host: &Host) -> Plugin {
    deploy_network::plugin(&deploy_testing::hosted(host))
}

deploy_plugin::export! {
    manifest: include_str!("plugin.toml"),
    plugin: plugin,
}
