//! Slack's limits on blocks and views, from docs.slack.dev "Block Kit" reference, checked on raw JSON. Text is counted
//! in UTF-16 units: Slack counts no stricter.

use serde_json::Value;
use std::collections::HashSet;

type Check = Result<(), String>;

/// Checks a message's blocks; `null` is a message without any.
///
/// # Errors
/// Says which limit is broken.
pub fn check(blocks: &Value) -> Check {
    match blocks {
        Value::Null => Ok(()),
        Value::Array(blocks) if blocks.len() <= 50 => all(blocks, false),
        Value::Array(blocks) => Err(format!("{} blocks", blocks.len())),
        _ => Err("blocks are not a list".into()),
    }
}

/// Checks a modal view.
///
/// # Errors
/// Says which limit is broken.
pub fn check_view(view: &Value) -> Check {
    need(view["type"] == "modal", "type is not modal")?;
    plain(&view["title"], 24)?;
    let has_input = view["blocks"].as_array().is_some_and(|b| b.iter().any(|b| b["type"] == "input"));
    need(!has_input || !view["submit"].is_null(), "input without submit")?;
    for label in ["submit", "close"].iter().filter(|label| !view[**label].is_null()) {
        plain(&view[*label], 24)?;
    }
    string(view, "callback_id", 0..=255)?;
    string(view, "private_metadata", 0..=3_000)?;
    match view["blocks"].as_array() {
        Some(blocks) if (1..=100).contains(&blocks.len()) => all(blocks, true),
        _ => Err("a view has 1 to 100 blocks".into()),
    }
}

fn all(blocks: &[Value], view: bool) -> Check {
    let mut ids = HashSet::new();
    for block in blocks {
        string(block, "block_id", 0..=255)?;
        if let Some(id) = block["block_id"].as_str() {
            need(ids.insert(id), "a block_id twice")?;
        }
        one(block, view)?;
    }
    Ok(())
}

fn one(block: &Value, view: bool) -> Check {
    match block["type"].as_str().unwrap_or_default() {
        "header" => plain(&block["text"], 150),
        "divider" => Ok(()),
        "section" => section(block),
        "context" => {
            let elements = block["elements"].as_array().filter(|e| (1..=10).contains(&e.len()));
            elements.ok_or("context has 1 to 10 elements")?.iter().try_for_each(|e| text(e, 3_000))
        }
        "actions" => actions(block),
        "input" if view => input(block),
        other => Err(format!("block type \"{other}\"")),
    }
}

fn section(block: &Value) -> Check {
    match (&block["text"], block["fields"].as_array()) {
        (Value::Null, None) => Err("a section without text".into()),
        (text_object, fields) => {
            if !text_object.is_null() {
                text(text_object, 3_000)?;
            }
            let fields = fields.map(Vec::as_slice).unwrap_or_default();
            need(block["fields"].is_null() || (1..=10).contains(&fields.len()), "a section has 1 to 10 fields")?;
            fields.iter().try_for_each(|field| text(field, 2_000))
        }
    }
}

fn actions(block: &Value) -> Check {
    let elements = block["elements"].as_array().filter(|e| (1..=25).contains(&e.len()));
    let mut ids = HashSet::new();
    for element in elements.ok_or("actions has 1 to 25 elements")? {
        need(element["type"] == "button", "not a button")?;
        plain(&element["text"], 75)?;
        string(element, "value", 0..=2_000)?;
        string(element, "action_id", 1..=255)?;
        need(ids.insert(element["action_id"].as_str()), "an action_id twice")?;
        need(matches!(element["style"].as_str(), None | Some("primary" | "danger")), "button style")?;
    }
    Ok(())
}

fn input(block: &Value) -> Check {
    plain(&block["label"], 2_000)?;
    if !block["hint"].is_null() {
        plain(&block["hint"], 2_000)?;
    }
    let element = &block["element"];
    string(element, "action_id", 1..=255)?;
    if !element["placeholder"].is_null() {
        plain(&element["placeholder"], 150)?;
    }
    match element["type"].as_str().unwrap_or_default() {
        "plain_text_input" => {
            need(element["max_length"].as_u64().is_none_or(|n| (1..=3_000).contains(&n)), "max_length")
        }
        "static_select" => {
            let options = element["options"].as_array().filter(|o| (1..=100).contains(&o.len()));
            options.ok_or("a select has 1 to 100 options")?.iter().try_for_each(|option| {
                plain(&option["text"], 75)?;
                string(option, "value", 1..=150)
            })
        }
        other => Err(format!("input element \"{other}\"")),
    }
}

fn text(object: &Value, max: usize) -> Check {
    match object["type"].as_str() {
        Some("plain_text") => plain(object, max),
        Some("mrkdwn") => {
            need(object.get("emoji").is_none(), "emoji is for plain_text")?;
            string(object, "text", 1..=max)
        }
        _ => Err(format!("not a text object: {object}")),
    }
}

fn plain(object: &Value, max: usize) -> Check {
    need(object["type"] == "plain_text", "not plain_text")?;
    need(object.get("verbatim").is_none(), "verbatim is for mrkdwn")?;
    string(object, "text", 1..=max)
}

fn string(object: &Value, name: &str, length: std::ops::RangeInclusive<usize>) -> Check {
    let units = match &object[name] {
        Value::Null => 0,
        Value::String(text) => text.encode_utf16().count(),
        _ => return Err(format!("{name} is not a string")),
    };
    need(length.contains(&units), &format!("{name} has {units} characters, may have {length:?}"))
}

fn need(holds: bool, otherwise: &str) -> Check {
    if holds { Ok(()) } else { Err(otherwise.to_owned()) }
}
