//! Details: everything about a request, for one reader, with what this reader may do.

use super::typed::card_message;
use crate::{answer::Answer, render::block};
use countersign_engine::{
    card::{self, ButtonStyle, Token, Verb},
    view::RequestView,
};
use serde_json::{Value, json};

/// The action id of "Approve with changes..."; its value is an approve token.
pub(super) const TRIM: &str = "trim";

/// The private answer to Details and `/access status`.
pub(super) fn of(view: &RequestView) -> Answer {
    let card = card::request(view);
    let mut message = card_message(&card);
    // The row of buttons that everybody gets gives way to this reader's own.
    message.blocks.retain(|block| block["type"] != "actions");
    if let Some(reason) = view.request.asked.reason.as_deref().filter(|reason| card.quote.as_deref() != Some(*reason)) {
        message.blocks.push(block::words(&format!("Reason in full: {reason}")));
    }
    if !view.request.chain.trace.is_empty() {
        message.blocks.push(block::words(&format!("Why this chain:\n{}", view.request.chain.trace.join("\n"))));
    }
    message.blocks.extend(buttons(view));
    Answer::Private(message)
}

/// What this reader may do now, by the engine's own word.
fn buttons(view: &RequestView) -> Option<Value> {
    let (can, step) = (&view.abilities, view.request.open_step().map(|(pending, _)| pending.step));
    let token = |verb| Token { verb, request: view.request.id.clone(), step }.to_string();
    let own = |verb: Verb, label, style| block::button(label, style, verb.key(), &token(verb));
    let mut row = Vec::new();
    if can.vote {
        row.push(block::button("Approve with changes…", ButtonStyle::Plain, TRIM, &token(Verb::Approve)));
    }
    if can.start {
        row.push(own(Verb::Start, "Start", ButtonStyle::Primary));
    }
    if can.cancel {
        row.push(own(Verb::Cancel, "Cancel the request", ButtonStyle::Plain));
    }
    if can.end {
        row.push(own(Verb::End, "End access", ButtonStyle::Danger));
    }
    (!row.is_empty()).then(|| json!({"type": "actions", "elements": row}))
}
