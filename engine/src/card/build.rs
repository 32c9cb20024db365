//! From a request to its card.

use super::{Card, Text, Tone};
use crate::{effect::News, view::RequestView};

/// The card that approvers and places see, and that converges.
pub fn request(view: &RequestView) -> Card {
    Card {
        tone: Tone::Waiting,
        title: Text::plain(view.request.short_id.as_str()),
        lead: Text::default(),
        quote: None,
        fields: Vec::new(),
        steps: Vec::new(),
        notes: Vec::new(),
        buttons: Vec::new(),
        summary: String::new(),
    }
}

/// A reminder for somebody who has not voted.
pub fn reminder(view: &RequestView) -> Card {
    request(view)
}

/// What the requester or an operator is told.
pub fn news(view: &RequestView, _news: News) -> Card {
    request(view)
}
