//! Input blocks. The element inside always has the same action id: the block names the field.

use crate::render::text::plain;
use countersign_engine::{
    desk::{Field, FormKind},
    words,
};
use serde_json::{Value, json};

/// A label may have 2,000 characters, a hint or placeholder 150, an option 75 and its value 150; 100 options at most
/// (docs.slack.dev, "Block Kit" reference).
const OPTIONS: usize = 100;
const OPTION: usize = 75;
const VALUE: usize = 150;

pub(super) fn text(form: FormKind, field: Field, placeholder: &str) -> Value {
    let element = json!({"type": "plain_text_input", "action_id": "in", "placeholder": plain(placeholder, VALUE)});
    input(form, field, element)
}

pub(super) fn long_text(form: FormKind, field: Field, max: usize) -> Value {
    let element = json!({"type": "plain_text_input", "action_id": "in", "multiline": true, "max_length": max});
    optional(input(form, field, element))
}

/// A choice of names; those that Slack cannot carry are left out.
pub(super) fn choice<'a>(
    form: FormKind,
    field: Field,
    placeholder: &str,
    names: impl Iterator<Item = &'a str>,
) -> Value {
    let fits = |name: &&str| !name.is_empty() && name.len() <= VALUE;
    let option = |name: &str| json!({"text": plain(name, OPTION), "value": name});
    let options: Vec<Value> = names.filter(fits).take(OPTIONS).map(option).collect();
    let placeholder = plain(placeholder, VALUE);
    input(
        form,
        field,
        json!({"type": "static_select", "action_id": "in", "placeholder": placeholder, "options": options}),
    )
}

pub(super) fn optional(mut input: Value) -> Value {
    input["optional"] = true.into();
    input
}

fn input(form: FormKind, field: Field, element: Value) -> Value {
    let label = plain(words::form::label(form, field), OPTION);
    let mut input = json!({"type": "input", "block_id": field.key(), "label": label, "element": element});
    if let Some(hint) = words::form::hint(form, field) {
        input["hint"] = plain(hint, VALUE);
    }
    input
}
