//! A database in memory that keeps the product's own promises: what `src/store` says of SQLite and PostgreSQL, row for row.
//! The same life on this and on real SQLite has to come out the same, which `tests/differential.rs` holds it to.

mod batch;
mod ledger;
mod outbox;
mod store;
mod tables;
mod webhooks;

pub use tables::{Lie, Memory};
