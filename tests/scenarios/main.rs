//! Whole conversations with a whole server.

mod delivery;
mod granting;
mod main_job;
mod together;
mod trail;
#[path = "../world/mod.rs"]
mod world;
