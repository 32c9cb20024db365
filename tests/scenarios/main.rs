//! Whole conversations with a whole server.

#![allow(clippy::unwrap_used)]

mod chats;
mod delivery;
mod discord;
mod email;
mod every_channel;
mod faults;
#[cfg(feature = "forward-auth")]
mod forward_auth;
mod granting;
mod main_job;
mod office;
mod organisation;
mod stopped;
mod surfaces;
mod teams;
mod telegram;
mod together;
mod trail;
mod webhooks;
#[path = "../world/mod.rs"]
mod world;
