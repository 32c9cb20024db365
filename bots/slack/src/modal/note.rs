//! The form behind Deny.

use super::{DENY, field, form, input};
use crate::render::block;
use countersign_engine::{card::Token, command::bounds};
use serde_json::Value;

/// Asks for the note of a deny. The engine says whether one is required (rule 17).
pub(crate) fn deny(token: &Token, about: &str) -> Value {
    let note = input::long_text(field::NOTE, "Why", bounds::NOTE);
    let note = input::with_hint(note, "The requester and the other approvers see it.");
    form(DENY, "Deny", "Deny", Some(token), vec![block::words(about), note])
}
