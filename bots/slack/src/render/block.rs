//! The few block types that we use.

use super::text::{self, limit, plain};
use countersign_engine::card::{ButtonStyle, Text};
use serde_json::{Value, json};

/// A section around a text object.
pub(crate) fn section(text: Value) -> Value {
    json!({"type": "section", "text": text})
}

/// Our own sentences, which may quote people's words.
pub(crate) fn words(words: &str) -> Value {
    section(text::paragraphs(words, limit::SECTION))
}

/// A row of buttons.
pub(crate) fn actions(elements: Vec<Value>) -> Value {
    json!({"type": "actions", "elements": elements})
}

/// A button. `action` says its job, `value` what it is about.
pub(crate) fn button(label: &str, style: ButtonStyle, action: &str, value: &str) -> Value {
    let mut button =
        json!({"type": "button", "text": plain(label, limit::BUTTON), "action_id": action, "value": value});
    if let Some(style) = super::style(style) {
        button["style"] = style.into();
    }
    button
}

/// Lines packed into sections, each within Slack's limit.
#[derive(Default)]
pub(crate) struct Section {
    full: Vec<String>,
    open: String,
}

/// No line may fill a section alone: a chain has up to a dozen lines.
const LINE: usize = 900;

impl Section {
    /// Adds a line.
    pub(crate) fn line(&mut self, lead: &str, text: &Text) {
        let line = format!("{lead}{}", text::marked(text, LINE));
        if text::units(&self.open) + text::units(&line) + 1 > limit::SECTION {
            self.full.push(std::mem::take(&mut self.open));
        }
        if !self.open.is_empty() {
            self.open.push('\n');
        }
        self.open.push_str(&line);
    }

    /// All of it.
    pub(crate) fn into_blocks(self) -> Vec<Value> {
        let texts = self.full.into_iter().chain([self.open]).filter(|text| !text.is_empty());
        texts.map(|text| section(text::marked_object(text))).collect()
    }
}
