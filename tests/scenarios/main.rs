//! Whole conversations with a whole server.

#![allow(clippy::unwrap_used)]

mod delivery;
#[cfg(feature = "email")]
mod email;
#[cfg(feature = "forward-auth")]
mod forward_auth;
mod granting;
mod main_job;
mod organisation;
mod slack;
mod together;
mod trail;
#[path = "../world/mod.rs"]
mod world;
