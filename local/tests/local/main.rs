//! The embedded AWS, asked as its users ask it: call by call, over HTTP, and over its life on disk.

mod cloud;
mod corpus;
mod ecr;
mod ecs_api;
mod ecs_deployments;
mod ecs_health;
mod ecs_progress;
mod ecs_secrets;
mod ecs_start;
mod least_policy;
mod logs;
mod looking;
mod network;
mod persistence;
mod robustness;
mod rules;
mod secret_access;
mod secret_deletion;
mod secret_versions;
mod secrets;
mod serve;
mod ssm;
mod traffic;
