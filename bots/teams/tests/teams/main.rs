//! Teams' side of things: rendering, the protocol, proofs, and what goes wrong. The whole path, with the real server, is in
//! the root's scenarios.

#![allow(clippy::unwrap_used)]

mod forms;
mod jwt;
mod matrix;
mod messenger;
mod package;
mod peers;
mod presses;
mod render;
mod stage;
mod typed;
mod world;
