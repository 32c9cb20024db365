//! What is to be done about it. Effects say what, never how: words and recipients are worked out at delivery, from
//! current state, so a late retry can never show an old truth (decision 4).

use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// Something to be done for one request. Committed with the state that calls for it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum Effect {
    /// Bring every posted copy of the card up to date.
    Refresh,
    /// Post the card where this step's approvers will see it.
    Ask {
        /// The step.
        step: usize,
    },
    /// Remind those of this step who have not voted.
    Remind {
        /// The step.
        step: usize,
    },
    /// Tell somebody something.
    Tell {
        /// Whom.
        audience: Audience,
        /// What.
        news: News,
    },
    /// Have the connector grant.
    Grant,
    /// Have the connector revoke.
    Revoke,
    /// Ring at this moment, and at no other; `None` stops the clock.
    Wake {
        /// When.
        at: Option<Timestamp>,
    },
}

/// Who is to hear something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// The requester, and the holder where that is somebody else.
    Requester,
    /// Administrators, the resource's owners and the workflow's places.
    Operators,
}

/// What they hear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum News {
    /// The request is open.
    Opened,
    /// It was decided: approved, denied, timed out or cancelled.
    Decided,
    /// It cannot be filled at present.
    Blocked,
    /// Fallback approvers are asked too: nobody decided in time (rule 24), or without them the step could
    /// not be filled (rule 13).
    Escalated,
    /// Access is there.
    Active,
    /// Access ends soon.
    EndsSoon,
    /// The target makes trouble.
    Trouble,
    /// Access has ended.
    Ended,
    /// Access should have ended and has not.
    Overdue,
}
