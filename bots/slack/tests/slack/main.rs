//! Slack's side of things: rendering, the protocol, and what goes wrong in it. The whole path, with the real server, is
//! in the root's scenarios.

#![allow(clippy::unwrap_used)]

mod forms;
mod http;
mod messenger;
mod peers;
mod presses;
mod render;
mod socket;
mod typed;
mod world;
