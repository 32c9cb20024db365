//! Slack: Socket Mode or HTTP in, cards out.
//!
//! An envelope or a signed request is parsed ([`inbound`]), handed to the engine by the desk ([`desk`]), and
//! acknowledged only after the engine has committed ([`socket`], [`http`]). Cards go out through [`api`], paced by
//! [`limits`]. Nothing here decides anything: authority is judged by the engine on every press.
//!
//! What proves, reads and renders is pure and public: the fuzzers hold it to its promises.

mod answer;
mod api;
mod bot;
mod desk;
mod fault;
mod http;
mod identity;
pub mod inbound;
mod limits;
mod modal;
mod render;
mod settings;
pub mod signature;
mod socket;

pub use bot::Slack;
pub use identity::{Foreign, Identity, Origin};
pub use render::blocks;
pub use settings::Settings;
