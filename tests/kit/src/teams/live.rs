//! Adaptive Cards, read back: what of them is more than words.

use serde_json::Value;

/// Everything in a message that Teams would make a mention or a date of, or that hides; empty when there is nothing.
pub fn live(message: &Value) -> Vec<String> {
    let mut texts = Vec::new();
    read(message, &mut texts);
    let alive = |text: &String| {
        let lower = text.to_lowercase();
        let hidden = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{200b}'..='\u{200d}');
        ["<at", "</at", "{{"].iter().any(|mark| lower.contains(mark)) || text.contains(hidden)
    };
    texts.into_iter().filter(alive).collect()
}

/// How many texts somebody reads.
pub fn texts(message: &Value) -> usize {
    let mut texts = Vec::new();
    read(message, &mut texts);
    texts.len()
}

fn read(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| read(item, found)),
        Value::Object(fields) => {
            let shown = ["text", "title", "label", "summary"].iter().filter_map(|name| fields.get(*name)?.as_str());
            found.extend(shown.map(str::to_owned));
            fields.iter().filter(|(name, _)| *name != "data").for_each(|(_, field)| read(field, found));
        }
        _ => {}
    }
}
