//! Calls that fail on purpose: which ones, how often, and whether they took effect all the same.

use deploy_policy::wildcard::Pattern;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The next calls of an operation fail. As text: `ec2:CreateVpc/error-after/2`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Service and operation, with `*` and `?`: `ec2:CreateVpc`, `ssm:*`, `*:Create*`.
    pub operation: String,
    /// How they fail.
    pub outcome: Outcome,
    /// How many more calls fail.
    pub times: u32,
}

/// How a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Refused as one call too many.
    Throttle,
    /// The service fails (500) before it did anything.
    ErrorBefore,
    /// The service fails (500) after it did everything: the answer is lost.
    ErrorAfter,
    /// The service is unavailable (503) before it did anything.
    UnavailableBefore,
    /// The service is unavailable (503) after it did everything: the answer is lost.
    UnavailableAfter,
}

impl Outcome {
    const ALL: [(Outcome, &str); 5] = [
        (Outcome::Throttle, "throttle"),
        (Outcome::ErrorBefore, "error-before"),
        (Outcome::ErrorAfter, "error-after"),
        (Outcome::UnavailableBefore, "unavailable-before"),
        (Outcome::UnavailableAfter, "unavailable-after"),
    ];

    fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(outcome, _)| *outcome == self).map_or("", |(_, name)| name)
    }
}

impl Fault {
    /// Whether it is about this operation: `ec2:CreateVpc`.
    pub(crate) fn is_about(&self, operation: &str) -> bool {
        self.times > 0 && Pattern::plain(&self.operation).matches(operation)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}/{}", self.operation, self.outcome.name(), self.times)
    }
}

impl FromStr for Fault {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts: Vec<&str> = text.split('/').collect();
        let (operation, outcome, times) = match parts[..] {
            [operation, outcome] => (operation, outcome, "1"),
            [operation, outcome, times] => (operation, outcome, times),
            _ => return Err(format!("'{text}' is not OPERATION/OUTCOME/TIMES: ec2:CreateVpc/error-after/1")),
        };
        if !operation.contains(':') {
            return Err(format!("'{operation}' names no service: ec2:{operation}"));
        }
        let known = Outcome::ALL.into_iter().find(|(_, name)| *name == outcome);
        let (outcome, _) = known.ok_or_else(|| {
            let names: Vec<&str> = Outcome::ALL.iter().map(|(_, name)| *name).collect();
            format!("'{outcome}' is no outcome: {}", names.join(", "))
        })?;
        let times = times.parse().ok().filter(|times| *times > 0);
        let times = times.ok_or_else(|| format!("'{text}' does not end in a number of calls"))?;
        Ok(Fault { operation: operation.to_owned(), outcome, times })
    }
}

#[cfg(test)]
mod tests {
    use super::{Fault, Outcome};

    #[test]
    fn a_fault_is_written_as_it_is_read() {
        for text in ["ec2:CreateVpc/throttle/1", "*:Create*/error-after/3"] {
            assert_eq!(text.parse::<Fault>().map(|fault| fault.to_string()), Ok(text.to_owned()));
        }
        let fault: Fault = "ssm:*/unavailable-before".parse().expect("one call");
        assert_eq!((fault.outcome, fault.times), (Outcome::UnavailableBefore, 1));
        assert!(fault.is_about("ssm:PutParameter") && !fault.is_about("ecs:CreateCluster"));
    }

    #[test]
    fn what_is_no_fault_is_explained() {
        for (text, words) in [
            ("ec2:CreateVpc", "OPERATION/OUTCOME/TIMES"),
            ("CreateVpc/throttle/1", "names no service"),
            ("ec2:CreateVpc/slow/1", "is no outcome: throttle, error-before"),
            ("ec2:CreateVpc/throttle/0", "number of calls"),
            ("ec2:CreateVpc/throttle/x", "number of calls"),
        ] {
            let error = text.parse::<Fault>().expect_err(text);
            assert!(error.contains(words), "{error}");
        }
    }
}
