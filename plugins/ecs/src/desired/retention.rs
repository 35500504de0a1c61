//! How long CloudWatch keeps log events: only certain numbers of days.

use deploy_kinds::ecs::LogGroup;
use deploy_model::{KeyPath, Problem};
use deploy_plugin::Graph;

/// Reports a number of days that CloudWatch does not know, with its neighbours.
pub(super) fn check(days: u32, path: KeyPath, graph: &mut Graph) {
    let nearest = LogGroup::nearest_retention(i32::try_from(days).unwrap_or(i32::MAX));
    if !nearest.is_empty() {
        let nearest: Vec<String> = nearest.iter().map(i32::to_string).collect();
        let problem = Problem::new(path, format!("CloudWatch cannot keep log events for {days} days"));
        graph.problem(problem.help(format!("the nearest it can: {}", nearest.join(" or "))));
    }
}
