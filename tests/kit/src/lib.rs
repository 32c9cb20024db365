//! Tests only: the demo organisation, the card gallery, platform fakes.

mod acme;
mod gallery;
mod memory;
pub mod slack;
mod story;

pub use acme::{acme, moment};
pub use gallery::gallery;
pub use memory::{Memory, PEOPLE};
pub use story::{Story, change_person};

mod pigeon;
mod target;

pub use pigeon::{Letter, Pigeon};
pub use target::{Mood, Target};
