//! Where trials begin: with nothing, or with what a clean apply makes.

use super::cloud::Cloud;
use super::setting::{Setting, Way};
use super::stand::{Happening, Stand};
use crate::project::Project;

/// Where trials begin.
pub enum Start {
    Empty,
    /// After a clean apply, which each trial gets a copy of.
    Saved(Vec<u8>, Project),
    /// After a clean apply, which each trial makes for itself.
    Made,
}

impl Start {
    pub fn of(setting: Setting) -> Self {
        match setting.way {
            Way::Up => Self::Empty,
            Way::On | Way::Down => {
                let stand = made(setting);
                stand.cloud.save().map_or(Self::Made, |world| Self::Saved(world, stand.project))
            }
        }
    }

    /// A stand in this state.
    pub fn stand(&self, setting: Setting) -> Stand {
        match self {
            Self::Empty => Stand::new(Cloud::empty(setting.provider, setting.settings)),
            Self::Saved(world, project) => {
                let cloud = Cloud::restored(world, setting.settings);
                Stand { project: project.copy_reaching(cloud.bench.url()), cloud }
            }
            Self::Made => made(setting),
        }
    }
}

/// What a clean apply makes.
fn made(setting: Setting) -> Stand {
    let stand = Stand::new(Cloud::empty(setting.provider, &[]));
    let run = stand.run(&Way::Up.command(), &Happening::default());
    assert_eq!(run.outcome.code, 0, "a clean apply: {}", run.said());
    stand
}
