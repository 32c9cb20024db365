//! No, and why. A refusal is an answer, not a fault: it is shown privately to who asked, and changes nothing.

use crate::{
    id::{AccessLevel, PersonId, ShortId},
    person::Platform,
    request::Decision,
    time::{Length, Timestamp},
};
use std::fmt;

/// Every way in which the domain says no. [`Refusal::code`] is stable; [`fmt::Display`] is for people.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Refusal {
    /// The account belongs to nobody we know.
    NotLinked,
    /// The person is deactivated.
    Deactivated,
    /// No such request, or none that this person may see.
    NotFound {
        /// What they asked for.
        wanted: String,
    },
    /// No such resource.
    UnknownResource {
        /// What they asked for.
        wanted: String,
        /// The nearest names.
        nearest: Vec<String>,
    },
    /// The resource has no such access level.
    UnknownAccess {
        /// What they asked for.
        wanted: String,
        /// What there is.
        offered: Vec<AccessLevel>,
    },
    /// A word in a command that is neither of the things it could be.
    UnknownWord {
        /// The word.
        wanted: String,
        /// The nearest words.
        nearest: Vec<String>,
    },
    /// No length was given, or one that is none.
    BadDuration {
        /// What they typed; empty when nothing.
        wanted: String,
    },
    /// Longer than allowed.
    DurationTooLong {
        /// The cap.
        cap: Length,
    },
    /// A reason is needed.
    ReasonRequired,
    /// Text longer than allowed, in characters.
    TextTooLong {
        /// Which text: `reason` or `note`.
        field: &'static str,
        /// The cap.
        cap: usize,
    },
    /// A deny needs a note here, or a waiver does.
    NoteRequired,
    /// No workflow is for this.
    NoWorkflow,
    /// The chain could never be filled by distinct, eligible people.
    Unsatisfiable {
        /// The step's name.
        step: String,
        /// Approvals needed.
        needed: u32,
        /// People who could give them.
        available: u32,
    },
    /// Too many open requests.
    TooManyOpen {
        /// The cap.
        cap: u32,
    },
    /// The same access is already held or pending.
    AlreadyOpen {
        /// The request that has it.
        request: ShortId,
        /// Held, rather than pending.
        held: bool,
    },
    /// Access for others cannot be asked for here.
    NotForOthers,
    /// Nobody votes on their own request.
    OwnRequest,
    /// The person is not among the open step's approvers.
    NotAnApprover {
        /// The step's name.
        step: String,
        /// Who can.
        who_can: Vec<PersonId>,
    },
    /// The workflow takes no votes from this platform.
    NotDecidedThere {
        /// Which.
        platform: Platform,
    },
    /// The person's one vote is cast.
    AlreadyVoted {
        /// What it was.
        decision: Decision,
        /// When.
        at: Timestamp,
    },
    /// The request is decided.
    AlreadyDecided {
        /// The state's word on the wire.
        state: &'static str,
        /// By whom, where a person decided.
        by: Option<PersonId>,
        /// When.
        at: Timestamp,
    },
    /// The step's or the request's time was over before the vote.
    TimedOut {
        /// When it was over.
        at: Timestamp,
    },
    /// The card showed another step than the open one.
    StaleStep,
    /// An approval given earlier no longer counts, so the access cannot start.
    ApprovalLapsed {
        /// The step's name.
        step: String,
    },
    /// Approvers can only make a request smaller.
    CannotWiden {
        /// `duration` or `access`.
        field: &'static str,
    },
    /// Only certain people may do this.
    NotAllowed {
        /// Who may, in words.
        who_may: &'static str,
    },
    /// There is nothing like that to do in the request's present state.
    WrongState {
        /// What was wanted, as a verb: `end`, `start`.
        verb: &'static str,
        /// The present state's word.
        state: &'static str,
    },
    /// The same idempotency key came with other content.
    KeyReused,
}

impl Refusal {
    /// The stable word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotLinked => "not_linked",
            Self::Deactivated => "deactivated",
            Self::NotFound { .. } => "not_found",
            Self::UnknownResource { .. } => "unknown_resource",
            Self::UnknownAccess { .. } => "unknown_access",
            Self::UnknownWord { .. } => "unknown_word",
            Self::BadDuration { .. } => "bad_duration",
            Self::DurationTooLong { .. } => "duration_too_long",
            Self::ReasonRequired => "reason_required",
            Self::TextTooLong { .. } => "text_too_long",
            Self::NoteRequired => "note_required",
            Self::NoWorkflow => "no_workflow",
            Self::Unsatisfiable { .. } => "unsatisfiable",
            Self::TooManyOpen { .. } => "too_many_open",
            Self::AlreadyOpen { .. } => "already_open",
            Self::NotForOthers => "not_for_others",
            Self::OwnRequest => "own_request",
            Self::NotAnApprover { .. } => "not_an_approver",
            Self::NotDecidedThere { .. } => "not_decided_there",
            Self::AlreadyVoted { .. } => "already_voted",
            Self::AlreadyDecided { .. } => "already_decided",
            Self::TimedOut { .. } => "timed_out",
            Self::StaleStep => "stale_step",
            Self::ApprovalLapsed { .. } => "approval_lapsed",
            Self::CannotWiden { .. } => "cannot_widen",
            Self::NotAllowed { .. } => "not_allowed",
            Self::WrongState { .. } => "wrong_state",
            Self::KeyReused => "key_reused",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::words::refusal(self))
    }
}
impl std::error::Error for Refusal {}
