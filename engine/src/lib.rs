//! The pure domain of Countersign: requests, chains, grants and what may happen to them.
//!
//! No I/O, no clock, no randomness, no async runtime. Start with [`request::Request`], then [`decide`].

pub mod address;
pub mod ask;
pub mod card;
pub mod chain;
pub mod command;
pub mod decide;
pub mod desk;
pub mod directory;
pub mod effect;
pub mod errand;
pub mod event;
pub mod grant;
pub mod id;
pub mod json;
pub mod person;
pub mod policy;
pub mod ports;
pub mod preference;
pub mod refusal;
pub mod request;
pub mod resource;
#[cfg(not(feature = "seeded-bugs"))]
mod seeded;
#[cfg(feature = "seeded-bugs")]
pub mod seeded;
pub mod selector;
pub mod time;
pub mod transition;
pub mod view;
pub mod words;
pub mod workflow;
