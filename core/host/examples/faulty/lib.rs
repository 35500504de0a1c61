//! A plugin that breaks in every way that a plugin can break, when and how a file in its folder says.
//!
//! Its one kind keeps its resources in files, so that what was made outlives the process that made it. For the tests.

#![allow(unsafe_code, clippy::print_stdout, clippy::print_stderr, reason = "it is there to break the rules")]

mod cloud;
mod faults;
mod thing;

use std::collections::BTreeMap;
use std::sync::Once;

use deploy_plugin::model::{Finding, KeyPath, Problem};
use deploy_plugin::{Blueprint, Host, Outlook, Plugin, Stage, StageContext};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::thing::{Thing, Things};

/// The section: things by name, with their size.
#[derive(Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    things: BTreeMap<String, u32>,
}

/// The stage, which owns the section `faulty`.
pub struct Faulty;

impl Stage for Faulty {
    const NAME: &'static str = "faulty";
    type Config = Config;

    fn desired(&self, config: &Config, _: &StageContext, graph: &mut deploy_plugin::Graph) {
        faults::at("desired");
        for (name, size) in &config.things {
            let source = KeyPath::of([Self::NAME, "things", name]);
            let _ = graph.add(name, source, &Thing { name: name.clone(), size: *size, note: None });
        }
    }

    fn transform(&self, _: &Config, _: &StageContext, blueprint: &mut Blueprint) -> Result<(), Vec<Problem>> {
        if faults::at("transform").as_deref() == Some("much") {
            let note = Some("x".repeat(17 * 1024 * 1024));
            blueprint.change_all(|_, thing: &mut Thing| thing.note.clone_from(&note));
        }
        Ok(())
    }

    fn check(&self, _: &Config, _: &Outlook<'_>) -> Vec<Finding> {
        faults::at("check");
        Vec::new()
    }
}

/// Tells that the process has ended by itself.
extern "C" fn farewell() {
    let _ = std::fs::write("farewell", "");
}

fn plugin(host: &Host) -> Plugin {
    static BEGIN: Once = Once::new();
    // SAFETY: the function is there for as long as the library is, which is never unloaded.
    BEGIN.call_once(|| {
        let _ = unsafe { libc::atexit(farewell) };
    });
    faults::at("describe");
    let plugin = Plugin::new("faulty").stage(Faulty).kind(Things(host.clone()));
    if faults::is_moody() { plugin.kind(thing::Others) } else { plugin }
}

deploy_plugin::export! {
    manifest: "name = 'faulty'\nversion = '1.0.0'\nlibrary = 'faulty'\nscopes = ['secret:KEY']",
    plugin: plugin,
}
