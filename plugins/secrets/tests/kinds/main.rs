//! The kind `secrets.parameter` on the embedded AWS, in either store.

mod parameter;
mod secret;

use deploy_plugin::Context;
use deploy_plugin::model::{Address, Owner};

fn owner() -> Owner {
    Owner { application: "shop".into(), environment: "dev".into() }
}

fn context() -> Context {
    Context::quiet(owner())
}

fn address(name: &str) -> Address {
    format!("secrets.parameter.{name}").parse().expect("an address")
}
