//! The console as a browser without JavaScript meets it: pages, forms, and what must not get through.

#![allow(clippy::unwrap_used)]

#[path = "../world/mod.rs"]
mod world;

mod account;
mod browser;
mod confirm;
mod csrf;
mod deliveries;
mod demo;
mod hostile;
mod live;
mod login;
mod markup;
mod pages;
mod requests;
mod tour;
mod votes;
mod webhooks;
