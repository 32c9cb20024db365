//! What is kept, and the one trait that keeps it. Two backends, one story: the same tests run on both.

mod ahead;
mod backup;
mod body;
mod bulletin;
mod codec;
mod columns;
mod error;
mod filter;
mod instance;
mod ledger;
mod migrate;
mod patient;
mod postgres;
mod postgres_batch;
mod rows;
mod sql;
mod sqlite;
mod sqlite_batch;
mod standing;
mod wakes;
mod wal;
mod webhooks;

pub use backup::backup;
pub use instance::{Instance, Instances, Restored};
pub use ledger::{Ledger, LedgerQuery, Posting, PostingState};
pub use rows::{
    AuditHead, AuditQuery, AuditRow, Binding, Checkpoint, Credential, CredentialKind, Job, KeyRow, Lane, Query,
    VoteRow, WriteSet,
};

use patient::Patient;
pub use postgres::PgStore;
pub use sqlite::SqliteStore;
pub use webhooks::{
    HookAnswer, WebhookCursor, WebhookDelivery, WebhookLog, WebhookOutcome, WebhookQuery, WebhookState, WebhookWant,
};

use async_trait::async_trait;
use chrono::TimeDelta;
use countersign_engine::{
    decide::Standing,
    effect::Effect,
    id::{AccessLevel, PersonId, RequestId, ResourceId},
    person::Account,
    request::Request,
    time::Timestamp,
};
use std::{collections::HashMap, sync::Arc, time::Duration};

/// Why the store could not do something.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be asked at present.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// A row was changed or made by somebody else meanwhile: decide again on fresh state.
    #[error("the rows changed meanwhile: {0}")]
    Conflict(String),
    /// A row makes no sense. Never a default.
    #[error("a row makes no sense: {0}")]
    Corrupt(String),
    /// Anything else the database says.
    #[error("database: {0}")]
    Database(String),
}

/// Shorthand.
pub type Result<T> = std::result::Result<T, StoreError>;

/// Opens the database that a URL names, and brings its schema up to date.
pub async fn open(database_url: &str) -> Result<Arc<dyn Store>> {
    match database_url.split_once(':').map(|(scheme, _)| scheme) {
        Some("sqlite") => Ok(Arc::new(SqliteStore::open(database_url).await?)),
        Some("postgres" | "postgresql") => Ok(Arc::new(Patient::new(PgStore::open(database_url).await?))),
        // The URL may hold a password, so it is not repeated.
        _ => Err(StoreError::Database(
            "this is not the URL of a database we know\n  hint: sqlite:countersign.db or postgres://user@host/name"
                .into(),
        )),
    }
}

/// The database. Reads see committed state; all writes to requests go through [`Store::begin`], which only the writer calls.
#[async_trait]
pub trait Store: WebhookLog + Ledger + Instances + Send + Sync + 'static {
    /// `sqlite` or `postgres`.
    fn backend(&self) -> &'static str;
    /// Answers at once when the database is there.
    async fn ping(&self) -> Result<()>;
    /// The writer's transaction.
    async fn begin(&self) -> Result<Box<dyn Batch>>;

    /// By id or short id.
    async fn request(&self, name: &str) -> Result<Option<Request>>;
    /// Newest first (by id, descending).
    async fn requests(&self, query: &Query) -> Result<Vec<Request>>;
    /// How many requests are in each (state, grant state, overdue).
    async fn census(&self) -> Result<Vec<(String, Option<String>, bool, i64)>>;

    /// Requests whose alarm is due, leased to the caller until `now + lease`; earliest first.
    async fn due(&self, now: Timestamp, lease: TimeDelta, limit: i64) -> Result<Vec<RequestId>>;
    /// Work of one lane that is due, leased until `now + lease`. Never hands out a job of a request that already has a
    /// leased job in the connector lanes (`Grant` and `Revoke` together), so one grant is only ever worked on once.
    async fn claim(&self, lane: Lane, now: Timestamp, lease: TimeDelta, limit: i64) -> Result<Vec<Job>>;
    /// The job is done; does nothing when it was raised again meanwhile.
    async fn finish(&self, job: &Job) -> Result<()>;
    /// Try the job again at `due`.
    async fn retry(&self, job: &Job, due: Timestamp, error: &str) -> Result<()>;
    /// Stop trying; the job is kept for people to see.
    async fn bury(&self, job: &Job, error: &str) -> Result<()>;
    /// Per lane: how many jobs are waiting or leased, how many are buried, and since when the oldest is due.
    async fn backlog(&self) -> Result<Vec<(Lane, i64, i64, Option<Timestamp>)>>;
    /// Raises an effect outside a transition: a card that has to be brought up to date at start, access that has to be taken
    /// back. Whoever holds a job with the same effect does not end it any more.
    async fn raise(&self, request: &RequestId, effect: &Effect, due: Timestamp) -> Result<()>;

    /// Keeps a credential.
    async fn put_credential(&self, credential: &Credential) -> Result<()>;
    /// Finds one that is neither used up nor expired at `now`.
    async fn credential(&self, kind: CredentialKind, hash: &str, now: Timestamp) -> Result<Option<Credential>>;
    /// Uses one up; `None` when somebody was faster, or it is expired or unknown.
    async fn consume_credential(&self, kind: CredentialKind, hash: &str, now: Timestamp) -> Result<Option<Credential>>;
    /// Moves its idle expiry and notes that it was used.
    async fn touch_credential(
        &self,
        kind: CredentialKind,
        hash: &str,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<()>;
    /// Forgets one; `true` when there was one.
    async fn remove_credential(&self, kind: CredentialKind, hash: &str) -> Result<bool>;
    /// All of a kind that belong to a subject.
    async fn credentials_of(&self, kind: CredentialKind, subject: &str) -> Result<Vec<Credential>>;

    /// Accounts bound by link code.
    async fn bindings(&self) -> Result<Vec<Binding>>;
    /// Binds an account; an account has one person, the newest binding wins.
    async fn bind(&self, binding: &Binding) -> Result<()>;
    /// Unbinds an account; `true` when it was bound.
    async fn unbind(&self, account: &Account) -> Result<bool>;

    /// Keeps a sealed secret for a request's holder.
    async fn put_secret(&self, request: &RequestId, sealed: &[u8], now: Timestamp) -> Result<()>;
    /// Takes it out, once.
    async fn take_secret(&self, request: &RequestId) -> Result<Option<Vec<u8>>>;
    /// Looks at it and leaves it there.
    async fn secret(&self, request: &RequestId) -> Result<Option<Vec<u8>>>;
    /// Is there one?
    async fn has_secret(&self, request: &RequestId) -> Result<bool>;

    /// Audit entries in order.
    async fn audit(&self, query: &AuditQuery) -> Result<Vec<AuditRow>>;
    /// The trail's size and frontier.
    async fn audit_head(&self) -> Result<AuditHead>;
    /// The newest signed checkpoint.
    async fn checkpoint(&self) -> Result<Option<Checkpoint>>;
    /// All signed checkpoints, smallest first.
    async fn checkpoints(&self) -> Result<Vec<Checkpoint>>;
    /// Keeps a signed checkpoint; one per size.
    async fn save_checkpoint(&self, checkpoint: &Checkpoint) -> Result<()>;

    /// Takes back what only a clock that ran ahead can have written (THREATS C12): no job, message or alarm waits for hours
    /// because the clock was wrong for a moment. Leases that end later than `now` and five minutes end when their holders
    /// cannot be at work any more; what was put off for longer than any pause is due now.
    async fn heed_clock(&self, now: Timestamp) -> Result<()>;
    /// Deletes expired credentials, and idempotency keys older than `before`.
    async fn sweep(&self, now: Timestamp, keys_before: Timestamp) -> Result<()>;
    /// Tells every process that there is work.
    async fn announce(&self);
    /// Returns when somebody announced work, or after `max`.
    async fn wait(&self, max: Duration);
}

/// The writer's transaction: everything one batch reads and writes. Dropping it rolls back.
#[async_trait]
pub trait Batch: Send {
    /// Loads requests, locked in order of id; those that do not exist are absent.
    async fn load(&mut self, ids: &[RequestId]) -> Result<HashMap<RequestId, Request>>;
    /// What a person already has, and the request for the same entitlement that is pending or not over.
    async fn standing(&mut self, person: &PersonId, resource: &ResourceId, access: &AccessLevel) -> Result<Standing>;
    /// Which of these short ids are taken.
    async fn taken(&mut self, short_ids: &[String]) -> Result<Vec<String>>;
    /// Earlier answers to these (caller, key) pairs.
    async fn keys(&mut self, keys: &[(String, String)]) -> Result<Vec<KeyRow>>;
    /// The audit trail's head, locked.
    async fn audit_head(&mut self) -> Result<AuditHead>;
    /// Writes everything. [`StoreError::Conflict`] when a version or a unique key says that somebody was faster.
    async fn write(&mut self, set: &WriteSet) -> Result<()>;
    /// Makes it durable.
    async fn commit(self: Box<Self>) -> Result<()>;
}
