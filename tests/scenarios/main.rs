//! Whole conversations with a whole server.

#![allow(clippy::unwrap_used)]

mod chats;
mod delivery;
#[cfg(feature = "discord")]
mod discord;
#[cfg(feature = "email")]
mod email;
mod every_channel;
mod faults;
#[cfg(feature = "forward-auth")]
mod forward_auth;
mod granting;
mod main_job;
mod office;
mod organisation;
mod surfaces;
#[cfg(feature = "teams")]
mod teams;
mod telegram;
mod together;
mod trail;
#[cfg(feature = "webhook")]
mod webhooks;
#[path = "../world/mod.rs"]
mod world;
