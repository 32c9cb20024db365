//! Drills: what must be found, and how fast.
//!
//! `COUNTERSIGN_TEST_TAMPERED` says how often the trail is tampered with (1,000 when unset).

#![allow(clippy::unwrap_used)]

mod tamper;
#[path = "../world/mod.rs"]
mod world;
