//! Dependency order: dependencies first, ties by name, cycles named.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

/// Nodes that wait for each other in a ring.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text())]
pub struct Cycle<N: Display>(pub Vec<N>);

impl<N: Display> Cycle<N> {
    fn text(&self) -> String {
        let mut names: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        names.extend(names.first().cloned());
        names.join(" -> ")
    }
}

/// What each node waits for.
pub type Edges<N> = BTreeMap<N, BTreeSet<N>>;

/// All nodes, each behind everything that it waits for; among equals the smaller first.
///
/// # Errors
/// One ring of nodes, where there is any.
pub fn ordered<N: Ord + Clone + Display>(edges: &Edges<N>) -> Result<Vec<N>, Cycle<N>> {
    let mut waiting: BTreeMap<&N, usize> = BTreeMap::new();
    let mut dependents: BTreeMap<&N, Vec<&N>> = BTreeMap::new();
    for (node, targets) in edges {
        let known = targets.iter().filter(|target| edges.contains_key(*target));
        waiting.insert(node, known.clone().count());
        known.for_each(|target| dependents.entry(target).or_default().push(node));
    }
    let mut ready: BTreeSet<&N> = waiting.iter().filter(|(_, count)| **count == 0).map(|(node, _)| *node).collect();
    let mut order = Vec::with_capacity(edges.len());
    while let Some(node) = ready.pop_first() {
        order.push(node.clone());
        for dependent in dependents.get(node).into_iter().flatten() {
            let count = waiting.get_mut(dependent).expect("every dependent is a node");
            *count -= 1;
            if *count == 0 {
                ready.insert(dependent);
            }
        }
    }
    if order.len() == edges.len() { Ok(order) } else { Err(ring(edges, &order)) }
}

/// A ring among the nodes that could not be ordered.
fn ring<N: Ord + Clone + Display>(edges: &Edges<N>, ordered: &[N]) -> Cycle<N> {
    let done: BTreeSet<&N> = ordered.iter().collect();
    let stuck = |node: &&N| edges.contains_key(*node) && !done.contains(*node);
    let mut node = edges.keys().find(stuck).expect("called only where some node is left");
    let mut path: Vec<&N> = Vec::new();
    loop {
        if let Some(start) = path.iter().position(|seen| *seen == node) {
            return Cycle(path[start..].iter().map(|node| (*node).clone()).collect());
        }
        path.push(node);
        node = edges[node].iter().find(stuck).expect("a node that is left waits for another that is left");
    }
}

/// The rank of each node: 0 for those that wait for nobody, else one more than the highest it waits for.
///
/// # Errors
/// One ring of nodes, where there is any.
pub fn ranked<N: Ord + Clone + Display>(edges: &Edges<N>) -> Result<Vec<(N, usize)>, Cycle<N>> {
    let mut ranks: BTreeMap<N, usize> = BTreeMap::new();
    let order = ordered(edges)?;
    for node in &order {
        let below = edges[node].iter().filter_map(|target| ranks.get(target)).max();
        ranks.insert(node.clone(), below.map_or(0, |rank| rank + 1));
    }
    Ok(order.into_iter().map(|node| (node.clone(), ranks[&node])).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn edges(list: &[(u8, &[u8])]) -> Edges<u8> {
        list.iter().map(|(node, targets)| (*node, targets.iter().copied().collect())).collect()
    }

    #[test]
    fn a_ring_is_named_whole() {
        let cycle = ordered(&edges(&[(1, &[2]), (2, &[3]), (3, &[1]), (4, &[1]), (5, &[])])).expect_err("a ring");
        assert_eq!(cycle.to_string(), "1 -> 2 -> 3 -> 1");
    }

    #[test]
    fn ranks_count_the_longest_way_down() {
        let ranks = ranked(&edges(&[(1, &[]), (2, &[1]), (3, &[1, 2])])).expect("no ring");
        assert_eq!(ranks, [(1, 0), (2, 1), (3, 2)]);
    }

    proptest! {
        #[test]
        fn everything_stands_behind_what_it_waits_for(raw in prop::collection::btree_map(0u8..20, prop::collection::btree_set(0u8..20, 0..4), 0..20)) {
            match ordered(&raw) {
                Ok(order) => {
                    prop_assert_eq!(order.len(), raw.len());
                    for (index, node) in order.iter().enumerate() {
                        for target in raw[node].iter().filter(|target| raw.contains_key(*target)) {
                            prop_assert!(order[..index].contains(target));
                        }
                    }
                }
                Err(Cycle(ring)) => {
                    for (index, node) in ring.iter().enumerate() {
                        prop_assert!(raw[node].contains(&ring[(index + 1) % ring.len()]));
                    }
                }
            }
        }
    }
}
