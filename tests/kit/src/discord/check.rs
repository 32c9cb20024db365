//! Discord's limits on what apps send (discord.com/developers, "Component Reference", "Application Commands"), and ours:
//! no message may mention anybody.

use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Only components.
const COMPONENTS: u64 = 1 << 15;

type Checked = Result<(), String>;

fn ensure(holds: bool, what: impl FnOnce() -> String) -> Checked {
    if holds { Ok(()) } else { Err(what()) }
}

fn between(value: &Value, name: &str, least: usize, most: usize) -> Checked {
    let length = value[name].as_str().map(|text| text.chars().count());
    ensure(length.is_some_and(|n| (least..=most).contains(&n)), || {
        format!("{name} is not {least} to {most} long: {value}")
    })
}

/// A message, or the data of an answer that is one.
///
/// # Errors
/// The first rule that it breaks.
pub fn check_message(body: &Value) -> Checked {
    ensure(body["allowed_mentions"] == json!({"parse": []}), || format!("mentions are not switched off: {body}"))?;
    ensure(body["flags"].as_u64().unwrap_or_default() & COMPONENTS != 0, || "no components flag".into())?;
    ensure(body.get("content").is_none() && body.get("embeds").is_none(), || "content beside components".into())?;
    let mut seen = Seen::default();
    let components = body["components"].as_array().filter(|all| !all.is_empty()).ok_or("no components")?;
    components.iter().try_for_each(|component| seen.component(component, 0))?;
    ensure(seen.count <= 40, || format!("{} components", seen.count))?;
    ensure(seen.text <= 4_000, || format!("{} characters", seen.text))
}

#[derive(Default)]
struct Seen {
    count: usize,
    text: usize,
    ids: BTreeSet<String>,
}

impl Seen {
    fn component(&mut self, component: &Value, depth: usize) -> Checked {
        self.count += 1;
        match component["type"].as_u64() {
            Some(10) => {
                between(component, "content", 1, 4_000)?;
                let content = component["content"].as_str().unwrap_or_default();
                self.text += content.chars().count();
                ensure(!content.trim().is_empty(), || "an empty text".into())
            }
            Some(14) => Ok(()),
            Some(17) if depth == 0 => {
                let inside = component["components"].as_array().filter(|all| !all.is_empty());
                inside.ok_or("an empty container")?.iter().try_for_each(|inner| self.component(inner, 1))
            }
            Some(1) => {
                let row = component["components"].as_array().ok_or("a row without components")?;
                ensure((1..=5).contains(&row.len()), || format!("{} buttons in a row", row.len()))?;
                row.iter().try_for_each(|button| self.button(button))
            }
            kind => Err(format!("component type {kind:?} at depth {depth}")),
        }
    }

    fn button(&mut self, button: &Value) -> Checked {
        self.count += 1;
        ensure(button["type"] == 2, || format!("no button: {button}"))?;
        ensure(button["style"].as_u64().is_some_and(|style| (1..=4).contains(&style)), || "a button's style".into())?;
        between(button, "label", 1, 80)?;
        self.id(button)
    }

    fn id(&mut self, component: &Value) -> Checked {
        between(component, "custom_id", 1, 100)?;
        let id = component["custom_id"].as_str().unwrap_or_default();
        ensure(self.ids.insert(id.to_owned()), || format!("custom_id {id} twice"))
    }
}

/// The data of an answer that opens a form.
///
/// # Errors
/// The first rule that it breaks.
pub fn check_modal(form: &Value) -> Checked {
    between(form, "custom_id", 1, 100)?;
    between(form, "title", 1, 45)?;
    let fields = form["components"].as_array().ok_or("a form without components")?;
    ensure((1..=5).contains(&fields.len()), || format!("{} components in a form", fields.len()))?;
    let mut seen = Seen::default();
    for field in fields {
        match field["type"].as_u64() {
            Some(10) => between(field, "content", 1, 4_000)?,
            Some(18) => {
                between(field, "label", 1, 45)?;
                if field.get("description").is_some() {
                    between(field, "description", 1, 100)?;
                }
                seen.id(&field["component"])?;
                input(&field["component"])?;
            }
            kind => return Err(format!("component type {kind:?} in a form")),
        }
    }
    Ok(())
}

fn input(input: &Value) -> Checked {
    match input["type"].as_u64() {
        Some(4) => {
            ensure(matches!(input["style"].as_u64(), Some(1 | 2)), || "a text input's style".into())?;
            ensure(input["max_length"].as_u64().is_none_or(|n| (1..=4_000).contains(&n)), || "max_length".into())?;
            ensure(input["placeholder"].as_str().is_none_or(|p| p.chars().count() <= 100), || "placeholder".into())
        }
        Some(3) => {
            let options = input["options"].as_array().ok_or("a choice without options")?;
            ensure((1..=25).contains(&options.len()), || format!("{} options", options.len()))?;
            let values: BTreeSet<&str> = options.iter().filter_map(|o| o["value"].as_str()).collect();
            ensure(values.len() == options.len(), || "the same option twice".into())?;
            for option in options {
                between(option, "label", 1, 100)?;
                between(option, "value", 1, 100)?;
            }
            Ok(())
        }
        kind => Err(format!("component type {kind:?} in a label")),
    }
}

/// A command that is registered.
///
/// # Errors
/// The first rule that it breaks.
pub fn check_command(command: &Value) -> Checked {
    let name = |value: &Value| {
        between(value, "name", 1, 32)?;
        let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
        ensure(value["name"].as_str().is_some_and(|n| n.chars().all(fine)), || format!("name {}", value["name"]))
    };
    name(command)?;
    between(command, "description", 1, 100)?;
    let options = command["options"].as_array().map(Vec::as_slice).unwrap_or_default();
    ensure(options.len() <= 25, || format!("{} options", options.len()))?;
    for option in options {
        name(option)?;
        between(option, "description", 1, 100)?;
        let choices = option["choices"].as_array().map_or(0, Vec::len);
        ensure(choices <= 25, || format!("{choices} choices"))?;
        ensure(choices == 0 || option["autocomplete"] != true, || "choices and suggestions".into())?;
    }
    Ok(())
}
