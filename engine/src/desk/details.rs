//! Details: everything about a request, for one reader, with what this reader may do.

use super::Reply;
use crate::{
    card::{self, Button, Verb},
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
    let can = &view.abilities;
    let offered = [(can.vote, Verb::Trim), (can.start, Verb::Start), (can.cancel, Verb::Cancel), (can.end, Verb::End)];
    offered.into_iter().filter(|(may, _)| *may).map(|(_, verb)| card::button(view, verb)).collect()
}
