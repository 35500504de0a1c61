//! What can be typed behind `deploy rollout`.

use clap::{Args, Subcommand};

use super::{Approval, Format};

#[derive(Debug, Subcommand)]
pub enum Rollout {
    /// Show which revisions of a service run, and how its rollout stands
    Status(RolloutStatus),
    /// Stop a rollout that is under way, after asking: what ran before comes back
    Stop(RolloutChange),
    /// Go back to the revision before, after asking: from a rollout that is under way, or from one that is done
    Rollback(RolloutChange),
}

#[derive(Debug, Args)]
pub struct RolloutStatus {
    /// The environment
    #[arg(value_name = "ENV")]
    pub environment: Option<String>,
    /// The service: a key of [ecs.services]; all of them where it is absent
    pub service: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

#[derive(Debug, Args)]
pub struct RolloutChange {
    /// The environment
    #[arg(value_name = "ENV")]
    pub environment: Option<String>,
    /// The service: a key of [ecs.services]; not needed where only one is meant
    pub service: Option<String>,
    #[command(flatten)]
    pub approval: Approval,
}
