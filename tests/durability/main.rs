//! What was acknowledged survives: the real server killed, starved of its database, stopped and hung up on.
//!
//! PostgreSQL joins when `COUNTERSIGN_TEST_POSTGRES` names a server; `COUNTERSIGN_TEST_ROUNDS` says how often the server
//! is killed (5 when unset).

#![allow(clippy::unwrap_used)]

mod checker;
mod clock;
mod crash;
mod dice;
mod hangup;
mod jumps;
mod kill;
mod load;
mod locked;
mod organisation;
mod outage;
mod place;
mod postgres;
mod replicas;
mod restore;
mod routes;
mod server;
mod shutdown;
mod slow;
mod target;
mod upset;
mod wire;
#[path = "../world/mod.rs"]
mod world;
