//! What delivery keeps: messages, what people prefer, and who listens where.

mod backends;
mod body;
mod posting;
mod sql;

pub use posting::{LedgerQuery, Posting, PostingState};
pub(super) use sql::{ALL, CLAIM_LOCKED, CLAIM_PLAIN};

use super::Result;
use async_trait::async_trait;
use chrono::TimeDelta;
use countersign_engine::{
    id::{PersonId, RequestId},
    person::Platform,
    preference::Preference,
    time::Timestamp,
};

/// The part of the database that delivery works on.
#[async_trait]
pub trait Ledger: Send + Sync + 'static {
    /// Keeps messages that are to be sent. One that is there already (request, purpose, address) stays as it is.
    async fn plan(&self, postings: &[Posting]) -> Result<()>;
    /// These are to be looked at again: at `now` when they are settled, otherwise when they are due anyway.
    async fn mark_stale(&self, ids: &[i64], now: Timestamp) -> Result<()>;
    /// Platforms for which something is due.
    async fn due_platforms(&self, now: Timestamp) -> Result<Vec<Platform>>;
    /// Messages of one platform that are due, leased until `now + lease`; the longest due first.
    async fn claim_postings(
        &self,
        platform: Platform,
        now: Timestamp,
        lease: TimeDelta,
        limit: i64,
    ) -> Result<Vec<Posting>>;
    /// Says what became of a claimed message. What was marked stale meanwhile becomes due at `due_at`, or else at once.
    /// Does nothing when somebody else has claimed it since.
    async fn save_posting(&self, posting: &Posting) -> Result<()>;
    /// All messages of a request, in the order in which they were planned.
    async fn postings(&self, request: &RequestId) -> Result<Vec<Posting>>;
    /// Messages, newest first.
    async fn ledger(&self, query: &LedgerQuery) -> Result<Vec<Posting>>;
    /// Per platform: messages with something to do about them.
    async fn unsettled(&self) -> Result<Vec<(Platform, i64)>>;

    /// What people set themselves.
    async fn preferences(&self) -> Result<Vec<(PersonId, Preference)>>;
    /// Keeps what a person set; `None` forgets it.
    async fn set_preference(&self, person: &PersonId, preference: Option<&Preference>, now: Timestamp) -> Result<()>;

    /// Takes a lease until `until`, if nobody holds it at `now`. The answer is its fencing number, greater than any before.
    async fn take_lease(&self, name: &str, holder: &str, now: Timestamp, until: Timestamp) -> Result<Option<i64>>;
    /// When it ends; `None` when nobody ever had it.
    async fn lease_ends(&self, name: &str) -> Result<Option<Timestamp>>;
    /// Moves its end; `false` when it is somebody else's now.
    async fn renew_lease(&self, name: &str, holder: &str, fence: i64, until: Timestamp) -> Result<bool>;
    /// Gives it back.
    async fn release_lease(&self, name: &str, holder: &str, fence: i64) -> Result<()>;
}
