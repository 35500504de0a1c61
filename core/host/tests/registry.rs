//! What happens to plugins that claim too much, and to kinds that panic.

use deploy_host::Registry;
use deploy_model::{Address, Fault, FieldChange, Owner};
use deploy_plugin::{Context, Found, Kind, Made, Plugin, Purpose, Resource, Scope};
use futures::executor::block_on;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Nothing {}

impl Resource for Nothing {
    const KIND: &'static str = "test.nothing";
    type Outputs = ();
}

struct Panics;

impl Kind for Panics {
    type Inputs = Nothing;

    async fn discover(&self, _: &Context, _: &Scope) -> Result<Vec<Found<Nothing>>, Fault> {
        panic!("hunter2")
    }

    async fn create(&self, _: &Context, _: &Address, _: Nothing) -> Result<Made<()>, Fault> {
        panic!("hunter2")
    }

    async fn update(&self, _: &Context, _: Found<Nothing>, _: Nothing, _: &[FieldChange]) -> Result<Made<()>, Fault> {
        panic!("hunter2")
    }

    async fn delete(&self, _: &Context, _: Found<Nothing>) -> Result<(), Fault> {
        panic!("hunter2")
    }
}

#[test]
fn two_plugins_with_one_kind_are_refused_by_name() {
    let plugins = [Plugin::new("one").kind(Panics), Plugin::new("two").kind(Panics)];
    let clash = Registry::new(plugins).err().expect("a clash");
    assert_eq!(clash.to_string(), "the plugins `one` and `two` both claim the kind `test.nothing`");
}

#[test]
fn a_panic_is_a_fault_and_its_words_stay_inside() {
    let registry = Registry::new([Plugin::new("one").kind(Panics)]).expect("no clash");
    let owner = Owner { application: "shop".into(), environment: "dev".into() };
    let scope = Scope { owner: owner.clone(), prefix: String::new(), wanted: Vec::new(), purpose: Purpose::Compare };
    let kind = registry.kinds().remove(0);
    let fault = block_on(kind.discover(&Context::quiet(owner), &scope)).expect_err("a fault");
    assert_eq!(fault.message, "the plugin of `test.nothing` panicked");
}
