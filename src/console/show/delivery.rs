//! A message of the delivery ledger, in words.

use super::{moment::Moment, text};
use crate::{
    outbox::Purpose,
    store::{Posting, PostingState},
};
use countersign_engine::{policy::Policy, view::Label};

/// A message on a page.
pub struct Shown {
    /// Its number.
    pub id: i64,
    /// When it was planned.
    pub made: Moment,
    /// For whom, or that it is for a place.
    pub whom: String,
    /// The platform.
    pub platform: String,
    /// Where exactly.
    pub address: String,
    /// What for.
    pub what: String,
    /// What became of it: word and tone.
    pub state: (&'static str, &'static str),
    /// When it arrived.
    pub delivered: Option<Moment>,
    /// When it was last changed.
    pub changed: Moment,
    /// When it is tried next.
    pub next: Option<Moment>,
    /// Calls so far.
    pub calls: i64,
    /// The last error.
    pub error: String,
    /// The message in whose place it was sent.
    pub instead_of: Option<i64>,
}

impl Shown {
    /// A row of the ledger.
    pub fn of(posting: &Posting, policy: &Policy) -> Self {
        let whom = posting.person.as_ref().map(|id| text::clean(&Label::of(id, policy).email));
        let outstanding = matches!(posting.state, PostingState::Waiting | PostingState::Held) || posting.failures > 0;
        Self {
            id: posting.id,
            made: Moment(posting.made_at),
            whom: whom.unwrap_or_else(|| "everybody there".into()),
            platform: posting.address.platform().to_string(),
            address: text::short(&posting.address.to_string(), 80),
            what: Purpose::of(&posting.purpose).map_or_else(|| text::clean(&posting.purpose), Purpose::words),
            state: state(posting),
            delivered: posting.delivered_at.map(Moment),
            changed: Moment(posting.at),
            next: posting.due_at.filter(|_| outstanding).map(Moment),
            calls: posting.calls,
            error: text::short(&posting.error, 200),
            instead_of: posting.instead_of,
        }
    }
}

/// Word and tone.
fn state(posting: &Posting) -> (&'static str, &'static str) {
    match posting.state {
        PostingState::Waiting if posting.failures > 0 => ("trying", "bad"),
        PostingState::Waiting => ("waiting", "wait"),
        PostingState::Held => ("held: quiet hours", "quiet"),
        PostingState::Delivered if posting.failures > 0 => ("out of date", "wait"),
        PostingState::Delivered => ("delivered", "good"),
        PostingState::Rejected => ("rejected", "bad"),
        PostingState::Gone => ("gone", "bad"),
        PostingState::GivenUp => ("given up", "quiet"),
    }
}
