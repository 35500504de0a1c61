//! Which run is swept, where, and under which conditions.

use std::fmt;

use super::cloud::Provider;

/// Which way the run goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// `deploy apply`, from nothing.
    Up,
    /// `deploy apply`, where the files say something else since the last one.
    On,
    /// `deploy destroy`, from all that apply makes.
    Down,
}

/// A firewall's rule, a subnet, which is replaced, a log, and a revision with its rollout.
const CHANGES: [&str; 8] = [
    "--set",
    "security.groups.app.ingress.from_any_http.port=8080",
    "--set",
    "network.subnets.public_2.cidr=10.0.3.0/24",
    "--set",
    "ecs.services.ecs_service.log_retention_days=14",
    "--set",
    "ecs.services.ecs_service.memory=1024",
];

impl Way {
    /// What is run.
    pub fn command(self) -> Vec<&'static str> {
        match self {
            Self::Up => vec!["apply", "dev", "--yes"],
            Self::On => [&["apply", "dev", "--yes", "--allow-destroy"], &CHANGES[..]].concat(),
            Self::Down => vec!["destroy", "dev", "--yes", "--allow-destroy"],
        }
    }

    /// What tells what is left to do.
    pub fn look(self) -> Vec<&'static str> {
        match self {
            Self::Up => vec!["plan", "dev", "--format", "json"],
            Self::On => [&["plan", "dev", "--format", "json"], &CHANGES[..]].concat(),
            Self::Down => Self::Up.look(),
        }
    }
}

/// Which run is swept, where, and under which conditions.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    pub provider: Provider,
    pub way: Way,
    /// Settings of the embedded AWS.
    pub settings: &'static [(&'static str, &'static str)],
    /// How many reads every read lags behind.
    pub lag: usize,
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = match self.way {
            Way::Up => "apply",
            Way::On => "apply with changes",
            Way::Down => "destroy",
        };
        let provider = match self.provider {
            Provider::Embedded => "the embedded AWS",
            Provider::Moto => "moto",
        };
        write!(f, "{way} on {provider}")?;
        self.settings.iter().try_for_each(|(name, value)| write!(f, ", {name}={value}"))?;
        if self.lag > 0 { write!(f, ", reads lag by {}", self.lag) } else { Ok(()) }
    }
}
