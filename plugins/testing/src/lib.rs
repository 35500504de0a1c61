//! What the tests of the stages share.
//!
//! An AWS within the test that remembers what it was asked, and kinds driven as the engine drives them. No part of
//! the program depends on it.

mod aws;
mod driver;
mod hosted;

pub use aws::Aws;
pub use driver::Driver;
pub use hosted::hosted;
