//! The form behind "Approve with changes..." (rule 20).

use super::{form, input};
use crate::render::block;
use countersign_engine::{
    card::Token,
    command::bounds,
    desk::{Field, FormKind},
    id::AccessLevel,
    time::Length,
    words::form::or_less,
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
    let kind = FormKind::Trim;
    let shorter = input::text(kind, Field::Duration, &or_less(duration));
    let mut blocks = vec![block::words(about), input::optional(shorter)];
    if let (Some(present), [_, ..]) = (present, lower) {
        let lower = lower.iter().map(|level| level.as_str());
        blocks.push(input::optional(input::choice(kind, Field::Access, present.as_str(), lower)));
    }
    blocks.push(input::long_text(kind, Field::Note, bounds::NOTE));
    form(kind, Some(token), blocks)
}
