//! Where a request stands.

use crate::{id::PersonId, time::Timestamp};
use serde::{Deserialize, Serialize};

/// The states of a request. Each carries what proves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// A step is open.
    Pending(Pending),
    /// Every step passed.
    Approved {
        /// When.
        at: Timestamp,
    },
    /// Somebody, or a rule, said no.
    Denied {
        /// When.
        at: Timestamp,
        /// Who.
        by: Decider,
        /// The step that was open; `None` when a rule denied before the first.
        step: Option<usize>,
    },
    /// Nobody said anything in time: not the same as denied (rule 27).
    TimedOut {
        /// The moment at which the time was over, not when the alarm rang.
        at: Timestamp,
        /// The step that was open.
        step: usize,
        /// The whole request's bound was over, not the step's.
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
}

/// An open step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// Its index in the chain.
    pub step: usize,
    /// When it opened.
    pub since: Timestamp,
    /// A vote at or after this moment is refused (rule 26).
    pub deadline: Timestamp,
    /// Its fallback approvers were added and its clock started again.
    pub escalated: bool,
    /// When those who have not voted are reminded next.
    pub remind_at: Option<Timestamp>,
    /// Present while distinct, eligible people cannot fill the rest of the chain (rule 13).
    pub blocked: Option<Shortfall>,
}

/// What a chain lacks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shortfall {
    /// The first step that cannot be filled.
    pub step: usize,
    /// Approvals still needed there.
    pub needed: u32,
    /// Distinct people who could give them, once the other steps have theirs.
    pub available: u32,
}

/// Who ended a request with a no.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decider {
    /// An approver.
    Person(PersonId),
    /// An automatic rule.
    Rule {
        /// Its name.
        name: String,
        /// What the requester is told.
        message: String,
    },
}

/// Why a request was cancelled by the organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CancelReason {
    /// The requester or the holder was deactivated (rule 3).
    Deactivated(PersonId),
    /// The resource is no longer in the policy (rule 8).
    ResourceGone,
    /// The workflow is no longer in the policy (rule 8).
    WorkflowGone,
}

impl State {
    /// The word on the wire.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Pending(Pending { blocked: Some(_), .. }) => "blocked",
            Self::Pending(_) => "pending",
            Self::Approved { .. } => "approved",
            Self::Denied { .. } => "denied",
            Self::TimedOut { .. } => "timed_out",
            Self::Withdrawn { .. } => "withdrawn",
            Self::Cancelled { .. } => "cancelled",
        }
    }
    /// Every word on the wire, for filters and messages.
    pub const KEYS: [&'static str; 7] =
        ["pending", "approved", "denied", "timed_out", "withdrawn", "cancelled", "blocked"];
    /// When it was decided; `None` while pending.
    pub fn decided_at(&self) -> Option<Timestamp> {
        match self {
            Self::Pending(_) => None,
            Self::Approved { at }
            | Self::Denied { at, .. }
            | Self::TimedOut { at, .. }
            | Self::Withdrawn { at }
            | Self::Cancelled { at, .. } => Some(*at),
        }
    }
    /// Still waiting for votes, blocked or not?
    pub fn is_pending(&self) -> bool {
        matches!(self, Self::Pending(_))
    }
}
