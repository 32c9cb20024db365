//! Input blocks. The element inside always has the same action id: the block names the field.

use crate::render::text::plain;
use countersign_engine::desk::Field;
use serde_json::{Value, json};

/// A label may have 2,000 characters, a hint or placeholder 150, an option 75 and its value 150; 100 options at most
/// (docs.slack.dev, "Block Kit" reference).
const OPTIONS: usize = 100;
const OPTION: usize = 75;
const VALUE: usize = 150;

pub(super) fn text(field: Field, label: &str, placeholder: &str) -> Value {
    let element = json!({"type": "plain_text_input", "action_id": "in", "placeholder": plain(placeholder, VALUE)});
    input(field, label, element)
}

pub(super) fn long_text(field: Field, label: &str, max: usize) -> Value {
    let element = json!({"type": "plain_text_input", "action_id": "in", "multiline": true, "max_length": max});
    optional(input(field, label, element))
}

/// A choice of names; those that Slack cannot carry are left out.
pub(super) fn choice<'a>(field: Field, label: &str, placeholder: &str, names: impl Iterator<Item = &'a str>) -> Value {
    let fits = |name: &&str| !name.is_empty() && name.len() <= VALUE;
    let option = |name: &str| json!({"text": plain(name, OPTION), "value": name});
    let options: Vec<Value> = names.filter(fits).take(OPTIONS).map(option).collect();
    let placeholder = plain(placeholder, VALUE);
    input(
        field,
        label,
        json!({"type": "static_select", "action_id": "in", "placeholder": placeholder, "options": options}),
    )
}

pub(super) fn optional(mut input: Value) -> Value {
    input["optional"] = true.into();
    input
}

pub(super) fn with_hint(mut input: Value, hint: &str) -> Value {
    input["hint"] = plain(hint, VALUE);
    input
}

fn input(field: Field, label: &str, element: Value) -> Value {
    json!({"type": "input", "block_id": field.key(), "label": plain(label, OPTION), "element": element})
}
