//! Discord's side of things: rendering, the protocol, and what goes wrong in it. The whole path, with the real server, is
//! in the root's scenarios.

#![allow(clippy::unwrap_used)]

mod commands;
mod forms;
mod gateway;
mod http;
mod limits;
mod messenger;
mod peers;
mod presses;
mod render;
mod typed;
mod typing;
mod world;
