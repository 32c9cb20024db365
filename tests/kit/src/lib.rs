//! Tests only: the demo organisation, the card gallery, platform fakes.

mod acme;

pub use acme::{acme, moment};
