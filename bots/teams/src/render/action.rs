//! What can be pressed: `Action.Execute`, which is answered at once and to the presser alone, with `Action.Submit` for
//! clients that do not know it.

use super::text::plain;
use crate::{form, inbound::data};
use countersign_engine::card::{Button, ButtonStyle, Card, Verb};
use serde_json::{Value, json};

/// Teams shows six (learn.microsoft.com, "Adaptive Cards", actions).
const BUTTONS: usize = 6;
const LABEL: usize = 60;

/// A button. Its data says all that is needed, its verb is for those who read along.
pub(crate) fn execute(label: &str, style: ButtonStyle, verb: &str, data: Value) -> Value {
    let label = plain(label, LABEL);
    let mut execute = json!({"type": "Action.Execute", "title": label, "verb": verb, "data": data.clone(),
        "fallback": {"type": "Action.Submit", "title": label, "data": data}});
    if let Some(style) = named(style) {
        execute["style"] = style.into();
    }
    execute
}

pub(super) fn buttons(buttons: &[Button]) -> Vec<Value> {
    buttons.iter().take(BUTTONS).map(button).collect()
}

fn button(button: &Button) -> Value {
    let token = button.token.to_string();
    match button.token.verb {
        // The note's field opens in the card itself: nobody has to wait for a form.
        Verb::Deny => json!({"type": "Action.ShowCard", "title": plain(&button.label, LABEL), "style": "destructive",
            "card": form::note_of_deny(&token, &button.label)}),
        verb => execute(&button.label, button.style, verb.key(), data::press(&token)),
    }
}

/// Gives the shared card back to a reader who sees something else in its place.
pub(super) fn back(request: &str) -> Value {
    execute("Back to the card", ButtonStyle::Plain, "show", data::show(request))
}

/// Without readers a client asks for nobody; a card about no request stays as it is.
pub(super) fn refresh(card: &Card, readers: &[&str]) -> Option<Value> {
    let about = card.about.as_ref().filter(|_| !readers.is_empty())?;
    let action = json!({"type": "Action.Execute", "title": "Refresh", "verb": "show",
        "data": data::show(about.request.as_str())});
    Some(json!({"action": action, "userIds": readers}))
}

fn named(style: ButtonStyle) -> Option<&'static str> {
    match style {
        ButtonStyle::Primary => Some("positive"),
        ButtonStyle::Danger => Some("destructive"),
        ButtonStyle::Plain => None,
    }
}
