//! The form behind "Approve with changes..." (rule 20).

use super::{TRIM, field, form, input};
use crate::render::block;
use countersign_engine::{card::Token, command::bounds, request::Request};
use serde_json::Value;

/// Asks for less: a shorter time, a lower level. Only levels at or below the present one are offered.
pub(crate) fn trim(token: &Token, request: &Request, about: &str) -> Value {
    let placeholder = format!("{}, or less", request.scope.duration);
    let mut blocks =
        vec![block::words(about), input::optional(input::text(field::DURATION, "Shorter time", &placeholder))];
    if let Some((present, lower @ [_, ..])) = request.levels_left().split_last() {
        let lower = lower.iter().map(|level| level.as_str());
        blocks.push(input::optional(input::choice(field::ACCESS, "Lower access", present.as_str(), lower)));
    }
    blocks.push(input::long_text(field::NOTE, "Note", bounds::NOTE));
    form(TRIM, "Approve with changes", "Approve", Some(token), blocks)
}
