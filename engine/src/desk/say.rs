//! What only the desk has to say.

use crate::{view::RequestView, words};

pub(super) const UNAVAILABLE: &str =
    "Countersign cannot record anything at the moment. Nothing was recorded; please try again in a minute.";
pub(super) const STALE_BUTTON: &str = "This button is not one of ours, or too old. Nothing was recorded.";
pub(super) const NOTHING_OFFERED: &str = "There is nothing that you could ask for at present.";
pub(super) const NO_REQUEST: &str = "You have no requests yet. Type /access to make one.";
pub(super) const NOTHING_PENDING: &str = "You have no pending request.";
pub(super) const NOTHING_HELD: &str = "You have no access that could be ended.";

/// What came of a command: `req-84a2: ...`.
pub(super) fn outcome(view: &RequestView) -> String {
    format!("{}: {}", view.request.short_id, words::sentence(view))
}

/// Several could be meant.
pub(super) fn which(views: &[RequestView]) -> String {
    let lines: Vec<String> = views.iter().map(words::line).collect();
    let example = views.first().map(|view| view.request.short_id.to_string()).unwrap_or_default();
    format!("Which one? Name it, for example \"status {example}\":\n{}", lines.join("\n"))
}
