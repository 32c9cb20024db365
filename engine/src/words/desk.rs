//! What only the desk of the chat platforms has to say.

use super::{line, sentence};
use crate::view::RequestView;

pub(crate) const UNAVAILABLE: &str =
    "Countersign cannot record anything at the moment. Nothing was recorded; please try again in a minute.";
pub(crate) const STALE_BUTTON: &str = "This button is not one of ours, or too old. Nothing was recorded.";
pub(crate) const NOTHING_OFFERED: &str = "There is nothing that you could ask for at present.";
pub(crate) const NO_REQUEST: &str = "You have no requests yet. Type /access to make one.";
pub(crate) const NOTHING_PENDING: &str = "You have no pending request.";
pub(crate) const NOTHING_HELD: &str = "You have no access that could be ended.";

/// What came of a command: `req-84a2: ...`.
pub(crate) fn outcome(view: &RequestView) -> String {
    format!("{}: {}", view.request.short_id, sentence(view))
}

/// Several could be meant.
pub(crate) fn which(views: &[RequestView]) -> String {
    let lines: Vec<String> = views.iter().map(line).collect();
    let example = views.first().map(|view| view.request.short_id.to_string()).unwrap_or_default();
    format!("Which one? Name it, for example \"status {example}\":\n{}", lines.join("\n"))
}

/// An event of another `place`, in the platform's word for it: a workspace, a server.
pub fn foreign(place: &str) -> String {
    format!("This Countersign belongs to another {place}. Nothing was recorded.")
}
