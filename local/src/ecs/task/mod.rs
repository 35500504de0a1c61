//! Tasks.

mod describe;
mod model;
mod network;
mod run;
mod stop;

pub use model::{Container, DesiredStatus, HealthStatus, Owner, StopCode, Task, TaskStatus};

pub(super) use describe::{describe_tasks, list_tasks};
pub(super) use model::NewTask;
pub(super) use network::{attach, check_network_exists, detach, is_online};
pub(super) use run::run_task;
pub(super) use stop::stop_task;
