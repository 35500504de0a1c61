//! What the section `[ecs]` asks for, and everything that is wrong with it. Pure.

pub(crate) mod answers;
pub(crate) mod cluster;
mod container;
mod fargate;
mod image;
pub(crate) mod name;
mod port;
mod reference;
pub(crate) mod repository;
mod retention;
mod rollout;
pub(crate) mod service;
mod task_definition;

#[cfg(test)]
mod tests;
