//! The forms we open, as Slack views. Pure.

mod input;
mod note;
mod request;
mod trim;

pub(crate) use note::deny;
pub(crate) use request::request;
pub(crate) use trim::trim;

use crate::render::text::plain;
use countersign_engine::{card::Token, desk::FormKind, words};
use serde_json::{Value, json};

/// A view's title, submit and close labels may have 24 characters.
const TITLE: usize = 24;

/// `about` comes back with the form: the card token that it was opened for, if there is one.
fn form(kind: FormKind, about: Option<&Token>, blocks: Vec<Value>) -> Value {
    let mut view = json!({
        "type": "modal",
        "callback_id": kind.key(),
        "title": plain(words::form::title(kind), TITLE),
        "submit": plain(words::form::send(kind), TITLE),
        "close": plain("Cancel", TITLE),
        "blocks": blocks,
    });
    if let Some(token) = about {
        view["private_metadata"] = token.to_string().into();
    }
    view
}

/// What stands in a form's place once it has been sent.
pub(crate) fn result(title: &str, blocks: Vec<Value>) -> Value {
    json!({"type": "modal", "title": plain(title, TITLE), "close": plain("Close", TITLE), "blocks": blocks})
}
