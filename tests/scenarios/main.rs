//! Whole conversations with a whole server.

mod main_job;
#[path = "../world/mod.rs"]
mod world;
