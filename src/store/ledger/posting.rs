//! A message of ours, from its planning to its end: the delivery ledger.

use countersign_engine::{
    address::Address,
    id::{PersonId, RequestId},
    person::Platform,
    ports::MessageRef,
    time::Timestamp,
};

/// A message of ours somewhere. One per (request, purpose, address).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// Its row; 0 before it is kept.
    pub id: i64,
    /// Of which request; empty on a test message.
    pub request: RequestId,
    /// Where.
    pub address: Address,
    /// `card` for the copy that converges; otherwise what it told: `news:decided`, `remind:0:2026-...`, `test:...`.
    pub purpose: String,
    /// For whom; `None` is a place where several people read.
    pub person: Option<PersonId>,
    /// The posting in whose place it is sent.
    pub instead_of: Option<i64>,
    /// What became of it.
    pub state: PostingState,
    /// The message; `None` while it is not there.
    pub message: Option<MessageRef>,
    /// SHA-256 of the card as last delivered, in hexadecimal; empty when never.
    pub shown: String,
    /// The last error; empty when none.
    pub error: String,
    /// Calls to the platform, in all.
    pub calls: i64,
    /// Calls that failed since the last that did not.
    pub failures: i64,
    /// When the first of those began.
    pub failing_since: Option<Timestamp>,
    /// How often it was posted anew because somebody deleted it.
    pub reposts: i64,
    /// Its way failed for so long that another was looked for.
    pub passed_on: bool,
    /// When it was planned.
    pub made_at: Timestamp,
    /// When it was first tried.
    pub first_tried: Option<Timestamp>,
    /// When it first arrived.
    pub delivered_at: Option<Timestamp>,
    /// When this was last changed.
    pub at: Timestamp,
    /// When there is something to do about it; `None` when it is settled.
    pub due_at: Option<Timestamp>,
    /// How often it was asked to be looked at again: what is asked for while it is worked on is not lost.
    pub generation: i64,
    /// How often it was claimed: only the last claimer can say what became of it.
    pub claims: i64,
}

impl Posting {
    /// A message that is to be sent at `now`.
    pub fn new(request: RequestId, address: Address, purpose: String, now: Timestamp) -> Self {
        Self {
            id: 0,
            request,
            address,
            purpose,
            person: None,
            instead_of: None,
            state: PostingState::Waiting,
            message: None,
            shown: String::new(),
            error: String::new(),
            calls: 0,
            failures: 0,
            failing_since: None,
            reposts: 0,
            passed_on: false,
            made_at: now,
            first_tried: None,
            delivered_at: None,
            at: now,
            due_at: Some(now),
            generation: 1,
            claims: 0,
        }
    }

    /// Is it where several people read?
    pub fn is_in_place(&self) -> bool {
        matches!(self.address, Address::Place { .. })
    }

    /// Has it arrived, or is it still likely to?
    pub fn reaches(&self) -> bool {
        match self.state {
            PostingState::Delivered => true,
            PostingState::Waiting | PostingState::Held => !self.passed_on,
            PostingState::Rejected | PostingState::Gone | PostingState::GivenUp => false,
        }
    }
}

/// What became of a posting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PostingState {
    /// Not there yet.
    Waiting,
    /// Held back until the reader's quiet hours are over.
    Held,
    /// It is there.
    Delivered,
    /// The platform said no for good.
    Rejected,
    /// It was deleted, or its place is no more.
    Gone,
    /// It was not sent: nobody needs it any more, or it failed for too long.
    GivenUp,
}

impl PostingState {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Waiting, Self::Held, Self::Delivered, Self::Rejected, Self::Gone, Self::GivenUp];
    /// The word in the database and in addresses.
    pub fn key(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Held => "held",
            Self::Delivered => "delivered",
            Self::Rejected => "rejected",
            Self::Gone => "gone",
            Self::GivenUp => "given_up",
        }
    }
    /// Back from [`PostingState::key`].
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }
}

/// Which messages to read, newest first. All that is set must hold.
#[derive(Debug, Default, Clone)]
pub struct LedgerQuery {
    /// What became of them.
    pub state: Option<PostingState>,
    /// On this platform.
    pub platform: Option<Platform>,
    /// Of this request.
    pub request: Option<RequestId>,
    /// Only rows below this one.
    pub before: Option<i64>,
    /// At most this many.
    pub limit: i64,
}
