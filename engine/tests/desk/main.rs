//! The desk before an engine in memory: what every chat platform hears, whatever its protocol.

mod forms;
mod presses;
mod typed;
mod world;
