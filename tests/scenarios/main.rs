//! Whole conversations with a whole server.

#![allow(clippy::unwrap_used)]

mod delivery;
#[cfg(feature = "forward-auth")]
mod forward_auth;
mod granting;
mod main_job;
mod organisation;
mod slack;
mod together;
mod trail;
#[cfg(feature = "webhook")]
mod webhooks;
#[path = "../world/mod.rs"]
mod world;
