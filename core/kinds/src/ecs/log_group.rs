//! The inputs and outputs of `ecs.log_group`: where a service's containers write their logs.

use std::collections::BTreeMap;

use deploy_plugin::Resource;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A log group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LogGroup {
    /// Its name.
    #[schemars(extend("x-force-new" = true, "x-unique" = true))]
    pub name: String,
    /// Days after which events expire; absent: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention_days: Option<i32>,
    /// The ARN of the KMS key that encrypts the events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kms_key: Option<String>,
    /// The user's tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// What others may refer to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LogGroupOutputs {
    /// Its name.
    pub name: String,
}

impl Resource for LogGroup {
    const KIND: &'static str = "ecs.log_group";
    type Outputs = LogGroupOutputs;
}

impl LogGroup {
    /// The numbers of days for which CloudWatch can keep events.
    ///
    /// Source: <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html>
    pub const RETENTION_DAYS: [i32; 22] =
        [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

    /// The numbers nearest to one that CloudWatch cannot keep events for, below and above; none where it can.
    pub fn nearest_retention(days: i32) -> Vec<i32> {
        if Self::RETENTION_DAYS.contains(&days) {
            return Vec::new();
        }
        let below = Self::RETENTION_DAYS.into_iter().rev().find(|known| *known < days);
        let above = Self::RETENTION_DAYS.into_iter().find(|known| *known > days);
        below.into_iter().chain(above).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_kept_has_its_neighbours() {
        assert_eq!(LogGroup::nearest_retention(10), [7, 14]);
        assert_eq!(LogGroup::nearest_retention(i32::MIN), [1]);
        assert_eq!(LogGroup::nearest_retention(i32::MAX), [3653]);
        assert!(LogGroup::RETENTION_DAYS.iter().all(|days| LogGroup::nearest_retention(*days).is_empty()));
    }
}
