//! Inline keyboards: rows of buttons below a message.

use super::pen::tidy;
use countersign_engine::{
    card::{Button, ButtonStyle, Verb},
    words::cut,
};
use serde_json::{Value, json};

/// A label longer than this is not shown whole on a phone, in characters.
const LABEL: usize = 40;

/// A button that sends `data`, at most 64 bytes (core.telegram.org/bots/api, "InlineKeyboardButton").
pub(crate) fn key(label: &str, data: &str) -> Value {
    json!({"text": label_of(label), "callback_data": data})
}

/// A button that opens an address of ours.
pub(crate) fn link(label: &str, url: &str) -> Value {
    json!({"text": label_of(label), "url": url})
}

/// Rows of buttons.
pub(crate) fn rows(rows: &[Vec<Value>]) -> Value {
    let rows: Vec<&Vec<Value>> = rows.iter().filter(|row| !row.is_empty()).collect();
    json!({"inline_keyboard": rows})
}

/// Buttons in rows of `wide`.
pub(crate) fn grid(keys: Vec<Value>, wide: usize) -> Vec<Vec<Value>> {
    keys.chunks(wide).map(<[Value]>::to_vec).collect()
}

/// A card's buttons: the two of a vote side by side, the others below. A card without any has an empty keyboard, so that
/// an edit takes the old ones away.
pub(super) fn of_card(buttons: &[Button]) -> Value {
    let (votes, others): (Vec<&Button>, Vec<&Button>) =
        buttons.iter().partition(|b| matches!(b.token.verb, Verb::Approve | Verb::Deny));
    let row = |buttons: &[&Button]| buttons.iter().map(|b| of_button(b)).collect::<Vec<_>>();
    let mut all = vec![row(&votes)];
    all.extend(others.chunks(2).map(row));
    rows(&all)
}

fn of_button(button: &Button) -> Value {
    let mut made = key(&button.label, &button.token.to_string());
    match button.style {
        ButtonStyle::Primary => made["style"] = "success".into(),
        ButtonStyle::Danger => made["style"] = "danger".into(),
        ButtonStyle::Plain => {}
    }
    made
}

fn label_of(label: &str) -> String {
    match cut(&tidy(label), LABEL) {
        empty if empty.is_empty() => "–".into(),
        label => label,
    }
}
