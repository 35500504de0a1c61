//! Refusals that time alone heals, although their codes do not say so.

use deploy_model::{Fault, FaultKind, Retry};

/// What ECS answers, under the codes `InvalidParameterException` and `ClientException`, while something
/// it stands on is still on its way. There is nothing but the text to tell these from lasting refusals.
///
/// - a role that IAM has just made and that is not known everywhere yet;
/// - a service of the same name that is still draining;
/// - the service-linked role, which the first cluster of an account calls into being.
const PASSING: [&str; 4] =
    ["unable to assume the role", "still draining", "service linked role", "service-linked role"];

/// Marks the refusals that are worth another try.
pub(crate) fn settling(fault: Fault) -> Fault {
    let message = fault.message.to_lowercase();
    if fault.kind == FaultKind::Invalid && PASSING.iter().any(|text| message.contains(text)) {
        return Fault { kind: FaultKind::Conflict, retry: Retry::Later, ..fault };
    }
    fault
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_passes_is_tried_again() {
        let draining = Fault::new(FaultKind::Invalid, "Unable to Start a service that is still Draining.");
        assert_eq!(settling(draining).retry, Retry::Later);
        let lasting = Fault::new(FaultKind::Invalid, "Subnet does not exist");
        assert_eq!(settling(lasting.clone()), lasting);
    }
}
