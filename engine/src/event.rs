//! What happened. A request is the fold of its events: replaying the audit trail rebuilds it.

use crate::{
    grant::{Detail, EndReason, Grant},
    id::PersonId,
    request::{CancelReason, Decider, Request, Scope, Shortfall, Vote},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// One thing that happened to a request. Written to the audit trail as it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The request was opened: the whole of it, as it was then.
    Opened {
        /// The request.
        request: Box<Request>,
    },
    /// A vote was cast.
    Voted {
        /// The vote.
        vote: Vote,
    },
    /// What is being approved became smaller (rule 20).
    Trimmed {
        /// The scope now.
        scope: Scope,
    },
    /// A step opened.
    StepOpened {
        /// Its index.
        step: usize,
        /// When.
        at: Timestamp,
        /// Until when.
        deadline: Timestamp,
        /// When to remind first.
        remind_at: Option<Timestamp>,
        /// Whose earlier votes no longer count, when an earlier step had to open again (rule 10).
        lapsed: Vec<PersonId>,
    },
    /// A step's fallback approvers were added and its clock started again (rule 24).
    Escalated {
        /// When.
        at: Timestamp,
        /// Until when now.
        deadline: Timestamp,
        /// When to remind next.
        remind_at: Option<Timestamp>,
    },
    /// Those who have not voted were reminded (rule 28).
    Reminded {
        /// When.
        at: Timestamp,
        /// When to remind next.
        next: Option<Timestamp>,
    },
    /// The chain can no longer be filled (rule 13).
    Blocked {
        /// What it lacks.
        shortfall: Shortfall,
    },
    /// The chain can be filled again.
    Unblocked,
    /// Every step passed; this grant comes of it.
    Approved {
        /// When.
        at: Timestamp,
        /// The grant.
        grant: Box<Grant>,
    },
    /// Somebody, or a rule, said no.
    Denied {
        /// When.
        at: Timestamp,
        /// Who.
        by: Decider,
    },
    /// The time was over.
    TimedOut {
        /// The moment at which it was over.
        at: Timestamp,
        /// The whole request's bound, not the step's.
        whole: bool,
    },
    /// The requester took it back.
    Withdrawn {
        /// When.
        at: Timestamp,
    },
    /// The organisation changed under it.
    Cancelled {
        /// When.
        at: Timestamp,
        /// Why.
        why: CancelReason,
    },
    /// The intent to grant is on record (rule 35).
    GrantStarted {
        /// When.
        at: Timestamp,
        /// Until when it is tried.
        give_up_at: Timestamp,
    },
    /// The target gave the access.
    GrantActivated {
        /// When.
        at: Timestamp,
        /// Until when.
        expires_at: Timestamp,
        /// What the holder needs; never a secret.
        delivery: Vec<Detail>,
    },
    /// The target, or the way to it, made trouble.
    GrantTroubled {
        /// When.
        at: Timestamp,
        /// What it said.
        error: String,
    },
    /// The holder was warned that access ends soon (rule 41).
    GrantWarned {
        /// When.
        at: Timestamp,
    },
    /// Access is to be taken away.
    RevocationBegan {
        /// When.
        at: Timestamp,
        /// Why.
        why: EndReason,
    },
    /// Revocation missed its bound, or still does (rule 39).
    RevocationOverdue {
        /// When this was said.
        at: Timestamp,
        /// When it is said again.
        next_alert: Timestamp,
    },
    /// The access is gone.
    GrantEnded {
        /// When.
        at: Timestamp,
        /// Why.
        why: EndReason,
    },
    /// There never was any access.
    GrantFailed {
        /// When.
        at: Timestamp,
        /// What the target, or the way to it, last said; `None` when nothing answered in time.
        error: Option<String>,
    },
}

impl Event {
    /// The word in exports and metrics.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "opened",
            Self::Voted { .. } => "voted",
            Self::Trimmed { .. } => "trimmed",
            Self::StepOpened { .. } => "step_opened",
            Self::Escalated { .. } => "escalated",
            Self::Reminded { .. } => "reminded",
            Self::Blocked { .. } => "blocked",
            Self::Unblocked => "unblocked",
            Self::Approved { .. } => "approved",
            Self::Denied { .. } => "denied",
            Self::TimedOut { .. } => "timed_out",
            Self::Withdrawn { .. } => "withdrawn",
            Self::Cancelled { .. } => "cancelled",
            Self::GrantStarted { .. } => "grant_started",
            Self::GrantActivated { .. } => "grant_activated",
            Self::GrantTroubled { .. } => "grant_troubled",
            Self::GrantWarned { .. } => "grant_warned",
            Self::RevocationBegan { .. } => "revocation_began",
            Self::RevocationOverdue { .. } => "revocation_overdue",
            Self::GrantEnded { .. } => "grant_ended",
            Self::GrantFailed { .. } => "grant_failed",
        }
    }
}
