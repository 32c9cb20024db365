//! Details: everything about a request, for one reader, with what this reader may do.

use super::Reply;
use crate::{
    card::{self, Button, ButtonStyle, Token, Verb},
    person::Platform,
    view::RequestView,
};

/// The private answer to Details and `/access status`, on this platform.
pub(super) fn of(view: &RequestView, on: Platform) -> Reply {
    let mut card = card::request(view);
    let mut below = Vec::new();
    if let Some(reason) = view.request.asked.reason.as_deref().filter(|reason| card.quote.as_deref() != Some(*reason)) {
        below.push(format!("Reason in full: {reason}"));
    }
    if !view.request.chain.trace.is_empty() {
        below.push(format!("Why this chain:\n{}", view.request.chain.trace.join("\n")));
    }
    // The row of buttons that everybody gets gives way to this reader's own.
    card.buttons = buttons(view);
    Reply::Card { card: Box::new(card::on(on, view, card)), below }
}

/// What this reader may do now, by the engine's own word.
fn buttons(view: &RequestView) -> Vec<Button> {
    let (can, step) = (&view.abilities, view.request.open_step().map(|(pending, _)| pending.step));
    let own = |verb: Verb, label: &str, style| Button {
        label: label.into(),
        style,
        token: Token { verb, request: view.request.id.clone(), step },
    };
    let offered = [
        (can.vote, own(Verb::Trim, "Approve with changes…", ButtonStyle::Plain)),
        (can.start, own(Verb::Start, "Start", ButtonStyle::Primary)),
        (can.cancel, own(Verb::Cancel, "Cancel the request", ButtonStyle::Plain)),
        (can.end, own(Verb::End, "End access", ButtonStyle::Danger)),
    ];
    offered.into_iter().filter(|(may, _)| *may).map(|(_, button)| button).collect()
}
