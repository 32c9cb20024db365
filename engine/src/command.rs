//! What a person can ask for.

use crate::{
    id::{AccessLevel, PersonId, ResourceId},
    time::Length,
};
use serde::{Deserialize, Serialize};

/// What somebody wants to be allowed. Unchecked: any field may be nonsense.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The resource.
    pub resource: ResourceId,
    /// The access level; the resource's default when absent.
    pub access: Option<AccessLevel>,
    /// For how long.
    pub duration: Length,
    /// Why.
    pub reason: Option<String>,
    /// For whom; the requester when absent.
    pub holder: Option<PersonId>,
}

/// What somebody wants done with a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// Vote yes.
    Approve {
        /// The step that the person was looking at; refused when another is open. `None` takes the open one.
        step: Option<usize>,
        /// Their words.
        note: Option<String>,
        /// Allow less than was asked (rule 20).
        trim: Trim,
    },
    /// Vote no.
    Deny {
        /// As for approve.
        step: Option<usize>,
        /// Their words.
        note: Option<String>,
    },
    /// The requester takes it back.
    Cancel,
    /// The holder starts an approved request that waits for it (rule 25).
    Start,
    /// The holder is done.
    End,
    /// An approver or administrator takes the access away.
    Revoke {
        /// Their words.
        note: Option<String>,
    },
    /// An administrator vouches that access is gone though the target cannot confirm it (rule 39).
    Waive {
        /// Their words; needed.
        note: String,
    },
}

/// What an approver allows at most; absent means "as asked".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trim {
    /// The access level.
    pub access: Option<AccessLevel>,
    /// The length.
    pub duration: Option<Length>,
}

/// The bounds on people's words, in characters.
pub mod bounds {
    /// A request's reason.
    pub const REASON: usize = 2_000;
    /// A vote's or a revocation's note.
    pub const NOTE: usize = 1_000;
}
