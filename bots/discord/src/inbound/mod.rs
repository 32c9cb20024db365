//! What Discord sends, read tolerantly: absent, null and unknown fields are fine, and unknown types are no error. The
//! gateway's event and the body of an HTTP request are the same object (discord.com/developers, "Interactions").

mod form;
mod option;
mod payload;

pub use option::Options;

use crate::identity::Origin;
use countersign_engine::{desk::Filled, json};
use serde_json::Value;

/// Something that somebody did, and how to answer it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interaction {
    /// Discord's own id of the delivery.
    pub id: String,
    /// Answers it once within 3 s, and follows up for 15 min.
    pub token: String,
    /// Who, from where.
    pub origin: Origin,
    /// It began on a message.
    pub on_message: bool,
    /// It began on a message that others see too, which an answer can replace.
    pub on_shared_card: bool,
    /// What.
    pub what: What,
}

/// What somebody did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Discord asks whether we are there.
    Ping,
    /// Sent `/access` with these options.
    Typed(Options),
    /// Is typing the named option: wants suggestions.
    Typing(String, Options),
    /// Pressed a button; the token that it carries.
    Pressed(String),
    /// Sent a form.
    Sent(Filled),
    /// Something that we do not act on.
    Other(String),
}

/// Bytes that are not what Discord sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an interaction of Discord's")]
pub struct Malformed;

/// JSON that is not too deep (THREATS D06).
pub fn parse(text: &str) -> Result<Value, Malformed> {
    match json::too_deep(text) {
        true => Err(Malformed),
        false => serde_json::from_str(text).map_err(|_| Malformed),
    }
}

impl Interaction {
    /// From an interaction object.
    pub fn read(payload: Value) -> Result<Self, Malformed> {
        payload::read(payload)
    }
}
