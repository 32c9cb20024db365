//! The form behind Deny.

use super::{form, input};
use crate::render::block;
use countersign_engine::{
    card::Token,
    command::bounds,
    desk::{Field, FormKind},
};
use serde_json::Value;

/// Asks for the note of a deny. The engine says whether one is required (rule 17).
pub(crate) fn deny(token: &Token, about: &str) -> Value {
    let note = input::long_text(FormKind::Deny, Field::Note, bounds::NOTE);
    form(FormKind::Deny, Some(token), vec![block::words(about), note])
}
