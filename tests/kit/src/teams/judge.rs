//! What Teams and the Adaptive Cards schema say about a message.

use crate::specs;
use serde_json::Value;
use std::{collections::BTreeSet, sync::LazyLock};

/// "Limits and specifications for Teams": about 28 KB a message.
const MESSAGE: usize = 28 * 1024;
const ACTIONS: usize = 6;

/// The published schema, where `COUNTERSIGN_SPECS` says where it is.
static SCHEMA: LazyLock<Option<jsonschema::Validator>> = LazyLock::new(|| {
    let schema = specs::load("adaptive-card-1.5.json")?;
    Some(jsonschema::validator_for(&schema).expect("the Adaptive Cards schema"))
});

/// A message of the app's. Errors: what Teams would refuse, or show as something else than words.
pub fn check_message(message: &Value) -> Result<(), String> {
    let size = message.to_string().len();
    if size > MESSAGE {
        return Err(format!("{size} bytes, where Teams takes {MESSAGE}"));
    }
    if message["type"] != "message" {
        return Err("not a message".into());
    }
    if !message["entities"].is_null() || !message["text"].is_null() {
        return Err("text or entities: people's words could mention or be formatted".into());
    }
    if message["summary"].as_str().is_none_or(|summary| summary.is_empty() || summary.contains("<at")) {
        return Err("a summary that is missing, or mentions".into());
    }
    let attachments = message["attachments"].as_array().map(Vec::as_slice).unwrap_or_default();
    match attachments {
        [one] if one["contentType"] == "application/vnd.microsoft.card.adaptive" => check_card(&one["content"]),
        _ => Err("not one Adaptive Card".into()),
    }
}

/// An Adaptive Card. Errors: as above.
pub fn check_card(card: &Value) -> Result<(), String> {
    // The schema takes a card without a type, or of any version.
    if card["type"] != "AdaptiveCard" || card["version"] != "1.5" {
        return Err("not an Adaptive Card 1.5".into());
    }
    if card["body"].as_array().is_none_or(Vec::is_empty) {
        return Err("an empty card".into());
    }
    if card["actions"].as_array().is_some_and(|actions| actions.is_empty() || actions.len() > ACTIONS) {
        return Err(format!("more than {ACTIONS} actions, or an empty list of them"));
    }
    if card["refresh"]["userIds"].as_array().is_some_and(|ids| ids.is_empty() || ids.len() > 60) {
        return Err("refresh for nobody, or for more than 60".into());
    }
    let mut ids = BTreeSet::new();
    walk(card, &mut ids)?;
    if let Some(schema) = SCHEMA.as_ref() {
        let errors: Vec<String> =
            schema.iter_errors(card).map(|e| format!("{}: {e}", e.instance_path())).take(3).collect();
        if !errors.is_empty() {
            return Err(errors.join("; "));
        }
    }
    Ok(())
}

/// Every element: no place that reads Markdown, no live macro, no id twice.
fn walk(value: &Value, ids: &mut BTreeSet<String>) -> Result<(), String> {
    match value {
        Value::Array(items) => items.iter().try_for_each(|item| walk(item, ids)),
        Value::Object(fields) => {
            let kind = fields.get("type").and_then(Value::as_str).unwrap_or_default();
            if ["TextBlock", "FactSet", "Media", "Image", "Action.OpenUrl"].contains(&kind) {
                return Err(format!("a {kind}, which reads Markdown or leads elsewhere"));
            }
            if let Some(id) = fields.get("id").and_then(Value::as_str).filter(|_| kind.starts_with("Input."))
                && !ids.insert(id.to_owned())
            {
                return Err(format!("the id {id} twice"));
            }
            for name in ["text", "title", "label", "placeholder"] {
                let words = fields.get(name).and_then(Value::as_str).unwrap_or_default();
                if words.contains("{{") || words.to_lowercase().contains("<at") {
                    return Err(format!("live words: {words}"));
                }
            }
            fields.iter().filter(|(name, _)| *name != "data").try_for_each(|(_, field)| walk(field, ids))
        }
        _ => Ok(()),
    }
}
