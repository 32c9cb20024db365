//! Webhooks as receivers see them.

#![allow(clippy::unwrap_used)]

mod chat;
mod guard;
mod peers;
mod poster;
mod render;
mod signatures;
