//! The policy file: the demo organisation, every kind of mistake, and what chance makes of a good file.

#![allow(clippy::unwrap_used)]

mod broken;
mod check;
mod demo;
mod explain;
mod notify;
mod random;
#[cfg(feature = "webhook")]
mod webhooks;

use countersign::policy_file::{Loaded, Problems, parse};

/// What operators are given.
const EXAMPLE: &str = include_str!("../../policy.example.toml");
/// The same organisation as the peers play it.
const PEERS: &str = include_str!("../kit/peers.policy.toml");
/// A small organisation to make mistakes in.
const SMALL: &str = include_str!("small.toml");

fn load(text: &str) -> Result<Loaded, Problems> {
    parse(text, "policy.toml")
}
