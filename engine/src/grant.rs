//! The grant: access that exists, or is about to, or has been.

use crate::{
    id::{AccessLevel, PersonId, RequestId, ResourceId},
    time::{Length, Timestamp},
};
use serde::{Deserialize, Serialize};

/// What came of an approved request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The exact terms. Fixed when the chain is complete.
    pub terms: Terms,
    /// Where it stands.
    pub state: GrantState,
    /// The last thing that went wrong at the target, until something goes right.
    pub trouble: Option<Trouble>,
    /// What the holder needs to use it; never a secret.
    pub delivery: Vec<Detail>,
}

/// What a connector is asked to grant. Committed before the first byte to the target (rule 35).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The request that allows it.
    pub request: RequestId,
    /// Who gets the access.
    pub holder: PersonId,
    /// To what.
    pub resource: ResourceId,
    /// How much.
    pub access: AccessLevel,
    /// For how long, from the moment the connector succeeded (rule 25).
    pub duration: Length,
    /// Which connector.
    pub connector: String,
    /// The deterministic name of whatever is made at the target: lower-case letters, digits and `_`, at most 40 bytes.
    pub target_name: String,
}

/// The states of a grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantState {
    /// Waiting for the holder to start it.
    Scheduled {
        /// Started before this moment or never.
        start_by: Timestamp,
    },
    /// The connector is at work.
    Granting {
        /// Since when.
        since: Timestamp,
        /// Past this moment nothing is granted any more; what may be there is revoked (rule 36).
        give_up_at: Timestamp,
    },
    /// The holder has access.
    Active {
        /// Since when.
        since: Timestamp,
        /// Until when: the one absolute moment (rule 25).
        expires_at: Timestamp,
        /// The holder has been warned (rule 41).
        warned: bool,
    },
    /// The access is being taken away.
    Revoking {
        /// When that began; revocation is due since then.
        since: Timestamp,
        /// Why.
        why: EndReason,
        /// Present once it is overdue (rule 39).
        overdue: Option<Overdue>,
    },
    /// The access is gone: read back from the target, or waived.
    Ended {
        /// When.
        at: Timestamp,
        /// Why.
        why: EndReason,
    },
    /// Access was never confirmed, and nothing is left at the target.
    Failed {
        /// When.
        at: Timestamp,
        /// What the target, or the way to it, last said; `None` when nothing answered in time.
        error: Option<String>,
    },
}

/// Why access ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// Its time was over.
    Expired,
    /// The holder was done.
    EndedBy(PersonId),
    /// An approver or administrator took it away.
    RevokedBy {
        /// Who.
        person: PersonId,
        /// In their words.
        note: Option<String>,
    },
    /// It was not started in time.
    NeverStarted,
    /// The target did not take it in time.
    NotDelivered,
    /// The holder was deactivated (rule 3).
    Deactivated(PersonId),
    /// The resource left the policy (rule 8).
    ResourceGone,
    /// An approval stopped to count before the access was there (rule 10).
    ApprovalLapsed {
        /// The name of the step that lacks it.
        step: String,
    },
    /// A named person vouched for it after revocation kept failing (rule 39).
    Waived {
        /// Who.
        person: PersonId,
        /// In their words.
        note: String,
    },
    /// The database was restored from a backup in which it was not over, and nobody can say that it still is (THREATS
    /// C10). Confirmed by this person.
    Restored(PersonId),
}

/// Something that went wrong at the target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// What the target, or the way to it, said.
    pub error: String,
    /// Since when.
    pub since: Timestamp,
}

/// A revocation that missed its bound.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overdue {
    /// Since when.
    pub since: Timestamp,
    /// How often it has been said.
    pub alerts: u32,
    /// When it is said again.
    pub next_alert: Timestamp,
}

/// One line of what the holder needs: `host` = `db.acme.internal`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detail {
    /// What it is.
    pub label: String,
    /// Its value.
    pub value: String,
}

impl GrantState {
    /// The word on the wire.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Scheduled { .. } => "scheduled",
            Self::Granting { .. } => "granting",
            Self::Active { .. } => "active",
            Self::Revoking { .. } => "revoking",
            Self::Ended { .. } => "ended",
            Self::Failed { .. } => "failed",
        }
    }
    /// Every word on the wire.
    pub const KEYS: [&'static str; 6] = ["scheduled", "granting", "active", "revoking", "ended", "failed"];
    /// Nothing will happen any more?
    pub fn is_over(&self) -> bool {
        matches!(self, Self::Ended { .. } | Self::Failed { .. })
    }
    /// Revocation is past its bound?
    pub fn is_overdue(&self) -> bool {
        matches!(self, Self::Revoking { overdue: Some(_), .. })
    }
    /// When access ends, while it is active.
    pub fn expires_at(&self) -> Option<Timestamp> {
        match self {
            Self::Active { expires_at, .. } => Some(*expires_at),
            _ => None,
        }
    }
}
