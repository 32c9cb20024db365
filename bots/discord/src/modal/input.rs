//! Fields of a form: a label around a text or a choice.

use crate::render::text::unparsed;
use countersign_engine::{
    desk::{Field, FormKind},
    words,
};
use serde_json::{Value, json};

/// Discord's bounds (discord.com/developers, "Component Reference": Label, Text Input, String Select).
const LABEL: usize = 45;
const HINT: usize = 100;
const PLACEHOLDER: usize = 100;
const OPTIONS: usize = 25;
const OPTION: usize = 100;
const TYPED: usize = 200;

pub(super) fn text(form: FormKind, field: Field, placeholder: &str) -> Value {
    let placeholder = unparsed(placeholder, PLACEHOLDER);
    input(
        form,
        field,
        json!({"type": 4, "custom_id": field.key(), "style": 1, "placeholder": placeholder, "max_length": TYPED}),
    )
}

pub(super) fn long_text(form: FormKind, field: Field, max: usize) -> Value {
    input(form, field, json!({"type": 4, "custom_id": field.key(), "style": 2, "max_length": max}))
}

/// A choice of names; those that Discord cannot carry are left out.
pub(super) fn choice(form: FormKind, field: Field, placeholder: &str, names: &[&str]) -> Value {
    let fits = |name: &&&str| !name.is_empty() && name.chars().count() <= OPTION;
    let option = |name: &&str| json!({"label": unparsed(name, OPTION), "value": name});
    let options: Vec<Value> = names.iter().filter(fits).take(OPTIONS).map(option).collect();
    let placeholder = unparsed(placeholder, PLACEHOLDER);
    input(form, field, json!({"type": 3, "custom_id": field.key(), "placeholder": placeholder, "options": options}))
}

/// A choice where there is one to offer; a text to type where there are more names than Discord shows.
pub(super) fn unless_too_many(form: FormKind, field: Field, placeholder: &str, names: &[&str]) -> Value {
    let carried = names.iter().all(|name| !name.is_empty() && name.chars().count() <= OPTION);
    match (1..=OPTIONS).contains(&names.len()) && carried {
        true => choice(form, field, placeholder, names),
        false => text(form, field, "Its name"),
    }
}

pub(super) fn optional(mut input: Value) -> Value {
    input["component"]["required"] = false.into();
    input
}

fn input(form: FormKind, field: Field, mut component: Value) -> Value {
    component["required"] = true.into();
    let label = unparsed(words::form::label(form, field), LABEL);
    let mut input = json!({"type": 18, "label": label, "component": component});
    if let Some(hint) = words::form::hint(form, field) {
        input["description"] = unparsed(hint, HINT).into();
    }
    input
}
