//! The shell of Countersign: everything that touches the world, and what wires it together.

pub mod app;
pub mod audit;
pub mod backoff;
pub mod bots;
pub mod cli;
pub mod clock;
pub mod config;
pub mod connectors;
pub mod console;
pub mod credentials;
pub mod demo;
pub mod grants;
pub mod http;
pub mod lanes;
pub mod lifecycle;
pub mod listen;
pub mod logging;
pub mod metrics;
pub mod outbox;
pub mod policy_file;
pub mod service;
pub mod store;
pub mod timers;
pub mod upkeep;
pub mod vault;
pub mod writer;
