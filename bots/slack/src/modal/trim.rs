//! The form behind "Approve with changes..." (rule 20).

use super::{form, input};
use crate::render::block;
use countersign_engine::{
    card::Token,
    command::bounds,
    desk::{Field, FormKind},
    id::AccessLevel,
    time::Length,
};
use serde_json::Value;

/// Asks for less: a shorter time, a lower level. Only levels at or below the present one are offered.
pub(crate) fn trim(
    token: &Token,
    about: &str,
    duration: Length,
    present: Option<&AccessLevel>,
    lower: &[AccessLevel],
) -> Value {
    let placeholder = format!("{duration}, or less");
    let mut blocks =
        vec![block::words(about), input::optional(input::text(Field::Duration, "Shorter time", &placeholder))];
    if let (Some(present), [_, ..]) = (present, lower) {
        let lower = lower.iter().map(|level| level.as_str());
        blocks.push(input::optional(input::choice(Field::Access, "Lower access", present.as_str(), lower)));
    }
    blocks.push(input::long_text(Field::Note, "Note", bounds::NOTE));
    form(FormKind::Trim, "Approve with changes", "Approve", Some(token), blocks)
}
