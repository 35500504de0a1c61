//! How long CloudWatch keeps log events: only certain numbers of days.

use deploy_model::{KeyPath, Problem};
use deploy_plugin::Graph;

/// Source: <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html>
const DAYS: [u32; 22] =
    [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

/// Reports a number of days that CloudWatch does not know, with its neighbours.
pub(super) fn check(days: u32, path: KeyPath, graph: &mut Graph) {
    if DAYS.contains(&days) {
        return;
    }
    let below = DAYS.iter().rev().find(|known| **known < days);
    let above = DAYS.iter().find(|known| **known > days);
    let nearest: Vec<String> = [below, above].into_iter().flatten().map(u32::to_string).collect();
    let problem = Problem::new(path, format!("CloudWatch cannot keep log events for {days} days"));
    graph.problem(problem.help(format!("the nearest it can: {}", nearest.join(" or "))));
}
