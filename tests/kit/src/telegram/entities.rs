//! Telegram's limits on a message (core.telegram.org/bots/api, "sendMessage", "MessageEntity", "InlineKeyboardMarkup"; and
//! core.telegram.org/api/entities on nesting), checked on raw JSON.

use super::html;
use serde_json::{Value, json};

type Check = Result<(), String>;

/// Checks the text, the entities and the keyboard of a call.
///
/// # Errors
/// Says which limit is broken, as Telegram would.
pub fn check(body: &Value) -> Check {
    let parsed = match body["parse_mode"].as_str() {
        None => (body["text"].as_str().unwrap_or_default().to_owned(), body["entities"].clone()),
        Some("HTML") => html::parse(body["text"].as_str().unwrap_or_default())?,
        Some(other) => return Err(format!("parse mode {other} is not for words of people's")),
    };
    let units = parsed.0.encode_utf16().count();
    need(!parsed.0.trim().is_empty(), "message text is empty")?;
    need(units <= 4_096, "message is too long")?;
    entities(&parsed.1, units)?;
    markup(&body["reply_markup"])
}

/// The text and the entities of a call that [`check`] has passed.
pub(super) fn read(body: &Value) -> (String, Value) {
    let text = body["text"].as_str().unwrap_or_default();
    let given = || (text.to_owned(), body["entities"].as_array().cloned().unwrap_or_default().into());
    match body["parse_mode"].as_str() {
        Some("HTML") => html::parse(text).unwrap_or_else(|_| given()),
        _ => given(),
    }
}

fn entities(entities: &Value, units: usize) -> Check {
    let entities = entities.as_array().map(Vec::as_slice).unwrap_or_default();
    need(entities.len() <= 100, "more than 100 entities")?;
    let mut spans: Vec<(usize, usize, &str)> = Vec::new();
    for entity in entities {
        let number = |name: &str| entity[name].as_u64().and_then(|n| usize::try_from(n).ok());
        let (at, length) =
            (number("offset").ok_or("entity without offset")?, number("length").ok_or("without length")?);
        let kind = entity["type"].as_str().unwrap_or_default();
        need(length > 0 && at + length <= units, "entity beyond the text")?;
        match kind {
            "bold" | "italic" | "underline" | "strikethrough" | "spoiler" | "blockquote" | "code" => {}
            "text_link" => need(entity["url"].as_str().is_some_and(|url| url.starts_with("https://")), "link")?,
            "date_time" => need(entity["unix_time"].is_i64() && entity["date_time_format"].is_string(), "date_time")?,
            other => return Err(format!("entity type \"{other}\"")),
        }
        for (other_at, other_length, other) in &spans {
            let (end, other_end) = (at + length, other_at + other_length);
            let apart = end <= *other_at || other_end <= at;
            let nested = (*other_at <= at && end <= other_end) || (at <= *other_at && other_end <= end);
            need(apart || nested, "entities overlap")?;
            let style = |kind: &str| matches!(kind, "bold" | "italic" | "underline" | "strikethrough" | "spoiler");
            need(apart || ![kind, *other].contains(&"code"), "code holds other entities")?;
            need(apart || style(kind) || style(other), "entities that cannot hold each other")?;
        }
        spans.push((at, length, kind));
    }
    Ok(())
}

fn markup(markup: &Value) -> Check {
    if markup.is_null() {
        return Ok(());
    }
    if markup["force_reply"] == true {
        let hint = markup["input_field_placeholder"].as_str().unwrap_or("x");
        return need((1..=64).contains(&hint.chars().count()), "placeholder");
    }
    let rows = markup["inline_keyboard"].as_array().ok_or("object expected as reply markup")?;
    let mut keys = 0;
    for key in rows.iter().filter_map(Value::as_array).flatten() {
        keys += 1;
        need(key["text"].as_str().is_some_and(|text| !text.is_empty()), "button without text")?;
        need(matches!(key["style"].as_str(), None | Some("primary" | "success" | "danger")), "button style")?;
        match (key["callback_data"].as_str(), key["url"].as_str()) {
            (Some(data), None) => need((1..=64).contains(&data.len()), "BUTTON_DATA_INVALID")?,
            (None, Some(url)) => need(url.starts_with("https://"), "BUTTON_URL_INVALID")?,
            _ => return Err("can't parse inline keyboard button".into()),
        }
    }
    need(keys <= 100, "reply markup is too long")
}

fn need(holds: bool, otherwise: &str) -> Check {
    if holds { Ok(()) } else { Err(otherwise.to_owned()) }
}

/// An entity, for the parser of HTML.
pub(super) fn entity(kind: &str, at: usize, length: usize) -> Value {
    json!({"type": kind, "offset": at, "length": length})
}
