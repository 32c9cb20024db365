//! Webhooks as receivers see them.

#![allow(clippy::unwrap_used)]

mod chat;
mod courier;
mod guard;
mod peers;
mod render;
mod signatures;
