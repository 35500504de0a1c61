//! One place where a rule is broken, or where nobody can tell.

use deploy_plugin::model::{Address, Finding};

use crate::config::{Level, Rule};

/// One place where a rule is broken, or where nobody can tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// The resource.
    pub address: Address,
    sure: Sure,
    message: String,
    help: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sure {
    Certain,
    Untold,
}

impl Breach {
    /// The rule is broken.
    pub fn certain(address: &Address, message: String, help: String) -> Self {
        Self { address: address.clone(), sure: Sure::Certain, message, help }
    }

    /// What decides it is known only when the plan is carried out. That never blocks.
    pub fn untold(address: &Address, message: String, help: String) -> Self {
        Self { address: address.clone(), sure: Sure::Untold, message, help }
    }

    /// What is told of it at a level.
    pub fn finding(self, rule: Rule, level: Level) -> Option<Finding> {
        let Self { address, sure, message, help } = self;
        let finding = match (level, sure) {
            (Level::Off, _) => return None,
            (Level::Block, Sure::Certain) => Finding::blocked(address, message),
            (Level::Warn, _) | (Level::Block, Sure::Untold) => Finding::warning(address, message),
        };
        Some(finding.help(format!("{help}; the rule is `guardrails.{}`", rule.key())))
    }
}
