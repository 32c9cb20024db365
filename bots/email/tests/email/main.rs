//! E-mail's side of things: rendering, headers and threads, SMTP, and what goes wrong in it. The whole path, with the real
//! server and its confirm page, is in the root's scenarios.

#![allow(clippy::unwrap_used)]

mod headers;
mod messenger;
mod peers;
mod render;
mod world;
