//! Tests only: the demo organisation, the card gallery, platform fakes.

mod acme;
mod corpus;
pub mod discord;
mod gallery;
pub mod mail;
mod memory;
pub mod referee;
pub mod slack;
pub mod specs;
pub mod stage;
mod story;
pub mod teams;
pub mod telegram;
pub mod webhooks;

pub use acme::{acme, moment};
pub use corpus::hostile;
pub use gallery::gallery;
pub use memory::{Memory, PEOPLE};
pub use story::{Story, change_person};

mod pigeon;
mod target;

pub use pigeon::{Letter, Pigeon};
pub use target::{Mood, Target};
