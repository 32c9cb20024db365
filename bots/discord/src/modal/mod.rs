//! The forms that we open, as Discord's modals. Pure.

mod input;

use crate::render::text::escaped;
use countersign_engine::{
    card::Token,
    command::bounds,
    desk::{Field, Form, FormKind},
    id::AccessLevel,
    ports::Offer,
    time::Length,
    words::{
        self,
        form::{or_less, placeholder},
    },
};
use input::{choice, long_text, optional, text, unless_too_many};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A text above the fields.
const ABOUT: usize = 1_000;

/// As Discord shows it. What a form is about comes back in its `custom_id`: a card's token has at most 64 bytes, so all of
/// it stays below Discord's 100.
pub(crate) fn modal(form: &Form) -> Value {
    match form {
        Form::Request { offers } => request(offers),
        Form::Deny { token, about, needs_note } => deny(token, about, *needs_note),
        Form::Trim { token, about, duration, present, lower } => trim(token, about, *duration, present.as_ref(), lower),
    }
}

fn open(kind: FormKind, token: Option<&Token>, components: Vec<Value>) -> Value {
    let about = token.map(Token::to_string).unwrap_or_default();
    let id = format!("{}:{about}", kind.key());
    json!({"custom_id": id, "title": words::form::title(kind), "components": components})
}

/// The form behind `/access` alone (rule 29). `offers` must not be empty. A level that the chosen resource does not have is
/// answered with those that it has, so the form needs no second round trip.
fn request(offers: &[Offer]) -> Value {
    let kind = FormKind::Request;
    let resources: Vec<&str> = offers.iter().map(|offer| offer.resource.as_str()).collect();
    let levels: BTreeSet<&str> = offers.iter().flat_map(|o| &o.access).map(|level| level.as_str()).collect();
    let levels: Vec<&str> = levels.into_iter().collect();
    let named = |field, names: &[&str]| unless_too_many(kind, field, placeholder(field), names);
    open(
        kind,
        None,
        vec![
            named(Field::Resource, &resources),
            optional(named(Field::Access, &levels)),
            text(kind, Field::Duration, placeholder(Field::Duration)),
            optional(long_text(kind, Field::Reason, bounds::REASON)),
        ],
    )
}

/// The form behind Deny (rule 17).
fn deny(token: &Token, about: &str, needs_note: bool) -> Value {
    let note = long_text(FormKind::Deny, Field::Note, bounds::NOTE);
    let note = if needs_note { note } else { optional(note) };
    open(FormKind::Deny, Some(token), about_line(about).into_iter().chain([note]).collect())
}

/// The form behind "Approve with changes..." (rule 20): only levels at or below the present one are offered.
fn trim(token: &Token, about: &str, duration: Length, present: Option<&AccessLevel>, lower: &[AccessLevel]) -> Value {
    let kind = FormKind::Trim;
    let shorter = optional(text(kind, Field::Duration, &or_less(duration)));
    let mut fields: Vec<Value> = about_line(about).into_iter().chain([shorter]).collect();
    if let (Some(present), [_, ..]) = (present, lower) {
        let lower: Vec<&str> = lower.iter().map(|level| level.as_str()).collect();
        fields.push(optional(choice(kind, Field::Access, present.as_str(), &lower)));
    }
    fields.push(optional(long_text(kind, Field::Note, bounds::NOTE)));
    open(kind, Some(token), fields)
}

fn about_line(about: &str) -> Option<Value> {
    (!about.trim().is_empty()).then(|| json!({"type": 10, "content": escaped(about, ABOUT)}))
}
