//! The plugin `bucket`: S3 buckets, and what roles and services need to use them.
//!
//! The section `[bucket]` names buckets. For each the stage desires a `bucket.bucket`, puts a policy into the roles that
//! may read or write it, and its name into the environment of the services that are to know it. The kind finds, makes,
//! changes and deletes the buckets, with an SDK of its own.
//!
//! It is written against what every author of a plugin has, `deploy-plugin` and `deploy-kinds`. It reads no settings and
//! no profiles: region, endpoint and credentials come from its host. It never deletes an object.

mod access;
mod bucket;
mod calls;
mod config;
mod fault;
mod kind;
mod name;
mod others;
mod reading;
mod s3;
mod stage;
mod template;
mod variable;

#[cfg(test)]
mod tests;

use deploy_plugin::{Host, Plugin};

fn plugin(host: &Host) -> Plugin {
    Plugin::new("bucket").stage(stage::BucketStage).kind(kind::BucketKind::new(host))
}

deploy_plugin::export! {
    manifest: include_str!("../plugin.toml"),
    plugin: plugin,
}
