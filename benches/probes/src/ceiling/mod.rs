//! The ceiling probe: what one Rust process reaches on this machine with the same traffic, group commit and nothing else.
//!
//! No policy, no audit trail, no messages. It shows what HTTP, signatures and the disk allow; nobody could run it.

mod core;
mod postgres;
mod sqlite;

pub use core::{Command, Core, Row};
pub use postgres::postgres;
pub use sqlite::sqlite;
