//! What rows say, free of any database.

use countersign_engine::{
    effect::Effect,
    id::{PersonId, RequestId},
    person::Account,
    request::Request,
    time::Timestamp,
};

/// Everything one batch writes.
#[derive(Debug, Default)]
pub struct WriteSet {
    /// Requests after the batch, each once, with the version they had before it (`None`: new).
    pub requests: Vec<(Request, Option<u64>)>,
    /// Votes cast by people: request, slot (one vote per slot, ever), step, person, decision, moment.
    pub votes: Vec<VoteRow>,
    /// Alarms: request and moment; `None` stops the clock.
    pub alarms: Vec<(RequestId, Option<Timestamp>)>,
    /// Effects to be done, due at once. Raising one that waits already moves it to now.
    pub effects: Vec<(RequestId, Effect, Timestamp)>,
    /// Audit entries in order; the head after them.
    pub audit: Vec<AuditRow>,
    /// The head after this batch; `None` when no entry was written.
    pub head: Option<AuditHead>,
    /// Idempotency keys with their answers.
    pub keys: Vec<KeyRow>,
}

/// A vote as the unique index sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VoteRow {
    /// The request.
    pub request: RequestId,
    /// The person, or `person#step` where a step is not distinct (rule 12).
    pub slot: String,
    /// The step.
    pub step: i64,
    /// Who.
    pub person: PersonId,
    /// `approve` or `deny`.
    pub decision: &'static str,
    /// When.
    pub at: Timestamp,
}

/// Which requests to read. All that is set must hold.
#[derive(Debug, Default, Clone)]
pub struct Query {
    /// `pending`, `blocked`, `approved` ...; empty means any.
    pub states: Vec<String>,
    /// `active`, `revoking` ...; empty means any.
    pub grant_states: Vec<String>,
    /// Requester or holder.
    pub person: Option<PersonId>,
    /// Exactly this resource.
    pub resource: Option<String>,
    /// The short id, requester, resource or reason contains this, without regard to case.
    pub search: Option<String>,
    /// Only requests that are pending, or whose grant is not over.
    pub live: bool,
    /// Only ids below this one.
    pub before: Option<RequestId>,
    /// At most this many.
    pub limit: i64,
}

/// A kind of work that is done apart from the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lane {
    /// Take access away: before everything else.
    Revoke,
    /// Give access.
    Grant,
    /// Tell people.
    Deliver,
}

impl Lane {
    /// All lanes.
    pub const ALL: [Self; 3] = [Self::Revoke, Self::Grant, Self::Deliver];
    /// The word in the database and in metrics.
    pub fn key(self) -> &'static str {
        match self {
            Self::Revoke => "revoke",
            Self::Grant => "grant",
            Self::Deliver => "deliver",
        }
    }
    /// Where an effect is done; `None` for [`Effect::Wake`], which is an alarm.
    pub fn of(effect: &Effect) -> Option<Self> {
        match effect {
            Effect::Revoke => Some(Self::Revoke),
            Effect::Grant => Some(Self::Grant),
            Effect::Refresh | Effect::Ask { .. } | Effect::Remind { .. } | Effect::Tell { .. } => Some(Self::Deliver),
            Effect::Wake { .. } => None,
        }
    }
}

/// A claimed effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its row.
    pub id: i64,
    /// How often it was raised; a job raised again while it was worked on is not finished by that work.
    pub generation: i64,
    /// For which request.
    pub request: RequestId,
    /// What.
    pub effect: Effect,
    /// How often it was tried, this time included.
    pub attempts: i64,
    /// When it was first due.
    pub due_at: Timestamp,
}

/// What sort of credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialKind {
    /// A personal API token; the subject is a person.
    Token,
    /// A console session; the subject is a person.
    Session,
    /// A one-time login link; the subject is a person.
    Login,
    /// A code that links a chat account; the subject is the account as JSON.
    Link,
}

impl CredentialKind {
    /// The word in the database.
    pub fn key(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Session => "session",
            Self::Login => "login",
            Self::Link => "link",
        }
    }
}

/// A credential as it is kept: never the thing itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// What sort.
    pub kind: CredentialKind,
    /// SHA-256 of the thing, in hexadecimal.
    pub hash: String,
    /// Whose.
    pub subject: String,
    /// For people.
    pub label: String,
    /// Since when.
    pub created_at: Timestamp,
    /// Useless from this moment.
    pub expires_at: Timestamp,
    /// When it was last used.
    pub used_at: Option<Timestamp>,
}

/// An account bound by link code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// The account.
    pub account: Account,
    /// Whose.
    pub person: PersonId,
    /// Since when.
    pub at: Timestamp,
}

/// An audit entry as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Its position, from 0.
    pub seq: i64,
    /// When it was committed.
    pub at: Timestamp,
    /// Of which request.
    pub request: RequestId,
    /// The person who acted; empty for the clock, a connector or the policy.
    pub person: String,
    /// The request's resource.
    pub resource: String,
    /// The entry: canonical JSON, hashed as it is.
    pub body: String,
    /// SHA-256(0x00 || body), in hexadecimal.
    pub leaf: String,
}

/// The trail's size and what is needed to go on hashing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditHead {
    /// Entries so far.
    pub size: i64,
    /// Roots of the perfect subtrees that make up the tree, largest first, each in hexadecimal.
    pub frontier: Vec<String>,
}

/// Which audit entries to read. All that is set must hold.
#[derive(Debug, Default, Clone)]
pub struct AuditQuery {
    /// From this moment, inclusive.
    pub from: Option<Timestamp>,
    /// To this moment, exclusive.
    pub to: Option<Timestamp>,
    /// The person who acted, or whose request it is.
    pub person: Option<String>,
    /// The resource.
    pub resource: Option<String>,
    /// The request.
    pub request: Option<RequestId>,
    /// Only entries from this position on.
    pub from_seq: i64,
    /// At most this many.
    pub limit: i64,
}

/// A signed statement of the trail's size and root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Entries it covers.
    pub size: i64,
    /// The signed note, as text.
    pub note: String,
    /// When it was signed.
    pub at: Timestamp,
}

/// A call with an idempotency key that succeeded. Refusals are not kept: they changed nothing and are decided anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRow {
    /// Who called.
    pub caller: String,
    /// Their key.
    pub key: String,
    /// SHA-256 of what they wanted, in hexadecimal.
    pub fingerprint: String,
    /// The request that came of it or was meant.
    pub request: RequestId,
    /// When.
    pub at: Timestamp,
}
