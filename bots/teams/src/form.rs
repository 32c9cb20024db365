//! Forms, as cards with fields.

use crate::{
    inbound::data,
    render::{
        self, execute,
        text::{Look, line, plain},
    },
};
use countersign_engine::{
    card::{ButtonStyle, Text},
    command::bounds,
    desk::{Field, Form, FormKind},
    ports::Offer,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// A list longer than this can be searched.
const SHORT: usize = 12;
/// As many choices stay within a message's size.
const CHOICES: usize = 120;

/// A form for one reader.
pub(crate) fn card(form: &Form) -> Value {
    match form {
        Form::Request { offers } => request(offers),
        Form::Deny { token, about, needs_note } => {
            let fields = vec![note(FormKind::Deny, *needs_note)];
            filled(FormKind::Deny, "Deny", about, &token.to_string(), fields, ("Deny", ButtonStyle::Danger))
        }
        Form::Trim { token, about, duration, present, lower } => {
            let shorter = format!("{duration}, or less");
            let mut fields = vec![text(FormKind::Trim, Field::Duration, "Shorter time", &shorter)];
            if let (Some(present), [_, ..]) = (present, lower.as_slice()) {
                let levels = lower.iter().map(|level| (level.as_str(), level.as_str().to_owned()));
                fields.push(choice(FormKind::Trim, Field::Access, "Lower access", present.as_str(), levels));
            }
            fields.push(note(FormKind::Trim, false));
            let send = ("Approve", ButtonStyle::Primary);
            filled(FormKind::Trim, "Approve with changes", about, &token.to_string(), fields, send)
        }
    }
}

/// The note of a deny, to be opened inside a shared card.
pub(crate) fn note_of_deny(token: &str, label: &str) -> Value {
    let deny = execute(label, ButtonStyle::Danger, "deny", data::fill(FormKind::Deny, token));
    json!({"type": "AdaptiveCard", "body": [note(FormKind::Deny, false)], "actions": [deny]})
}

/// Asks for access to one of `offers` (rule 29). A level that the chosen resource does not have comes back as a sentence.
fn request(offers: &[Offer]) -> Value {
    let kind = FormKind::Request;
    let resources = offers.iter().map(|offer| (offer.resource.as_str(), titled(offer)));
    let levels: BTreeSet<&str> = offers.iter().flat_map(|o| &o.access).map(|level| level.as_str()).collect();
    let levels = levels.into_iter().map(|level| (level, level.to_owned()));
    let fields = vec![
        required(choice(kind, Field::Resource, "Resource", "Choose a resource", resources), "Choose a resource."),
        choice(kind, Field::Access, "Access", "The usual level", levels),
        required(text(kind, Field::Duration, "For how long", "4h, 90m, 2d, until 18:00"), "Say for how long."),
        long(text(kind, Field::Reason, "Reason", ""), bounds::REASON),
    ];
    filled(kind, "Request access", "", "", fields, ("Ask", ButtonStyle::Primary))
}

fn titled(offer: &Offer) -> String {
    match offer.description.is_empty() {
        true => offer.resource.to_string(),
        false => format!("{} · {}", offer.resource, offer.description),
    }
}

fn filled(
    kind: FormKind,
    title: &str,
    about: &str,
    token: &str,
    fields: Vec<Value>,
    (send, style): (&str, ButtonStyle),
) -> Value {
    let mut body = vec![line(&Text::plain(title), Look { strong: true, large: true, ..Look::default() }, 100)];
    if !about.is_empty() {
        body.push(line(&Text::plain(about), Look::default(), 600));
    }
    body.extend(fields);
    render::content(body, vec![execute(send, style, kind.key(), data::fill(kind, token))])
}

fn note(kind: FormKind, needed: bool) -> Value {
    let field = long(text(kind, Field::Note, "Note", ""), bounds::NOTE);
    if needed { required(field, "A note is needed.") } else { field }
}

fn text(kind: FormKind, field: Field, label: &str, placeholder: &str) -> Value {
    let mut input = json!({"type": "Input.Text", "id": data::field(kind, field.key()), "label": label});
    if !placeholder.is_empty() {
        input["placeholder"] = plain(placeholder, 100).into();
    }
    input
}

fn long(mut field: Value, most: usize) -> Value {
    field["isMultiline"] = true.into();
    field["maxLength"] = most.into();
    field
}

fn required(mut field: Value, otherwise: &str) -> Value {
    field["isRequired"] = true.into();
    field["errorMessage"] = otherwise.into();
    field
}

fn choice<'a>(
    kind: FormKind,
    field: Field,
    label: &str,
    placeholder: &str,
    choices: impl Iterator<Item = (&'a str, String)>,
) -> Value {
    let choices: Vec<Value> =
        choices.take(CHOICES).map(|(value, title)| json!({"title": plain(&title, 80), "value": value})).collect();
    let style = if choices.len() > SHORT { "filtered" } else { "compact" };
    json!({"type": "Input.ChoiceSet", "id": data::field(kind, field.key()), "label": label, "style": style,
        "placeholder": plain(placeholder, 100), "choices": choices})
}
