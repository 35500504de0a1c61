//! Configurations by chance.

use deploy_model::{Input, KeyPath};
use deploy_plugin::{Blueprint, Graph, Resource};
use proptest::prelude::*;

use super::{Base, Part, User};

/// A configuration in miniature: which of three bases, four parts and two users there are, and how.
///
/// The parts are keyed by `turn` places further and with a suffix: what is `p0x` in one configuration may be
/// `p1` in another.
#[derive(Clone, Debug)]
pub struct Shape {
    pub turn: usize,
    pub suffix: bool,
    pub bases: Vec<Option<(u32, u32)>>,
    pub parts: Vec<Option<(usize, u32, u32)>>,
    pub users: Vec<Option<(u32, Vec<usize>)>>,
}

pub fn shape() -> impl Strategy<Value = Shape> {
    let bases = prop::collection::vec(prop::option::weighted(0.8, (0..2u32, 0..3u32)), 3);
    let parts = prop::collection::vec(prop::option::weighted(0.8, (0..3usize, 0..2u32, 0..3u32)), 4);
    let users =
        prop::collection::vec(prop::option::weighted(0.8, (0..2u32, prop::collection::vec(0..4usize, 0..3))), 2);
    let keys = (prop::sample::select(vec![0usize, 0, 0, 1]), any::<bool>());
    (bases, parts, users, keys).prop_map(|(bases, parts, users, (turn, suffix))| Shape {
        turn,
        suffix,
        bases,
        parts,
        users,
    })
}

impl Shape {
    fn part(&self, index: usize) -> String {
        format!("p{}{}", (index + self.turn) % 4, if self.suffix { "x" } else { "" })
    }

    pub fn blueprint(&self) -> Blueprint {
        let mut graph = Graph::new();
        for (index, base) in self.bases.iter().enumerate() {
            if let Some((name, size)) = base {
                let inputs = Base {
                    name: format!("{index}-{name}"),
                    size: *size,
                    tags: [("n".into(), size.to_string())].into(),
                };
                let _ = graph.add(&format!("b{index}"), KeyPath::root(), &inputs);
            }
        }
        for (index, part) in self.parts.iter().enumerate() {
            let Some((base, zone, size)) = part.filter(|(base, ..)| self.bases[*base].is_some()) else { continue };
            let inputs = Part {
                base: Base::output(&format!("b{base}"), "id"),
                slot: index as u32 % 3 + index as u32 / 3 * 10,
                zone,
                size,
            };
            let _ = graph.add(&self.part(index), KeyPath::root(), &inputs);
        }
        let there = |part: &usize| self.parts[*part].is_some_and(|(base, ..)| self.bases[base].is_some());
        for (index, user) in self.users.iter().enumerate() {
            let Some((name, parts)) = user else { continue };
            let mut parts: Vec<usize> = parts.iter().copied().filter(there).collect();
            parts.sort_unstable();
            parts.dedup();
            let text = parts.first().map_or(Input::Value("none".into()), |part| {
                Input::Text(vec!["rev ".into(), Part::reference(&self.part(*part), "revision").into()])
            });
            let parts = parts.iter().map(|part| Part::output(&self.part(*part), "id")).collect();
            let _ = graph.add(
                &format!("u{index}"),
                KeyPath::root(),
                &User { name: format!("{index}-{name}"), parts, text },
            );
        }
        graph.finish().expect("a sound configuration")
    }

    /// Whether the way to `next` is a knot: two parts are replaced in their places, so that each must go before its
    /// successor comes, and is held until its user has taken the other's successor. No order of single changes leads there.
    pub fn is_knotted_with(&self, next: &Shape) -> bool {
        let is_replaced = |part: usize| match (self.parts[part], next.parts[part]) {
            (Some((base, zone, _)), Some((new_base, new_zone, _))) => base == new_base && zone != new_zone,
            _ => false,
        };
        let moves = |from: usize, to: usize| {
            let uses =
                |user: &Option<(u32, Vec<usize>)>, part| user.as_ref().is_some_and(|(_, parts)| parts.contains(&part));
            self.users.iter().zip(&next.users).any(|(old, new)| uses(old, from) && uses(new, to))
        };
        (0..4).any(|p| (0..p).any(|q| is_replaced(p) && is_replaced(q) && moves(p, q) && moves(q, p)))
    }
}
