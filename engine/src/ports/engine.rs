//! Everything an adapter can do.

use crate::{
    command::{Command, Draft},
    id::{AccessLevel, PersonId, ResourceId},
    person::{Account, Platform},
    refusal::Refusal,
    resource::Kind,
    time::{Length, Timestamp},
    view::RequestView,
    workflow::Explanation,
};
use async_trait::async_trait;
use chrono_tz::Tz;

/// What adapters see of Countersign. Every call is authorised anew inside; an adapter decides nothing.
///
/// `key` makes a call repeatable: the same caller with the same non-empty key gets the first answer again, and nothing
/// happens twice. Use the platform's own id of the delivery. `id` is a request's id or short id.
#[async_trait]
pub trait ApprovalEngine: Send + Sync {
    /// What the caller could ask for, and where their clock stands.
    async fn catalog(&self, caller: &Caller) -> Result<Catalog, EngineError>;
    /// Opens a request. Answers after it is committed.
    async fn submit(&self, caller: &Caller, key: &str, draft: Draft) -> Result<RequestView, EngineError>;
    /// Does something with a request. Answers after it is committed.
    async fn act(&self, caller: &Caller, key: &str, id: &str, command: Command) -> Result<RequestView, EngineError>;
    /// The same for callers who show nothing of what came of it: what nobody reads is not worked out.
    async fn record(&self, caller: &Caller, key: &str, id: &str, command: Command) -> Result<(), EngineError> {
        self.act(caller, key, id, command).await.map(drop)
    }
    /// One request, if the caller may see it.
    async fn get(&self, caller: &Caller, id: &str) -> Result<RequestView, EngineError>;
    /// Requests that the caller may see, newest first.
    async fn list(&self, caller: &Caller, filter: Filter) -> Result<Page<RequestView>, EngineError>;
    /// What would happen, and why (rule 7).
    async fn explain(&self, caller: &Caller, question: Question) -> Result<Explanation, EngineError>;
    /// Begins to bind the calling account to a person, who finishes it in a signed-in console session.
    async fn link(&self, caller: &Caller) -> Result<LinkCode, EngineError>;
}

/// Who is calling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// An account on a chat platform; whose it is, the directory says.
    Account(Account),
    /// A person whom our own console or API has authenticated. Bots get an engine that refuses these.
    Person {
        /// Who.
        id: PersonId,
        /// Through what.
        platform: Platform,
    },
}

/// Why a call did not succeed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum EngineError {
    /// The domain says no. Show it privately to the caller.
    #[error("{0}")]
    Refused(Box<Refusal>),
    /// We cannot at present; nothing was changed. Say so, and that trying again is safe.
    #[error("temporarily unavailable: {0}")]
    Unavailable(String),
}

impl From<Refusal> for EngineError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

/// What [`crate::ask`] needs to read what a person types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalog {
    /// All resources.
    pub offers: Vec<Offer>,
    /// The time zone in which the caller's `until 18:00` is meant (rule 29).
    pub timezone: Tz,
}

/// A resource as a person could ask for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Its name.
    pub resource: ResourceId,
    /// One line; may be empty.
    pub description: String,
    /// What sort of thing it is.
    pub kind: Kind,
    /// Access levels, least first.
    pub access: Vec<AccessLevel>,
    /// What one gets who names no level.
    pub default_access: AccessLevel,
    /// The longest grant.
    pub max_duration: Length,
    /// A workflow would take the request for at least one level.
    pub requestable: bool,
}

/// Which requests to list. All that is set must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Words on the wire: `pending`, `approved` ...; empty means any.
    pub states: Vec<String>,
    /// Grant states on the wire: `active`, `revoking` ...; empty means any, with or without a grant.
    pub grant_states: Vec<String>,
    /// Only the caller's own.
    pub mine: bool,
    /// Only those that wait for the caller's vote.
    pub to_vote: bool,
    /// Text that the short id, requester, resource or reason contains.
    pub search: Option<String>,
    /// From [`Page::next`].
    pub cursor: Option<String>,
    /// At most this many; 50 when absent, 200 at most.
    pub limit: Option<usize>,
}

/// Part of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where to go on; `None` at the end.
    pub next: Option<String>,
}

/// A question for `explain`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// About whom; the caller when absent. Only auditors may ask about others.
    pub person: Option<PersonId>,
    /// The resource.
    pub resource: ResourceId,
    /// The level; the resource's default when absent.
    pub access: Option<AccessLevel>,
    /// For how long.
    pub duration: Length,
    /// At which moment; now when absent.
    pub at: Option<Timestamp>,
}

/// A code that binds a chat account to the person who types it into their own console session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkCode {
    /// Eight letters and digits without look-alikes.
    pub code: String,
    /// Useless from this moment.
    pub expires_at: Timestamp,
    /// The console page that takes it.
    pub url: String,
}
