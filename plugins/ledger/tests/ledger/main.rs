//! The lock and the releases, against the embedded AWS and with the real SDK.

mod cloud;
mod contests;
mod leases;
mod losses;
mod releases;
