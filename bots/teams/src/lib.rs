//! Microsoft Teams: Bot Framework activities in, Adaptive Cards out.
//!
//! An activity is proven to be Teams' ([`auth`]), read ([`inbound`]), handed to the engine by the desk ([`desk`]), and
//! acknowledged only after the engine has committed ([`http`]). Cards are rendered by [`render`] and go out through
//! [`api`], paced by [`limits`]. Nothing here decides anything: authority is judged by the engine on every press.
//!
//! What proves, reads and renders is pure and public: the fuzzers hold it to its promises.

mod answer;
mod api;
pub mod auth;
mod bot;
mod desk;
mod fault;
mod form;
mod http;
pub mod inbound;
mod limits;
mod package;
mod render;
mod settings;

pub use bot::Teams;
pub use package::package;
pub use render::{MOST, adaptive, message};
pub use settings::Settings;
