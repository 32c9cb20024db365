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
    words::form::{label, missing, or_less, placeholder, send, title},
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
            filled(FormKind::Deny, about, &token.to_string(), fields, ButtonStyle::Danger)
        }
        Form::Trim { token, about, duration, present, lower } => {
            let mut fields = vec![text(FormKind::Trim, Field::Duration, &or_less(*duration))];
            if let (Some(present), [_, ..]) = (present, lower.as_slice()) {
                let levels = lower.iter().map(|level| (level.as_str(), level.as_str().to_owned()));
                fields.push(choice(FormKind::Trim, Field::Access, present.as_str(), levels));
            }
            fields.push(note(FormKind::Trim, false));
            filled(FormKind::Trim, about, &token.to_string(), fields, ButtonStyle::Primary)
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
        required(choice(kind, Field::Resource, placeholder(Field::Resource), resources), Field::Resource),
        choice(kind, Field::Access, placeholder(Field::Access), levels),
        required(text(kind, Field::Duration, placeholder(Field::Duration)), Field::Duration),
        long(text(kind, Field::Reason, placeholder(Field::Reason)), bounds::REASON),
    ];
    filled(kind, "", "", fields, ButtonStyle::Primary)
}

fn titled(offer: &Offer) -> String {
    match offer.description.is_empty() {
        true => offer.resource.to_string(),
        false => format!("{} · {}", offer.resource, offer.description),
    }
}

fn filled(kind: FormKind, about: &str, token: &str, fields: Vec<Value>, style: ButtonStyle) -> Value {
    let mut body = vec![line(&Text::plain(title(kind)), Look { strong: true, large: true, ..Look::default() }, 100)];
    if !about.is_empty() {
        body.push(line(&Text::plain(about), Look::default(), 600));
    }
    body.extend(fields);
    render::content(body, vec![execute(send(kind), style, kind.key(), data::fill(kind, token))])
}

fn note(kind: FormKind, needed: bool) -> Value {
    let mut field = long(text(kind, Field::Note, placeholder(Field::Note)), bounds::NOTE);
    // Here a deny's note too is opened inside the card, where "Why" could be read as the request's reason.
    field["label"] = label(FormKind::Trim, Field::Note).into();
    if needed { required(field, Field::Note) } else { field }
}

fn text(kind: FormKind, field: Field, placeholder: &str) -> Value {
    let mut input = json!({"type": "Input.Text", "id": data::field(kind, field.key()), "label": label(kind, field)});
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

fn required(mut input: Value, field: Field) -> Value {
    input["isRequired"] = true.into();
    input["errorMessage"] = missing(field).into();
    input
}

fn choice<'a>(
    kind: FormKind,
    field: Field,
    placeholder: &str,
    choices: impl Iterator<Item = (&'a str, String)>,
) -> Value {
    let choices: Vec<Value> =
        choices.take(CHOICES).map(|(value, title)| json!({"title": plain(&title, 80), "value": value})).collect();
    let style = if choices.len() > SHORT { "filtered" } else { "compact" };
    json!({"type": "Input.ChoiceSet", "id": data::field(kind, field.key()), "label": label(kind, field), "style": style,
        "placeholder": plain(placeholder, 100), "choices": choices})
}
