//! The kinds of the stage `secrets`: parameters, of either store, and the keys that encrypt them.
//!
//! No type here holds a value.

mod key;
mod ownership;
mod parameter;
mod store;
mod version_name;

pub use key::{Key, KeyOutputs};
pub use ownership::Ownership;
pub use parameter::{Parameter, ParameterOutputs};
pub use store::{Place, Store};
pub use version_name::VersionName;
