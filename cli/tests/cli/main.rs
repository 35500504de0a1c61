//! The program, run as a person runs it: real processes, real terminals, the embedded AWS and moto.
//!
//! One binary for all of it: each would link every AWS SDK again, which costs a hundred megabytes and some seconds.

mod account;
#[cfg(unix)]
mod artefact;
mod article;
#[cfg(unix)]
mod bad_input;
#[cfg(unix)]
mod bucket_plugin;
mod canary;
mod clock;
#[cfg(target_os = "linux")]
mod core_dumps;
#[cfg(target_os = "linux")]
mod disk;
#[cfg(unix)]
mod display;
mod drift;
mod edges;
mod endpoint;
mod environments;
mod events;
mod existing_network;
mod formatting;
mod in_the_way;
#[cfg(unix)]
mod locks;
mod moves;
mod others;
#[cfg(unix)]
mod plugins;
mod project;
mod protection;
mod readme;
mod rollouts;
#[cfg(target_os = "linux")]
mod scale;
#[cfg(unix)]
mod screen;
mod secret_calls;
mod secret_changes;
#[cfg(unix)]
mod secret_declaration;
mod secret_input;
mod secret_readers;
mod secret_values;
mod secret_writes;
mod secrets_manager;
#[cfg(target_os = "linux")]
mod signals;
mod startability;
#[cfg(unix)]
mod swapped_stages;
#[cfg(unix)]
mod sweep;
#[cfg(unix)]
mod terminal;
