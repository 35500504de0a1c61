//! Asking which inputs differ.

use deploy_model::FieldChange;

/// Whether `changes` touch the input `field` or something inside it.
pub(crate) fn touch(changes: &[FieldChange], field: &str) -> bool {
    changes.iter().any(|change| is_in(change, field))
}

/// Whether `changes` touch nothing but the input `field`.
pub(crate) fn touch_only(changes: &[FieldChange], field: &str) -> bool {
    changes.iter().all(|change| is_in(change, field))
}

fn is_in(change: &FieldChange, field: &str) -> bool {
    change.path.segments().first().is_some_and(|first| first == field)
}
