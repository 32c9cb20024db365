//! E-mail: cards out as messages of one thread per request, over SMTP. Nothing comes in: a button is a link to a page of
//! the console, where a signed-in person confirms.
//!
//! A card becomes text and HTML ([`render`]), both become a message with its headers ([`message`]), and the message goes
//! to the operator's own server ([`relay`], [`wire`]). Nothing here decides anything, and no link does: following one
//! only shows (THREATS B13).

mod bot;
mod fault;
mod message;
mod pace;
mod relay;
mod render;
mod settings;
mod wire;

pub use bot::Email;
pub use render::{html, text};
pub use settings::Settings;
