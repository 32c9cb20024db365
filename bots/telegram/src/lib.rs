//! Telegram: long polling or webhook in, cards out.
//!
//! An update is read tolerantly ([`inbound`]), handed to the engine's desk ([`serve`]), answered privately ([`answer`]),
//! and only then confirmed ([`poll`], [`webhook`]): what Telegram counts as delivered is committed. Cards go out through
//! [`api`], paced by [`limits`]. Nothing here decides anything: authority is judged by the engine on every press.
//! What reads and renders is pure and public: the fuzzers hold it to its promises.
//!
//! teloxide gives the payloads of the methods and their types. Its client and its dispatcher are not used: the one waits
//! ten seconds after a 5xx and loses a message whose answer it cannot type, the other confirms updates before they are
//! handled, and neither knows the button styles and moments of Bot API 9.4 and later.

mod answer;
mod api;
mod bot;
mod deny;
mod fault;
mod guided;
mod identity;
pub mod inbound;
mod known;
mod limits;
mod menu;
mod poll;
mod prompt;
mod render;
mod serve;
mod settings;
mod strangers;
mod trim;
mod webhook;

pub use bot::Telegram;
pub use render::message;
pub use settings::Settings;
pub use webhook::{path, same};
