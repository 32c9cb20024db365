//! Tests only: the demo organisation, the card gallery, platform fakes.

mod acme;
mod corpus;
pub mod discord;
mod gallery;
pub mod mail;
mod memory;
mod people;
pub mod referee;
pub mod slack;
pub mod specs;
pub mod stage;
mod story;
pub mod teams;
pub mod telegram;
mod watched;
pub mod webhooks;

pub use acme::{acme, moment};
pub use corpus::hostile;
pub use gallery::gallery;
pub use memory::Memory;
pub use people::{DEPUTY, DEV, LISA, MANAGER, PEOPLE, SEC1, SEC2, SEC3, SEC4, STRANGER};
pub use story::{Story, change_person};

mod pigeon;
mod target;

pub use pigeon::{Letter, Pigeon};
pub use target::{Mood, Target};
