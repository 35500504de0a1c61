//! What a value costs besides being stored.

use super::Before;
use crate::{Secret, put};

/// Whether a value makes a parameter advanced that was none: it is charged for from then on, and never becomes a
/// standard one again.
/// Source: <https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html>
pub fn makes_advanced(value: &Secret, before: Option<&Before>) -> bool {
    put::makes_advanced(value, before.map(|Before(metadata)| metadata))
}
