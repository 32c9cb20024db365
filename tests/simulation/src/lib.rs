//! The whole service in a world of its own: one seed, and everything that can go wrong (`docs/THREATS.md`, section 3).
//!
//! What runs is the product: `service`, the writer, the timers, the lanes of grants, the outbox, upkeep and the audit
//! checkpoints, put together by [`countersign::app::App`]. What is ours is what the product talks to: a database (in memory,
//! or real SQLite), targets, chats, people, and the clock; and a checker that knows nothing of how the product decides.

pub mod backend;
pub mod chance;
pub mod chat;
pub mod checker;
pub mod faults;
pub mod faulty;
pub mod life;
pub mod log;
pub mod memory;
mod mutex;
pub mod organisation;
pub mod pinned;
pub mod target;
pub mod wish;
pub mod world;
