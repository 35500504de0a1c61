//! Worlds of the past, as far as somebody may still see them.

use crate::time::Time;
use crate::world::World;
use std::collections::VecDeque;

/// The worlds that changes replaced, oldest first.
#[derive(Default)]
pub(super) struct Pasts {
    worlds: VecDeque<Past>,
}

struct Past {
    /// When a change made another world of it.
    until: Time,
    bytes: Vec<u8>,
}

impl Pasts {
    /// Keeps a world that is replaced now, and forgets those that nobody sees any more.
    pub(super) fn push(&mut self, bytes: Vec<u8>, until: Time, longest_lag_ms: u64) {
        self.worlds.retain(|past| until.since(past.until) < longest_lag_ms);
        self.worlds.push_back(Past { until, bytes });
    }

    /// The world as it was at a time; `None` if it is still so.
    pub(super) fn at(&self, time: Time) -> Option<World> {
        let past = self.worlds.iter().find(|past| past.until > time)?;
        serde_json::from_slice(&past.bytes).ok()
    }
}

/// A copy, to be asked and thrown away. It goes through text, as every reading of a world does: through anything else it
/// would be a megabyte of code again.
pub(super) fn copy(world: &World) -> World {
    let bytes = serde_json::to_vec(world).expect("a world is plain data");
    serde_json::from_slice(&bytes).expect("what was written can be read")
}

#[cfg(test)]
mod tests {
    use super::Pasts;
    use crate::time::Time;
    use crate::world::World;

    #[test]
    fn the_past_is_what_a_change_replaced() {
        let mut pasts = Pasts::default();
        let world = |account: &str| {
            let mut world = World::new(1);
            world.account(account);
            serde_json::to_vec(&world).expect("plain data")
        };
        pasts.push(world("1"), Time(100), 1_000);
        pasts.push(world("2"), Time(200), 1_000);
        let account = |time| pasts.at(Time(time)).map(|world| world.accounts.keys().next().cloned().expect("one"));
        assert_eq!(account(99).as_deref(), Some("1"));
        assert_eq!(account(100).as_deref(), Some("2"));
        assert_eq!(account(200), None);
    }
}
