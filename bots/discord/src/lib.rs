//! Discord: gateway or HTTP interactions in, cards out.
//!
//! An interaction is read ([`inbound`]), handed to the engine by the desk ([`desk`]), and answered only after the engine
//! has committed ([`gateway`], [`http`]). Cards go out through [`api`], paced by [`limits`] as Discord's headers say. The
//! command is registered on every server that the policy names ([`register`]). Nothing here decides anything: authority is
//! judged by the engine on every press.
//!
//! What proves, reads and renders is pure and public: the fuzzers hold it to its promises.

mod answer;
mod api;
mod bot;
mod call;
mod desk;
mod fault;
pub mod gateway;
mod http;
mod identity;
pub mod inbound;
mod limits;
mod modal;
mod nonce;
mod register;
mod render;
mod settings;
pub mod signature;
mod suggest;

pub use bot::Discord;
pub use identity::{Foreign, Identity, Origin};
pub use render::components;
pub use settings::{Guilds, Settings};
