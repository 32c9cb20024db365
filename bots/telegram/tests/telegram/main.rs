//! Telegram's side of things: rendering, the protocol, and what goes wrong in it. The whole path, with the real server, is
//! in the root's scenarios.

#![allow(clippy::unwrap_used)]

mod guided;
mod limits;
mod messenger;
mod moves;
mod notes;
mod polling;
mod presses;
mod private;
mod render;
mod trim;
mod typed;
mod webhook;
mod world;
