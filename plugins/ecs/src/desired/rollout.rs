//! Whether a rollout could ever replace a task.

use deploy_model::{KeyPath, Problem};
use deploy_plugin::Graph;

use crate::config::ServiceConfig;

/// Reports percentages between which no task can be stopped and none started.
///
/// ECS rounds the minimum up and the maximum down:
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html>
pub(super) fn check(config: &ServiceConfig, source: &KeyPath, graph: &mut Graph) {
    let (minimum, maximum) = (config.minimum_healthy_percent, config.maximum_percent);
    let tasks = config.desired_count.max(1);
    let may_run = tasks * maximum / 100;
    let must_run = (tasks * minimum).div_ceil(100);
    if may_run > tasks || (must_run < tasks && minimum <= maximum) {
        return;
    }
    let of = if tasks == 1 { "1 task".to_owned() } else { format!("{tasks} tasks") };
    let message = format!("a rollout of {of} could neither start a new task nor stop an old one");
    let help = "raise `maximum_percent` (200 starts the new ones first) or lower `minimum_healthy_percent`";
    let label = format!("{must_run} must stay, {may_run} may run");
    graph.problem(Problem::new(source.child("maximum_percent"), message).label(label).help(help));
}
